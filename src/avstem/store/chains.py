"""The statement chain of each account, as the tables hold it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from avstem.domain.chain import Break, BreakKind, Link, find_breaks
from avstem.domain.feed import find_doubles
from avstem.store.filled_gaps import unfilled
from avstem.store.models import BankAccount, ImportAlarm, Statement
from avstem.store.retiring import adding


def breaks_by_account(company_id: int) -> dict[int, list[Break]]:
    """The unexplained breaks of every account that has any."""
    links = links_by_account(company_id)
    takeover = dict(
        BankAccount.objects.filter(company_id=company_id).values_list("pk", "opening_balance_minor")
    )
    in_chain = {
        account_id: find_breaks(each, takeover[account_id]) for account_id, each in links.items()
    }
    found = unfilled(company_id, in_chain)
    for account_id, doubled in _doubled(company_id, links):
        found[account_id] = [*found.get(account_id, []), doubled]
    alarms = ImportAlarm.objects.filter(company_id=company_id, statement__retired_at__isnull=True)
    for alarm in alarms.filter(statement__explained=""):
        broken = Break(alarm.statement_id, BreakKind.ALARM)
        found[alarm.account_id] = [*found.get(alarm.account_id, []), broken]
    return {account_id: breaks for account_id, breaks in found.items() if breaks}


def links_by_account(
    company_id: int, account_ids: Collection[int] | None = None
) -> dict[int, list[Link]]:
    """The statements with booked balances that count, of every account or of those named."""
    found: dict[int, list[Link]] = defaultdict(list)
    for account_id, link in _links(company_id, account_ids):
        found[account_id].append(link)
    return found


def _doubled(company_id: int, links: Mapping[int, Sequence[Link]]) -> Iterable[tuple[int, Break]]:
    """Statements that repeat an earlier one and yet were the first to tell of some money.

    A bank that sends a statement again under new references would have its money booked twice.
    """
    repeating = {each: account for account, own in links.items() for each in find_doubles(own)}
    explained = {each.id for own in links.values() for each in own if each.explained}
    wanted = repeating.keys() - explained
    if wanted:
        for each in sorted(adding(company_id, wanted)):
            yield repeating[each], Break(each, BreakKind.DOUBLED)


def _links(company_id: int, account_ids: Collection[int] | None) -> Iterable[tuple[int, Link]]:
    statements = Statement.objects.filter(
        company_id=company_id, kind="statement", balances_booked=True, retired_at__isnull=True
    )
    if account_ids is not None:
        statements = statements.filter(account_id__in=account_ids)
    dated = statements.filter(from_date__isnull=False, to_date__isnull=False)
    for row in dated.iterator():
        assert row.from_date is not None
        assert row.to_date is not None
        assert row.opening_minor is not None, "booked balances are a pair"
        assert row.closing_minor is not None, "booked balances are a pair"
        yield (
            row.account_id,
            Link(
                id=row.pk,
                from_date=row.from_date,
                to_date=row.to_date,
                sequence=row.sequence.rjust(20, "0"),
                opening_minor=row.opening_minor,
                closing_minor=row.closing_minor,
                balance_holds=row.balance_holds,
                explained=bool(row.explained),
            ),
        )
