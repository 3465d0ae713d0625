"""Cash ahead: each account's balance from today on, with what is sent, approved, due and expected.

A constant number of questions, summed by day in the database, however many items are open.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from avstem.domain.calendar import next_bank_day
from avstem.domain.cash_ahead import CashAhead, Flow, FlowKind, look_ahead
from avstem.domain.money import Money
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_order import execution_date
from avstem.store.models import Activation, BankAccount, OpenItem, PaymentOrder
from avstem.store.payees import nok_rates, nok_value
from avstem.store.queries.accounts import Standing, standings

DAYS = 30
_NOT_YET_APPROVED = (OrderState.DRAFT, OrderState.AWAITING_APPROVAL)
#: In a file: the bank may have it.
_SENT = tuple(LIVE - {*_NOT_YET_APPROVED, OrderState.APPROVED})
#: Orders whose bill still shows as owed; once the bank has paid, the books have moved it.
_BILL_STILL_OPEN = tuple({OrderState.APPROVED, *_SENT} - {OrderState.EXECUTED})
#: Where a currency has no account that pays, money is taken to move on the first of these.
_EVERYDAY = ("operating", "currency")


@dataclass(frozen=True)
class AccountAhead:
    """One account's days."""

    account: BankAccount
    ahead: CashAhead


@dataclass(frozen=True)
class CompanyAhead:
    """Every account that money is known to move on.

    `overdue` is what customers should have paid before today, by currency: on no day, for nobody
    knows when it comes. `unplaced` is what moves in a currency that the company has no account in,
    or that the bank will exchange at a rate nobody knows.
    """

    accounts: tuple[AccountAhead, ...]
    overdue: tuple[tuple[str, int], ...]
    unplaced: tuple[tuple[str, int], ...]

    @property
    def short(self) -> AccountAhead | None:
        """The account that falls short first, though customers pay on their days."""
        found = [each for each in self.accounts if each.ahead.short]
        return min(found, key=_first_short) if found else None


def _first_short(each: AccountAhead) -> tuple[date, str]:
    assert each.ahead.short is not None, "only accounts that fall short are compared"
    return each.ahead.short.day, each.account.ledger_account


def cash_ahead(
    company_id: int, *, today: date, days: int = DAYS, found: Sequence[Standing] | None = None
) -> CompanyAhead:
    """From the bank's balances (`found`, where they are at hand) through today and `days` more.

    A bill that is due leaves on the bank day that it would be paid on, less the supplier's credit
    notes; one that was due before today, today.
    """
    until = today + timedelta(days=days)
    balances = standings(company_id) if found is None else found
    homes = _homes(company_id, balances)
    by_account: dict[int, list[Flow]] = defaultdict(list)
    unplaced: dict[str, int] = defaultdict(int)
    orders, unknown = _orders(company_id, today)
    for account_id, flow in orders:
        by_account[account_id].append(flow)
    for currency, minor in unknown:
        unplaced[currency] -= minor
    expected, overdue = _expected(company_id, today, until)
    for currency, flow in [*_due(company_id, today, until), *expected]:
        if currency in homes:
            by_account[homes[currency]].append(flow)
        else:
            unplaced[currency] += flow.minor
    accounts = tuple(
        AccountAhead(
            each.account,
            look_ahead(each.bank_minor, by_account[each.account.pk], today=today, days=days),
        )
        for each in balances
        if each.account.kind in _EVERYDAY or each.account.pk in by_account
    )
    return CompanyAhead(accounts, overdue, tuple(sorted(unplaced.items())))


def _homes(company_id: int, balances: Sequence[Standing]) -> dict[str, int]:
    """The account that each currency moves on: the one that pays, else the first everyday one."""
    rows = Activation.objects.filter(
        company_id=company_id, state="active", agreement__state="active", agreement__payments=True
    ).order_by("account__ledger_account")
    homes: dict[str, int] = {}
    for currency, account_id in rows.values_list("account__currency", "account_id"):
        homes.setdefault(currency, account_id)
    for each in balances:
        if each.account.kind in _EVERYDAY:
            homes.setdefault(each.account.currency, each.account.pk)
    return homes


