"""Bank accounts with the bank's balance against the ledger's, and what explains the difference.

Amounts are signed minor units of the account. A constant number of queries for all accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Length

from avstem.store.ledger_totals import ledger_totals
from avstem.store.models import BankAccount, BankTransaction, Entry, Statement
from avstem.store.queries.states import IS_SET_ASIDE, WAITING

_FROM_BANK = Q(entry__statement__isnull=False)


@dataclass(frozen=True)
class Standing:
    """How an account stands.

    `bank_minor` is the last closing balance and what the bank has told of since. `unbooked` is
    money the bank has and the ledger has not; `typed` money the ledger has by hand and the bank
    has not told of. What they do not explain is `unexplained_minor`.
    """

    account: BankAccount
    opening_minor: int
    opening_is_said: bool
    bank_minor: int
    ledger_minor: int
    waiting: int
    suggested: int
    unbooked: int
    unbooked_minor: int
    typed: int
    typed_minor: int
    last_day: date | None
    statement_day: date | None
    #: What is posted on the account in the company's currency, and how many postings of it nobody
    #: knows the value of. Without the opening balance, which is a fact of the account (ADR 42).
    posted_value_minor: int = 0
    unvalued: int = 0

    @property
    def difference_minor(self) -> int:
        """What the bank has more than the ledger."""
        return self.bank_minor - self.ledger_minor

    @property
    def unexplained_minor(self) -> int:
        """The part of the difference that no transaction explains."""
        return self.difference_minor - self.unbooked_minor + self.typed_minor


def standings(company_id: int, account_id: int | None = None) -> list[Standing]:
    """Every account of the company (or the one), by ledger account."""
    accounts = list(_accounts(company_id, account_id))
    ids = {getattr(each, name) for each in accounts for name in ("first_id", "latest_id")}
    statements = Statement.objects.filter(company_id=company_id).in_bulk(ids - {None})
    totals = _totals(company_id, accounts)
    since = _since(company_id, accounts, statements)
    posted = _posted(company_id, accounts)
    return [_standing(each, statements, totals, since, posted) for each in accounts]


def latest_statements(company: Any) -> QuerySet[Statement]:
    """An outer account's statements with a booked closing balance, the latest first.

    `company` is an id, or a reference to the outer row's.
    """
    return (
        _proved(company)
        .filter(closing_minor__isnull=False)
        .order_by("-to_date", "-from_date", Length("sequence").desc(), "-sequence", "-pk")
    )


def first_statements(company: Any) -> QuerySet[Statement]:
    """The same with an opening balance, the earliest first."""
    return (
        _proved(company)
        .filter(opening_minor__isnull=False)
        .order_by("from_date", "to_date", Length("sequence"), "sequence", "pk")
    )


def _proved(company: Any) -> QuerySet[Statement]:
    return Statement.objects.filter(
        company_id=company,
        account=OuterRef("pk"),
        kind="statement",
        balances_booked=True,
        retired_at__isnull=True,
    )


def _accounts(company_id: int, account_id: int | None) -> QuerySet[Any]:
    money = BankTransaction.objects.filter(company_id=company_id, account=OuterRef("pk"))
    newest = money.exclude(state="superseded").order_by("-booking_date", "-pk")
    rows = BankAccount.objects.filter(company_id=company_id)
    if account_id is not None:
        rows = rows.filter(pk=account_id)
    return rows.annotate(
        last_day=Subquery(newest.values("booking_date")[:1]),
        first_id=Subquery(first_statements(company_id).values("pk")[:1]),
        latest_id=Subquery(latest_statements(company_id).values("pk")[:1]),
    ).order_by("ledger_account")


def _totals(company_id: int, accounts: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """Counts and sums of each account's transactions: those not booked, and those typed by hand.

    What is booked and from the bank is not read: it may be a million.
    """
    found: dict[int, dict[str, Any]] = {each.pk: dict(_NOTHING) for each in accounts}
    ours = _money(company_id, accounts)
    for row in _sums_by_state(ours.filter(WAITING)) + _sums_by_state(ours.filter(IS_SET_ASIDE)):
        total = found[row["account_id"]]
        total["waiting"] += row["n"] if row["state"] != "set_aside" else 0
        total["suggested"] += row["n"] if row["state"] == "suggested" else 0
        total["unbooked"] += row["n"]
        total["unbooked_minor"] += int(row["minor"])
    for row in _sums_by_state(ours.filter(entry__in=_typed(company_id, accounts))):
        total = found[row["account_id"]]
        sign, kind = (1, "typed") if row["state"] == "booked" else (-1, "unbooked")
        total[kind] += sign * row["n"]
        total[f"{kind}_minor"] += sign * int(row["minor"])
    return found


def _sums_by_state(rows: QuerySet[BankTransaction]) -> list[dict[str, Any]]:
    sums = rows.values("account_id", "state").annotate(n=Count("pk"), minor=Sum("amount_minor"))
    return [dict(each) for each in sums.order_by()]


def _typed(company_id: int, accounts: Sequence[Any]) -> QuerySet[Entry]:
    return Entry.objects.filter(company_id=company_id, account__in=accounts, statement__isnull=True)


def _since(
    company_id: int, accounts: Sequence[Any], statements: dict[int, Statement]
) -> dict[int, int]:
    """What the bank has told of after each account's last closing balance."""
    later = Q(pk__in=())
    for each in accounts:
        latest = statements.get(each.latest_id)
        after = Q(booking_date__gt=latest.to_date) if latest and latest.to_date else Q()
        later |= Q(account_id=each.pk) & after
    rows = _money(company_id, accounts).filter(_FROM_BANK & later)
    sums = rows.values_list("account_id").annotate(Sum("amount_minor")).order_by()
    return {account_id: int(minor) for account_id, minor in sums}


