"""Cash ahead: each account's balance from today on, with what is sent, approved, due and expected.

A constant number of questions, summed by day in the database, however many items are open and in
however many companies.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from avstem.domain.calendar import next_bank_day
from avstem.domain.cash_ahead import CashAhead, Flow, FlowKind, look_ahead
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_order import execution_date
from avstem.store.models import Activation, BankAccount, OpenItem, PaymentOrder
from avstem.store.payees import nok_rates, nok_value
from avstem.store.queries.accounts import Standing, standings

DAYS = 30
_NOT_YET_APPROVED = (OrderState.DRAFT, OrderState.AWAITING_APPROVAL)
#: In a file: the bank may have it.
_SENT = tuple(LIVE - {*_NOT_YET_APPROVED, OrderState.APPROVED})
#: Wages and tax are no bills: until a person has approved them, their orders say when they are due.
_LISTED = (ItemKind.SALARY.value, ItemKind.TAX.value)
_KINDS = {
    OrderState.APPROVED: FlowKind.APPROVED,
    **dict.fromkeys(_NOT_YET_APPROVED, FlowKind.DUE),
}
#: Orders whose bill still shows as owed; once the bank has paid, the books have moved it.
_BILL_STILL_OPEN = tuple({OrderState.APPROVED, *_SENT} - {OrderState.EXECUTED})
#: So many suppliers are named in a question; more are asked for by the table.
_NAMED_MAX = 1_000
#: Where a currency has no account that pays, money is taken to move on the first of these.
EVERYDAY = ("operating", "currency")


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


@dataclass
class Flows:
    """What moves in one company, by account; `overdue` and `unplaced` as in `CompanyAhead`."""

    by_account: dict[int, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    overdue: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unplaced: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, flow: Flow, currency: str, homes: Mapping[str, int]) -> None:
        """On the account that the currency moves on."""
        if currency in homes:
            self.by_account[homes[currency]].append(flow)
        else:
            self.unplaced[currency] += flow.minor


def cash_ahead(
    company_id: int, *, today: date, days: int = DAYS, found: Sequence[Standing] | None = None
) -> CompanyAhead:
    """From the bank's balances (`found`, where they are at hand) through today and `days` more.

    A bill that is due leaves on the bank day that it would be paid on, less the supplier's credit
    notes; one that was due before today, today.
    """
    balances = standings(company_id) if found is None else found
    accounts = {company_id: [each.account for each in balances]}
    flows = flows_of(accounts, today=today, until=today + timedelta(days=days))[company_id]
    ahead = tuple(
        AccountAhead(
            each.account,
            look_ahead(each.bank_minor, flows.by_account[each.account.pk], today=today, days=days),
        )
        for each in balances
        if each.account.kind in EVERYDAY or each.account.pk in flows.by_account
    )
    return CompanyAhead(ahead, _sorted(flows.overdue), _sorted(flows.unplaced))


def _sorted(sums: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(sums.items()))


def flows_of(
    accounts: Mapping[int, Sequence[BankAccount]], *, today: date, until: date
) -> dict[int, Flows]:
    """What moves in each company, whose accounts are given in order."""
    company_ids = list(accounts)
    homes = _homes(accounts)
    found: dict[int, Flows] = {company_id: Flows() for company_id in company_ids}
    _add_orders(company_ids, today, found)
    for company_id, currency, flow in _due(company_ids, today, until):
        found[company_id].add(flow, currency, homes[company_id])
    for company_id, currency, due, minor in _expected(company_ids, until):
        if due < today:
            found[company_id].overdue[currency] += minor
        else:
            flow = Flow(next_bank_day(due), minor, FlowKind.EXPECTED)
            found[company_id].add(flow, currency, homes[company_id])
    return found


def _homes(accounts: Mapping[int, Sequence[BankAccount]]) -> dict[int, dict[str, int]]:
    """The account that each currency moves on: the one that pays, else the first everyday one."""
    rows = Activation.objects.filter(
        company_id__in=list(accounts), state="active", agreement__state="active",
        agreement__payments=True,
    ).order_by("account__ledger_account")  # fmt: skip
    homes: dict[int, dict[str, int]] = defaultdict(dict)
    for company_id, currency, account_id in rows.values_list(
        "company_id", "account__currency", "account_id"
    ):
        homes[company_id].setdefault(currency, account_id)
    for company_id, theirs in accounts.items():
        for each in theirs:
            if each.kind in EVERYDAY:
                homes[company_id].setdefault(each.currency, each.pk)
    return homes


def _add_orders(company_ids: Collection[int], today: date, found: Mapping[int, Flows]) -> None:
    """What is approved or sent, by account and day; and what of it nobody knows the price of.

    What the bank exchanges counts at the newest rate.
    """
    rows = PaymentOrder.objects.filter(
        Q(state__in=(OrderState.APPROVED, *_SENT))
        | Q(state__in=_NOT_YET_APPROVED, purpose__in=_LISTED),
        company_id__in=company_ids,
    )
    asked = rows.order_by().values_list(
        "company_id", "account_id", "account__currency", "currency", "state", "execution_date"
    )
    sums = list(asked.annotate(minor=Sum("amount_minor")))
    rates = nok_rates({of for _, _, own, of, *_ in sums if of != own}, today)
    for company_id, account_id, own, currency, state, day, minor in sums:
        left = minor if own == currency else _exchanged(Money(minor, currency), own, rates)
        if left is None:
            found[company_id].unplaced[currency] -= int(minor)
            continue
        kind = _KINDS.get(OrderState(state), FlowKind.SENT)
        found[company_id].by_account[account_id].append(Flow(max(day, today), -int(left), kind))


def _exchanged(amount: Money, own: str, rates: Mapping[str, Decimal]) -> int | None:
    return nok_value(amount, rates) if own == "NOK" else None


def _due(company_ids: Collection[int], today: date, until: date) -> Iterator[tuple[int, str, Flow]]:
    """Bills that no approved or sent order pays, by currency and the day they would be paid."""
    notes = OpenItem.objects.filter(
        company_id__in=company_ids, kind="supplier_credit_note", remaining_minor__gt=0
    )
    rows = _bills(company_ids).filter(due__lte=until + timedelta(days=7))
    credits = _open_credits(notes)
    parties: Any = {party for party, _ in credits}
    # Found once: to look for a note at each bill takes ten times as long.
    if len(parties) > _NAMED_MAX:
        parties = notes.order_by().values("party_id")
    owes_us = Q(party_id__in=parties)
    sums = rows.exclude(owes_us).order_by().values_list("company_id", "currency", "due")
    for company_id, currency, due, minor in sums.annotate(minor=Sum("left")):
        yield company_id, currency, _leaves(due, int(minor), today)
    for company_id, party, currency, due, left in (
        rows.filter(owes_us).order_by("due", "pk")
        .values_list("company_id", "party_id", "currency", "due", "left")
    ):  # fmt: skip
        credit = min(credits.get((party, currency), 0), left)
        if credit:
            credits[party, currency] -= credit
        yield company_id, currency, _leaves(due, left - credit, today)


def _leaves(due: date, minor: int, today: date) -> Flow:
    return Flow(execution_date(due, earliest=today), -minor, FlowKind.DUE)


def _bills(company_ids: Collection[int]) -> Any:  # the type checker knows no annotated columns
    """Open bills with the day they are due, and what no approved or sent order pays of them."""
    open_still = Q(state__in=_BILL_STILL_OPEN)
    # In another currency the debit alone settles the bill (ADR 65).
    open_still |= Q(state=OrderState.EXECUTED) & ~Q(currency=F("company__currency"))
    going = PaymentOrder.objects.filter(
        open_still, company_id=OuterRef("company_id"), item=OuterRef("pk")
    )
    rows = OpenItem.objects.filter(
        company_id__in=company_ids, kind="supplier_invoice", remaining_minor__gt=0
    ).annotate(
        due=Coalesce("due_date", "invoice_date"),
        # At most one order of a bill is alive (a unique index sees to it).
        going=Coalesce(Subquery(going.values("amount_minor")[:1]), 0),
    )
    return rows.filter(remaining_minor__gt=F("going")).annotate(
        left=F("remaining_minor") - F("going")
    )


def _open_credits(notes: QuerySet[OpenItem]) -> dict[tuple[int, str], int]:
    """What suppliers owe the company, by supplier and currency."""
    sums = notes.order_by().values_list("party_id", "currency").annotate(Sum("remaining_minor"))
    return {(party, currency): int(minor) for party, currency, minor in sums}


def _expected(company_ids: Collection[int], until: date) -> Iterator[tuple[int, str, date, int]]:
    """What customers owe by the day it is due, also before today: (company, currency, day, sum)."""
    rows = OpenItem.objects.filter(company_id__in=company_ids, remaining_minor__gt=0).filter(
        Q(kind="customer_invoice") | Q(kind="customer_credit_note")
    )
    dated: Any = rows.annotate(due=Coalesce("due_date", "invoice_date")).filter(due__lte=until)
    sums = dated.order_by().values_list("company_id", "currency", "due", "direction")
    for company_id, currency, due, direction, minor in sums.annotate(minor=Sum("remaining_minor")):
        yield company_id, currency, due, direction * int(minor)