def _orders(company_id: int, today: date) -> tuple[list[tuple[int, Flow]], list[tuple[str, int]]]:
    """What is approved or sent, by account and day; and what of it nobody knows the price of.

    What the bank exchanges counts at the newest rate.
    """
    rows = PaymentOrder.objects.filter(
        company_id=company_id, state__in=(OrderState.APPROVED, *_SENT)
    )
    sums = rows.order_by().values_list(
        "account_id", "account__currency", "currency", "state", "execution_date"
    )
    found = list(sums.annotate(minor=Sum("amount_minor")))
    rates = nok_rates({of for _, own, of, *_ in found if of != own}, today)
    flows: list[tuple[int, Flow]] = []
    unknown: list[tuple[str, int]] = []
    for account_id, own, currency, state, day, minor in found:
        left = minor if own == currency else _exchanged(Money(minor, currency), own, rates)
        if left is None:
            unknown.append((currency, int(minor)))
            continue
        kind = FlowKind.APPROVED if state == OrderState.APPROVED else FlowKind.SENT
        flows.append((account_id, Flow(max(day, today), -int(left), kind)))
    return flows, unknown


def _exchanged(amount: Money, own: str, rates: Mapping[str, Decimal]) -> int | None:
    return nok_value(amount, rates) if own == "NOK" else None


def _due(company_id: int, today: date, until: date) -> Iterable[tuple[str, Flow]]:
    """Bills that no approved or sent order pays, by currency and the day they would be paid."""
    credits = _open_credits(company_id)
    rows = _bills(company_id).filter(due__lte=until + timedelta(days=7))
    plain = rows.exclude(party_id__in={party for party, _ in credits}).order_by()
    sums = plain.values_list("currency", "due").annotate(minor=Sum("left"))
    for currency, due, minor in sums:
        yield currency, _leaves(due, int(minor), today)
    drawn = rows.filter(party_id__in={party for party, _ in credits})
    for party, currency, due, left in drawn.order_by("due", "pk").values_list(
        "party_id", "currency", "due", "left"
    ):
        credit = min(credits.get((party, currency), 0), left)
        if credit:
            credits[party, currency] -= credit
        yield currency, _leaves(due, left - credit, today)


def _leaves(due: date, minor: int, today: date) -> Flow:
    return Flow(execution_date(due, earliest=today), -minor, FlowKind.DUE)


def _bills(company_id: int) -> Any:  # the type checker knows no annotated columns
    """Open bills with the day they are due, and what no approved or sent order pays of them."""
    open_still = Q(state__in=_BILL_STILL_OPEN)
    # In another currency the debit alone settles the bill (ADR 65).
    open_still |= Q(state=OrderState.EXECUTED) & ~Q(currency=F("company__currency"))
    going = PaymentOrder.objects.filter(open_still, company_id=company_id, item=OuterRef("pk"))
    rows = OpenItem.objects.filter(
        company_id=company_id, kind="supplier_invoice", remaining_minor__gt=0
    ).annotate(
        due=Coalesce("due_date", "invoice_date"),
        # At most one order of a bill is alive (a unique index sees to it).
        going=Coalesce(Subquery(going.values("amount_minor")[:1]), 0),
    )
    return rows.filter(remaining_minor__gt=F("going")).annotate(
        left=F("remaining_minor") - F("going")
    )


def _open_credits(company_id: int) -> dict[tuple[int, str], int]:
    """What suppliers owe the company, by supplier and currency."""
    rows = OpenItem.objects.filter(
        company_id=company_id, kind="supplier_credit_note", remaining_minor__gt=0
    )
    sums = rows.order_by().values_list("party_id", "currency").annotate(Sum("remaining_minor"))
    return {(party, currency): int(minor) for party, currency, minor in sums}


def _expected(
    company_id: int, today: date, until: date
) -> tuple[list[tuple[str, Flow]], tuple[tuple[str, int], ...]]:
    """What customers owe by day, and what they should have paid already, by currency."""
    rows = OpenItem.objects.filter(company_id=company_id, remaining_minor__gt=0).filter(
        Q(kind="customer_invoice") | Q(kind="customer_credit_note")
    )
    dated: Any = rows.annotate(due=Coalesce("due_date", "invoice_date")).filter(due__lte=until)
    sums = dated.order_by().values_list("currency", "due", "direction")
    flows: list[tuple[str, Flow]] = []
    overdue: dict[str, int] = defaultdict(int)
    for currency, due, direction, minor in sums.annotate(minor=Sum("remaining_minor")):
        if due < today:
            overdue[currency] += direction * int(minor)
        else:
            day = next_bank_day(due)
            flows.append((currency, Flow(day, direction * int(minor), FlowKind.EXPECTED)))
    return flows, tuple(sorted(overdue.items()))
