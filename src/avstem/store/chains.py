"""The statement chain of each account, as the tables hold it."""

from collections import defaultdict
from collections.abc import Iterable

from avstem.domain.chain import Break, BreakKind, Link, find_breaks
from avstem.store.models import BankAccount, ImportAlarm, Statement


def breaks_by_account(company_id: int) -> dict[int, list[Break]]:
    """The unexplained breaks of every account that has any."""
    links: dict[int, list[Link]] = defaultdict(list)
    for account_id, link in _links(company_id):
        links[account_id].append(link)
    takeover = dict(
        BankAccount.objects.filter(company_id=company_id).values_list("pk", "opening_balance_minor")
    )
    found = {
        account_id: find_breaks(each, takeover[account_id]) for account_id, each in links.items()
    }
    for alarm in ImportAlarm.objects.filter(company_id=company_id, statement__explained=""):
        broken = Break(alarm.statement_id, BreakKind.ALARM)
        found[alarm.account_id] = [*found.get(alarm.account_id, []), broken]
    return {account_id: breaks for account_id, breaks in found.items() if breaks}


def _links(company_id: int) -> Iterable[tuple[int, Link]]:
    statements = Statement.objects.filter(
        company_id=company_id, kind="statement", balances_booked=True
    )
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
