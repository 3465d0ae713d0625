"""Bills that can be paid: what of them, when, on which account, and what speaks against it.

A fixed number of questions to the tables, however many bills there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from avstem.banks.directory import bank as bank_by_slug
from avstem.banks.directory import bank_of_account
from avstem.domain.identifiers import is_iban
from avstem.domain.money import Money
from avstem.domain.payment_abroad import (
    NOTHING_KNOWN,
    PayeeAbroad,
    is_abroad,
    lacks,
    way_abroad,
)
from avstem.domain.payment_day import PayDay, pay_day
from avstem.domain.payment_kind import is_right_kid
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_shield import Bar, Bill, Hold, is_like
from avstem.store.creditor_accounts import creditor_accounts
from avstem.store.models import (
    Activation,
    BankAccount,
    OpenItem,
    PaymentOrder,
    SentPayment,
)
from avstem.store.payees import nok_rates, nok_value, payees_of

BILLS_MAX = 5_000
_LIVE = [state.value for state in LIVE]
#: The bank said no, or the money came back: paying it again is a person's choice.
_FAILED = (OrderState.REJECTED, OrderState.RETURNED)
NOT_PAID = (OrderState.REJECTED, OrderState.CANCELLED, OrderState.RETURNED)
#: Bills further apart than this are not the same one entered twice.
_ALIKE_WITHIN = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Choice:
    """A bill that a person chose: all that is left of it on its day, unless said otherwise."""

    item_id: int
    amount_minor: int | None = None
    pay_on: date | None = None


@dataclass(frozen=True, slots=True)
class Payable:
    """A bill to pay. `amount_minor` is what leaves, after the `credits` (credit note, amount).

    `most_minor` is what can leave at most: what is left, less every credit note. `bar` is why it
    cannot be paid as it is; `holds` why a person must say yes; `like` the numbers of bills that it
    may be the same as. `abroad` is what a payment abroad says beside (`domain.payment_abroad`).
    `creditor` is the account to be paid; where the bill names none, the one that was remembered.
    """

    item: OpenItem
    account: BankAccount | None
    amount_minor: int
    most_minor: int
    asked: date
    day: PayDay
    credits: tuple[tuple[OpenItem, int], ...] = ()
    holds: tuple[Hold, ...] = ()
    like: tuple[str, ...] = ()
    bar: Bar | None = None
    abroad: dict[str, Any] | None = None
    creditor: str = ""
    account_said_by: str = ""


def payable_bills(
    company_id: int, *, now: datetime, choices: Mapping[int, Choice] | None = None
) -> list[Payable]:
    """The open bills, or those chosen, by due date; those on their way only where chosen."""
    rows = OpenItem.objects.filter(
        company_id=company_id, kind="supplier_invoice", remaining_minor__gt=0
    )
    if choices is not None:
        rows = rows.filter(pk__in=list(choices))
    known = _Known(company_id, rows, now)
    bills = [known.payable(item, (choices or {}).get(item.pk)) for item in known.bills]
    if choices is None:
        bills = [each for each in bills if each.bar is not Bar.ON_ITS_WAY]
    return bills


def debit_accounts(company_id: int) -> dict[str, tuple[BankAccount, Any]]:
    """By currency, the first account whose agreement takes payments, with its cut-offs."""
    rows = Activation.objects.filter(
        company_id=company_id, state="active", agreement__state="active",
        agreement__payments=True,
    ).select_related("account", "agreement").order_by("account__ledger_account")  # fmt: skip
    found: dict[str, tuple[BankAccount, Any]] = {}
    for row in rows:
        bank = bank_of_account(row.account.iban) or bank_by_slug(row.agreement.bank)
        found.setdefault(row.account.currency, (row.account, bank.cut_offs))
    return found


class _Known:
    """Everything that is asked about the bills, loaded at once."""

    def __init__(self, company_id: int, rows: "QuerySet[OpenItem]", now: datetime) -> None:
        self.now = timezone.localtime(now).replace(tzinfo=None)
        found = list(rows.select_related("party")[:BILLS_MAX])
        self.bills = sorted(found, key=lambda item: (_asked(item), item.pk))
        self.company_id = company_id
        self._parties = rows.order_by().values("party_id")
        self._accounts = rows.order_by().values("party_account")
        live = PaymentOrder.objects.filter(company_id=company_id, state__in=_LIVE)
        orders = list(live.values_list("item_id", "documents"))
        self.on_their_way = {item_id for item_id, _ in orders} | self._left_and_undone()
        failed = PaymentOrder.objects.filter(company_id=company_id, state__in=_FAILED)
        self.failed = set(failed.filter(item__in=rows.order_by()).values_list("item_id", flat=True))
        self.credits = self._open_credits(_reserved(documents for _, documents in orders))
        self.debit_accounts = debit_accounts(company_id)
        foreign = [each for each in self.bills if is_abroad(each.currency, each.party_account)]
        self.payees = payees_of(company_id, {each.party_id for each in foreign})
        self.rates = nok_rates({each.currency for each in foreign}, timezone.localdate(now))
        elsewhere = [each.elsewhere for each in self.payees.values() if each.elsewhere]
        self.known = creditor_accounts(company_id, self._parties, self._accounts, elsewhere)
        self.others = self._bills_of_the_parties()
        self.paid = self._payments({each.number for each in elsewhere})

    def payable(self, item: OpenItem, choice: Choice | None) -> Payable:
        """The bill with all that is known of it; credit notes are drawn on in turn."""
        account, cut_offs = self._account_for(item)
        asked = (choice and choice.pay_on) or _asked(item)
        day = pay_day(asked, now=self.now, cut_offs=cut_offs)
        creditor, said_by = self._creditor(item)
        bill = Payable(
            item, account, item.remaining_minor, 0, asked, day, creditor=creditor,
            account_said_by=said_by,
        )  # fmt: skip
        bill = replace(bill, abroad=self._way(bill, item.remaining_minor))
        bar = self._bar(bill)
        if bar is not None:
            return replace(bill, bar=bar)
        credits = self._draw(item)
        left = item.remaining_minor - sum(minor for _, minor in credits)
        if left <= 0:
            return replace(bill, amount_minor=0, credits=credits, bar=Bar.COVERED_BY_CREDIT)
        amount = left if choice is None or choice.amount_minor is None else choice.amount_minor
        # A part of a bill is paid as such: the credit notes wait for the rest.
        bill = replace(
            bill, amount_minor=amount, most_minor=left, credits=credits if amount == left else (),
            abroad=self._way(bill, amount),
        )  # fmt: skip
        like = self._like(item)
        return replace(bill, holds=tuple(self._holds(bill, like)), like=tuple(like))

    def _creditor(self, item: OpenItem) -> tuple[str, str]:
        """The account on the bill, else the one that is remembered; and who brought it."""
        elsewhere = self._payee(item).elsewhere
        if item.party_account or elsewhere is None:
            return item.party_account, item.imported_by or ""
        return elsewhere.number, elsewhere.set_by

    def _payee(self, item: OpenItem) -> PayeeAbroad:
        return self.payees.get(item.party_id, NOTHING_KNOWN)

    def _bar(self, bill: Payable) -> Bar | None:
        item, number = bill.item, bill.creditor
        abroad, payee = is_abroad(item.currency, number), self._payee(item)
        bars = (
            (item.pk in self.on_their_way, Bar.ON_ITS_WAY),
            (item.party.blocked, Bar.BLOCKED),
            (not number, Bar.NO_ACCOUNT),
            (not is_iban(number) and not payee.is_elsewhere(number), Bar.WRONG_ACCOUNT),
            (not abroad and not is_right_kid(item.kid), Bar.WRONG_KID),
            (bill.account is None, Bar.NO_AGREEMENT),
        )
        found = next((bar for holds, bar in bars if holds), None)
        if found is not None or not abroad:
            return found
        left = Money(item.remaining_minor, item.currency)
        return lacks(item.currency, number, payee, nok_value(left, self.rates))

    def _way(self, bill: Payable, minor: int) -> dict[str, Any] | None:
        item = bill.item
        if not is_abroad(item.currency, bill.creditor):
            return None
        value = nok_value(Money(minor, item.currency), self.rates)
        return way_abroad(item.currency, bill.creditor, self._payee(item), value)

    def _account_for(self, item: OpenItem) -> tuple[BankAccount | None, Any]:
        """The account in the bill's currency, else the one in kroner: the bank exchanges."""
        known = self.debit_accounts
        return known.get(item.currency) or known.get("NOK") or (None, ())

    def _draw(self, item: OpenItem) -> tuple[tuple[OpenItem, int], ...]:
        """Credit notes of the supplier, the oldest first, up to what is left of the bill."""
        left, drawn = item.remaining_minor, []
        waiting = self.credits[item.party_id, item.currency]
        while waiting and left > 0:
            note, minor = waiting.pop(0)
            taken = min(minor, left)
            drawn.append((note, taken))
            left -= taken
            if taken < minor:
                waiting.insert(0, (note, minor - taken))
        return tuple(drawn)

    def _holds(self, bill: Payable, like: Sequence[str]) -> list[Hold]:
        item = bill.item
        holds = self.known.holds(item.party, bill.creditor, bill.abroad)
        if not item.party_account:
            holds.append(Hold.ACCOUNT_REMEMBERED)
        account = bill.account
        if account and account.currency != item.currency and account.pk not in self.known.exchanges:
            holds.append(Hold.BANK_EXCHANGES)
        if like:
            holds.append(Hold.LIKE_BILL)
        reference = (bill.creditor, bill.amount_minor, item.kid or item.number)
        if self.paid[reference] - {item.pk}:
            holds.append(Hold.SAME_PAYMENT)
        if item.pk in self.failed:
            holds.append(Hold.FAILED_BEFORE)
        return holds

    def _like(self, item: OpenItem) -> list[str]:
        ours = _bill(item)
        same = self.others[item.party_id, item.currency, item.amount_minor]
        return [
            other.number for other in same if other.pk != item.pk and is_like(ours, _bill(other))
        ]

    def _open_credits(
        self, reserved: Mapping[int, int]
    ) -> dict[tuple[int, str], list[tuple[OpenItem, int]]]:
        notes = OpenItem.objects.filter(
            company_id=self.company_id, kind="supplier_credit_note", remaining_minor__gt=0,
            party_id__in=self._parties,
        ).order_by("invoice_date", "pk")  # fmt: skip
        found: dict[tuple[int, str], list[tuple[OpenItem, int]]] = defaultdict(list)
        for note in notes:
            free = note.remaining_minor - reserved.get(note.pk, 0)
            if free > 0:
                found[note.party_id, note.currency].append((note, free))
        return found

    def _left_and_undone(self) -> set[int]:
        """Bills whose money has left, while a person looks for what its debit is to be booked as.

        In the company's own currency they are off the supplier by then; in another they are open.
        """
        rows = SentPayment.objects.filter(
            company_id=self.company_id, settled=False, rejected=False,
            order__state=OrderState.SETTLED,
        )  # fmt: skip
        return set(rows.values_list("item_id", flat=True))

    def _bills_of_the_parties(self) -> dict[tuple[int, str, int], list[OpenItem]]:
        """The suppliers' other bills of equal amounts, paid ones too."""
        if not self.bills:
            return defaultdict(list)
        since = min(item.invoice_date for item in self.bills) - _ALIKE_WITHIN
        rows = OpenItem.objects.filter(
            company_id=self.company_id, kind="supplier_invoice", party_id__in=self._parties,
            amount_minor__in={item.amount_minor for item in self.bills}
            if len(self.bills) < 500 else self._amounts(),
            invoice_date__gte=since,
        )  # fmt: skip
        found: dict[tuple[int, str, int], list[OpenItem]] = defaultdict(list)
        for row in rows:
            found[row.party_id, row.currency, row.amount_minor].append(row)
        return found

    def _amounts(self) -> Any:
        return OpenItem.objects.filter(
            company_id=self.company_id, kind="supplier_invoice", remaining_minor__gt=0
        ).values("amount_minor")

    def _payments(self, elsewhere: Collection[str]) -> dict[tuple[str, int, str], set[int | None]]:
        """Payments in flight or made, by creditor, amount and reference: the bills they are for."""
        to_them = Q(creditor_account__in=self._accounts) | Q(creditor_account__in=elsewhere)
        rows = PaymentOrder.objects.filter(to_them, company_id=self.company_id)
        rows = rows.exclude(state__in=NOT_PAID)
        found: dict[tuple[str, int, str], set[int | None]] = defaultdict(set)
        for account, minor, kid, text, item_id in rows.values_list(
            "creditor_account", "amount_minor", "kid", "text", "item_id"
        ):
            found[account, minor, kid or text].add(item_id)
        return found


def _asked(item: OpenItem) -> date:
    return item.due_date or item.invoice_date


def _bill(item: OpenItem) -> Bill:
    return Bill(item.number, item.amount_minor, item.invoice_date)


def _reserved(documents: Iterable[Sequence[Mapping[str, Any]]]) -> dict[int, int]:
    """How much of each credit note is drawn off by orders that are on their way."""
    found: dict[int, int] = defaultdict(int)
    for each in documents:
        for document in each:
            if document["kind"] == "CREN":
                found[document["item"]] += document["amount_minor"]
    return found
