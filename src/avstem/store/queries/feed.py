"""What the feed of a company's accounts is made of: a constant number of queries for all of them.

What it means is `domain.feed`'s; `services.account_feed` puts it together.
"""

from dataclasses import dataclass, field
from datetime import date

from avstem.domain.chain import Break
from avstem.domain.feed import find_doubles
from avstem.store.chains import breaks_by_account, links_by_account
from avstem.store.models import Activation, BankAccount, ImportAlarm, Statement

_COUNTED = ("pk", "account_id", "from_date", "to_date", "balances_booked")


@dataclass
class FeedRows:
    """One account's rows. `counted` are (id, first, last, is_proved) of all statements that count.

    `shown` are the statements of the days asked for, those that are retired among them; `alarms`
    what was retold of them and is not explained. `doubles` lead from a statement that repeats
    another to that one, `unexplained` are those of them that nobody has explained.
    """

    account: BankAccount
    activation: Activation | None = None
    counted: list[tuple[int, date, date, bool]] = field(default_factory=list)
    shown: list[Statement] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    doubles: dict[int, int] = field(default_factory=dict)
    unexplained: frozenset[int] = frozenset()
    alarms: list[ImportAlarm] = field(default_factory=list)


def feed_rows(
    company_id: int, first: date, last: date, account_id: int | None = None
) -> list[FeedRows]:
    """Every account of the company (or the one), by ledger account."""
    accounts = BankAccount.objects.filter(company_id=company_id).order_by("ledger_account", "pk")
    if account_id is not None:
        accounts = accounts.filter(pk=account_id)
    found = {each.pk: FeedRows(each) for each in accounts}
    _add_activations(company_id, found)
    _add_statements(company_id, found, first, last)
    _add_faults(company_id, found)
    _add_alarms(company_id, found, first, last)
    return list(found.values())


def _add_activations(company_id: int, found: dict[int, FeedRows]) -> None:
    """The live activation of each account, else its newest."""
    rows = Activation.objects.filter(company_id=company_id, account__in=found)
    for each in rows.select_related("agreement", "agreement__company").order_by("pk"):
        there = found[each.account_id].activation
        if there is None or there.closed_at is not None:
            found[each.account_id].activation = each


def _add_statements(company_id: int, found: dict[int, FeedRows], first: date, last: date) -> None:
    dated = Statement.objects.filter(
        company_id=company_id, account__in=found, kind="statement",
        from_date__isnull=False, to_date__isnull=False,
    )  # fmt: skip
    counted = dated.filter(retired_at__isnull=True).values_list(*_COUNTED)
    for pk, account_id, begin, end, proved in counted.iterator(5_000):
        found[account_id].counted.append((pk, begin, end, proved))
    shown = dated.filter(from_date__lte=last, to_date__gte=first)
    for each in shown.select_related("file").order_by("from_date", "to_date", "pk"):
        found[each.account_id].shown.append(each)


def _add_faults(company_id: int, found: dict[int, FeedRows]) -> None:
    links = links_by_account(company_id, found)
    breaks = breaks_by_account(company_id)
    for account_id, rows in found.items():
        own = links.get(account_id, [])
        rows.breaks = breaks.get(account_id, [])
        rows.doubles = find_doubles(own)
        open_ones = {each.id for each in own if not each.explained}
        rows.unexplained = frozenset(open_ones.intersection(rows.doubles))


def _add_alarms(company_id: int, found: dict[int, FeedRows], first: date, last: date) -> None:
    rows = ImportAlarm.objects.filter(
        company_id=company_id, account__in=found, entry__booking_date__range=(first, last),
        statement__explained="", statement__retired_at__isnull=True,
    )  # fmt: skip
    for each in rows.select_related("entry", "statement", "entry__statement").order_by("pk"):
        found[each.account_id].alarms.append(each)
