"""Which of many companies run out of money in the days ahead, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from avstem.domain.cash_ahead import first_short
from avstem.store.models import BankAccount, BankTransaction
from avstem.store.queries.accounts import first_statements, latest_statements
from avstem.store.queries.cash_ahead import DAYS, EVERYDAY, Flows, flows_of

#: What these companies do not tell is told on their own pages alone.
COMPANIES_MAX = 5_000
_LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True)
class Shortfall:
    """The first day that an account ends below zero, though every customer pays on the due day."""

    account: BankAccount
    day: date
    balance_minor: int


def shortfalls(company_ids: Collection[int], today: date) -> dict[int, Shortfall]:
    """The first of each company that has one, of the first `COMPANIES_MAX` companies."""
    looked_at = list(company_ids)[:COMPANIES_MAX]
    held: dict[int, list[Any]] = defaultdict(list)
    for account in _accounts(looked_at):
        held[account.company_id].append(account)
    flows = flows_of(held, today=today, until=today + timedelta(days=DAYS))
    found = ((each, _first_of(held[each], flows[each], today)) for each in held)
    return {each: first for each, first in found if first is not None}


def _accounts(company_ids: Collection[int]) -> Any:  # the type checker knows no annotated columns
    """The accounts, each with what the bank holds on it (`bank_minor`), as `accounts.Standing`."""
    company = OuterRef("company_id")
    latest, first = latest_statements(company), first_statements(company)
    rows = BankAccount.objects.filter(company_id__in=company_ids).annotate(
        told_to=Coalesce(Subquery(latest.values("to_date")[:1]), Value(_LONG_AGO)),
        closing_minor=Coalesce(
            Subquery(latest.values("closing_minor")[:1]), "opening_balance_minor",
            Subquery(first.values("opening_minor")[:1]), 0,
        ),
    )  # fmt: skip
    since = BankTransaction.objects.filter(
        company_id=company, account=OuterRef("pk"), booking_date__gt=OuterRef("told_to"),
        entry__statement__isnull=False,
    ).exclude(state="superseded")  # fmt: skip
    sums = since.order_by().values("account").annotate(minor=Sum("amount_minor")).values("minor")
    return rows.annotate(since_minor=Coalesce(Subquery(sums), 0)).order_by("ledger_account")


def _first_of(accounts: Iterable[Any], flows: Flows, today: date) -> Shortfall | None:
    found = []
    for account in accounts:
        moves = flows.by_account.get(account.pk, [])
        if account.kind not in EVERYDAY and not moves:
            continue
        start = int(account.closing_minor) + int(account.since_minor)
        short = first_short(start, moves, today=today, days=DAYS)
        found += [Shortfall(account, *short)] if short else []
    # Of equal days the account with the lowest number, which comes first.
    return min(found, key=lambda each: each.day) if found else None