def _money(company_id: int, accounts: Sequence[Any]) -> QuerySet[BankTransaction]:
    rows = BankTransaction.objects.filter(company_id=company_id, account__in=accounts)
    return rows.exclude(state="superseded")


def _posted(company_id: int, accounts: Sequence[Any]) -> dict[str, tuple[int, int, int]]:
    """(in the account's currency, in the company's, postings without a value) by number.

    What stands there in another currency than the account's is no money on it.
    """
    currencies = {each.ledger_account: each.currency for each in accounts}
    found: dict[str, tuple[int, int, int]] = {}
    for each in ledger_totals(company_id, currencies):
        there = found.get(each.account, (0, 0, 0))
        moved = each.moved_minor if each.currency == currencies[each.account] else 0
        found[each.account] = (
            there[0] + moved, there[1] + each.value_minor, there[2] + each.unvalued,
        )  # fmt: skip
    return found


_NOTHING = {
    "waiting": 0, "suggested": 0, "unbooked": 0, "unbooked_minor": 0, "typed": 0, "typed_minor": 0,
}  # fmt: skip


def _standing(
    account: Any,
    statements: dict[int, Statement],
    totals: dict[int, dict[str, Any]],
    since: dict[int, int],
    posted: dict[str, tuple[int, int, int]],
) -> Standing:
    said = account.opening_balance_minor
    first, latest = statements.get(account.first_id), statements.get(account.latest_id)
    opening = said if said is not None else (first.opening_minor or 0) if first else 0
    closing = opening if latest is None else latest.closing_minor or 0
    moved, value, unvalued = posted.get(account.ledger_account, (0, 0, 0))
    return Standing(
        account=account,
        opening_minor=opening,
        opening_is_said=said is not None,
        bank_minor=closing + since.get(account.pk, 0),
        ledger_minor=opening + moved,
        posted_value_minor=value,
        unvalued=unvalued,
        statement_day=latest.to_date if latest else None,
        last_day=account.last_day,
        **totals[account.pk],
    )
