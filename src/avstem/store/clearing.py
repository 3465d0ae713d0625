"""The way of a paid bill through the books: to the account of payments on their way, and off it.

When the bank says that an order is executed, or the debit comes first, its bill is moved to that
account (with the credit notes it draws off); the debit takes it from there to the bank. A return
takes it there again, and the bill is moved back, so that it is owed once more. At the end nothing
is left on the account. ADR 61. Call these with the company locked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from avstem.domain.errors import LaterBookingError
from avstem.domain.money import Money
from avstem.domain.payment_errors import OtherPaymentError
from avstem.domain.payment_life import LIVE, MOVES, OrderState
from avstem.domain.voucher import LedgerRole, Settled, payment_postings
from avstem.matching.decision import Suggestion
from avstem.store import audit, chart, payments
from avstem.store.items import booked_items
from avstem.store.models import (
    BankTransaction,
    Company,
    OpenItem,
    PaymentEvent,
    PaymentOrder,
    RejectedPair,
    SentPayment,
    Voucher,
)
from avstem.store.posting import NewVoucher, PostedVoucher, digest, post_vouchers
from avstem.store.reversing import first_open_day, reversing_vouchers
from avstem.store.suggested_voucher import BookedItem

OWN_KEY, RETURNED = "own_key", "returned"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Booked:
    """A suggestion that is booked: the transaction and its day."""

    suggestion: Suggestion
    transaction_id: int
    day: date


def sent_rows(company_id: int, ids: Iterable[int]) -> dict[int, SentPayment]:
    """The payments of those ids, with their orders."""
    found: dict[int, SentPayment] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        rows = SentPayment.objects.filter(
            company_id=company_id, pk__in=wanted[start : start + _CHUNK]
        ).select_related("order__account", "order__item", "clearing")
        found |= {row.pk: row for row in rows}
    return found


def sent_by_order(company: Company, orders: Sequence[PaymentOrder]) -> dict[int, SentPayment]:
    """Those of the orders whose bills go by the account, by order; settled ones are left alone."""
    found: dict[int, SentPayment] = {}
    ids = [order.pk for order in orders]
    for start in range(0, len(ids), _CHUNK):
        rows = SentPayment.objects.filter(
            company_id=company.pk, order_id__in=ids[start : start + _CHUNK], settled=False
        ).select_related("order__item", "clearing")
        found |= {
            row.order.pk: row
            for row in rows
            if row.order and is_through_clearing(row, company.currency)
        }
    return found


def is_through_clearing(row: SentPayment, own: str) -> bool:
    """Whether its bill goes by the account: an order in the company's own currency."""
    return row.order is not None and row.order.currency == own


def still_stands(suggestion: Suggestion, rows: Mapping[int, SentPayment]) -> bool:
    """Whether its payments are as they were when it was thought of."""
    if suggestion.rule == RETURNED:
        return all(rows[each.payment_id].settled for each in suggestion.payments)
    if suggestion.rule == OWN_KEY:
        return not any(rows[each.payment_id].settled for each in suggestion.payments)
    return True


def bills_to_move(
    suggestion: Suggestion, rows: Mapping[int, SentPayment], own: str
) -> list[tuple[int, int]]:
    """The bills that are moved with the debit, each with so much; none that has been moved."""
    if suggestion.rule != OWN_KEY:
        return []
    return [
        (each.item_id, each.amount_minor)
        for each in suggestion.payments
        if rows[each.payment_id].clearing_id is None
        and is_through_clearing(rows[each.payment_id], own)
    ]


def before_posting(
    company: Company, booked: Sequence[Booked], rows: Mapping[int, SentPayment], actor: str,
    now: datetime,
) -> None:  # fmt: skip
    """Move the bills whose debits are about to be posted."""
    waiting = {
        paid.payment_id: each.day
        for each in booked
        for paid in each.suggestion.payments
        if each.suggestion.rule == OWN_KEY
        and rows[paid.payment_id].clearing_id is None
        and is_through_clearing(rows[paid.payment_id], company.currency)
    }
    move_bills(company, [(rows[pk], day) for pk, day in waiting.items()], actor, now)


def after_posting(
    company: Company, booked: Sequence[Booked], rows: Mapping[int, SentPayment],
    vouchers: Sequence[int], actor: str, now: datetime,
) -> None:  # fmt: skip
    """Tell the payments what the postings mean; `vouchers` are the bookings' own, in turn."""
    settled: list[tuple[SentPayment, int, int]] = []
    back: list[tuple[SentPayment, date, int]] = []
    for each, voucher in zip(booked, vouchers, strict=True):
        found = [rows[paid.payment_id] for paid in each.suggestion.payments]
        if each.suggestion.rule == OWN_KEY:
            settled += [(row, each.transaction_id, voucher) for row in found]
        elif each.suggestion.rule == RETURNED:
            back += [(row, each.day, voucher) for row in found]
    _settle(settled, now)
    _come_back(company, back, actor, now)


def move_bills(
    company: Company, moves: Sequence[tuple[SentPayment, date]], actor: str, now: datetime
) -> list[SentPayment]:
    """Post for each what moves its bill to the account, on that day or the first that is open.

    A bill that has less left than was paid is not moved: a person looks when the debit comes.
    Answers those that were moved.
    """
    items = _items(company.pk, moves)
    left = {item_id: item.remaining_minor for item_id, item in items.items()}
    names = booked_items(company.pk, items)
    accounts = chart.accounts_by_role(company.pk)
    going, vouchers = [], []
    for row, day in moves:
        settled = _settled_by(row, left, names)
        if settled is None:
            payments.tell([_order(row)], "not_moved", now=now)
            continue
        going.append(row)
        vouchers.append(_moving(row, first_open_day(company, day), settled, names, accounts))
    posted = _post(company.pk, vouchers, actor, now)
    for row, voucher in zip(going, posted, strict=True):
        row.clearing_id = voucher.id
    _write(going, "clearing")
    _tell(zip(going, (voucher.id for voucher in posted), strict=True), "moved", now)
    return going


def move_back(
    company: Company, rows: Sequence[SentPayment], day: date, actor: str, now: datetime
) -> None:
    """Take the bills off the account again: they are owed once more."""
    own = company.currency
    moved = [row for row in rows if row.clearing is not None]
    dated = [
        (row.clearing, first_open_day(company, max(day, row.clearing.date)))
        for row in moved
        if row.clearing is not None
    ]
    posted = _post(company.pk, reversing_vouchers(dated, own), actor, now)
    for row in moved:
        row.clearing = None
    _write(moved, "clearing")
    told = zip(moved, (voucher.id for voucher in posted), strict=True)
    _tell(told, "moved_back", now)


def debit_undone(transaction: BankTransaction, now: datetime) -> bool:
    """The debit's booking was undone: its payments wait for their debit again, as executed.

    Their bills stay on the account of what is on its way, so that nobody pays them anew; the
    reading is remembered. False where no payments are known by the debit.
    """
    company_id = transaction.company_id
    rows = SentPayment.objects.filter(company_id=company_id, debit=transaction)
    found = list(rows.select_related("order__account", "order__item"))
    for row in found:
        row.settled, row.debit = False, None
    _write(found, "settled", "debit")
    payments.change(_movable(found, OrderState.EXECUTED), state=OrderState.EXECUTED.value)
    RejectedPair.objects.bulk_create(
        (
            RejectedPair(company_id=company_id, transaction=transaction, item_id=row.item_id)
            for row in found
        ),
        ignore_conflicts=True,
    )
    _tell(((row, None) for row in found), "debit_undone", now)
    return bool(found)


def returned_by(voucher: Voucher) -> list[SentPayment]:
    """The payments of ours that the booking took for returned; refused where paid anew."""
    decision = voucher.decision
    if decision is None or decision.rule != RETURNED or not decision.content["suggestions"]:
        return []
    named = decision.content["suggestions"][0].get("payments", ())
    rows = sent_rows(voucher.company_id, (each["payment_id"] for each in named))
    for row in rows.values():
        _require_still_owed(row, voucher)
    return list(rows.values())


def require_openable(voucher: Voucher) -> None:
    """Refuse to open payments that have come back since, or whose bills another one pays now.

    Of one bill one payment at a time is on its way; the tables know no other.
    """
    rows = SentPayment.objects.filter(
        company_id=voucher.company_id, debit_id=voucher.transaction_id, order__isnull=False
    )
    back = rows.filter(rejected=True).select_related("order__item").first()
    if back is not None and back.order is not None:
        told = PaymentEvent.objects.filter(
            company_id=voucher.company_id, order=back.order, kind="returned"
        ).select_related("voucher")
        later = told.order_by("-pk").first()
        number = back.order.item.number if back.order.item else back.end_to_end_id
        raise LaterBookingError(str(voucher), number, str(later and later.voucher))
    opened = dict(rows.values_list("item_id", "order_id"))
    others = PaymentOrder.objects.filter(
        company_id=voucher.company_id, item_id__in=opened, state__in=sorted(LIVE)
    ).exclude(pk__in=opened.values())
    other = others.select_related("item").order_by("pk").first()
    if other is not None and other.item is not None:
        raise OtherPaymentError(str(voucher), other.item.number, other.end_to_end_id)


def _require_still_owed(row: SentPayment, voucher: Voucher) -> None:
    """A bill that another payment is made of is not paid by the first one again."""
    others = PaymentOrder.objects.filter(company_id=row.company_id, item_id=row.item_id)
    newer = others.exclude(pk=row.order_id or 0).filter(state__in=[*LIVE, OrderState.SETTLED])
    newer = newer.filter(pk__gt=row.order_id or 0)
    is_owed = (
        row.order is not None
        and row.order.item is not None
        and (row.order.item.remaining_minor >= row.amount_minor)
    )
    if newer.exists() or not is_owed:
        later = newer.order_by("-pk").values_list("end_to_end_id", flat=True).first() or "?"
        number = row.order.item.number if row.order and row.order.item else str(row.item_id)
        raise LaterBookingError(voucher=str(voucher), item=number, later=later)


def return_undone(
    company: Company, rows: Sequence[SentPayment], day: date, actor: str, now: datetime
) -> None:
    """The money did not come back after all: the bills are paid, as they were."""
    for row in rows:
        row.rejected = False
    _write(rows, "rejected")
    through = [row for row in rows if is_through_clearing(row, company.currency)]
    moved = move_bills(company, [(row, day) for row in through], actor, now)
    assert len(moved) == len(through), "looked at before anything was posted"
    payments.move(_movable(rows, OrderState.SETTLED), OrderState.SETTLED, "settled", now=now)


def _items(company_id: int, moves: Sequence[tuple[SentPayment, date]]) -> dict[int, OpenItem]:
    """The bills and the credit notes drawn off them, by id."""
    wanted = {row.item_id for row, _ in moves}
    wanted |= {each["item"] for row, _ in moves for each in _order(row).documents}
    found: dict[int, OpenItem] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), _CHUNK):
        rows = OpenItem.objects.filter(company_id=company_id, pk__in=ids[start : start + _CHUNK])
        found |= {row.pk: row for row in rows}
    return found


def _settled_by(
    row: SentPayment, left: dict[int, int], names: Mapping[int, BookedItem]
) -> list[Settled] | None:
    """The bill, with the credit notes drawn off it where all of them still have as much left.

    What it takes is taken from what is left; None where the bill has less than was paid.
    """
    documents = [(each["item"], each["amount_minor"]) for each in _order(row).documents]
    alone = [(row.item_id, row.amount_minor)]
    for wanted in (documents, alone):
        if wanted and all(0 < minor <= left.get(item_id, 0) for item_id, minor in wanted):
            for item_id, minor in wanted:
                left[item_id] -= minor
            return [_settled(names[item_id], minor) for item_id, minor in wanted]
    return None


def _settled(item: BookedItem, minor: int) -> Settled:
    amount = Money(minor, item.currency)
    return Settled(item.id, item.kind, item.party_id, amount, item.ledger_account)


def _moving(
    row: SentPayment, day: date, settled: Sequence[Settled], names: Mapping[int, BookedItem],
    accounts: dict[LedgerRole, str],
) -> NewVoucher:  # fmt: skip
    order = _order(row)
    first, *others = payment_postings(
        bank_account=accounts[LedgerRole.PAYMENTS_ON_THEIR_WAY],
        amount=Money(-row.amount_minor, order.currency),
        settled=settled,
        accounts=accounts,
    )
    first = replace(first, text=row.end_to_end_id, party_id=order.party_id)
    bill = names[row.item_id]
    return NewVoucher(
        date=day,
        text=f"Betaling underveis: {bill.party_name}: {bill.number}"[:200],
        postings=(first, *others),
        allocations=tuple((each.item_id, each.amount.minor) for each in settled),
    )


def _settle(settled: Sequence[tuple[SentPayment, int, int]], now: datetime) -> None:
    """Their money has left the account; believed over a refusal."""
    for row, transaction_id, _ in settled:
        row.settled, row.rejected, row.debit_id = True, False, transaction_id
    rows = [row for row, _, _ in settled]
    _write(rows, "settled", "rejected", "debit")
    orders = _movable(rows, OrderState.SETTLED)
    payments.change(orders, state=OrderState.SETTLED.value)
    _tell(((row, voucher) for row, _, voucher in settled), "settled", now)


def _come_back(
    company: Company, back: Sequence[tuple[SentPayment, date, int]], actor: str, now: datetime
) -> None:
    """Their money is on the account again: the bills are owed, and a person looks at them."""
    rows = [row for row, _, _ in back]
    for row in rows:
        row.rejected = True
    _write(rows, "rejected")
    for day in sorted({day for _, day, _ in back}):
        move_back(company, [row for row, each, _ in back if each == day], day, actor, now)
    payments.change(_movable(rows, OrderState.RETURNED), state=OrderState.RETURNED.value)
    _tell(((row, voucher) for row, _, voucher in back), "returned", now)


def _movable(rows: Iterable[SentPayment], wanted: OrderState) -> list[PaymentOrder]:
    """The orders that may move there, each looked at once."""
    orders = {row.order.pk: row.order for row in rows if row.order is not None}
    return [each for each in orders.values() if wanted in MOVES[OrderState(each.state)]]


def _order(row: SentPayment) -> PaymentOrder:
    assert row.order is not None, "only orders go by the account"
    return row.order


def _post(
    company_id: int, vouchers: Sequence[NewVoucher], actor: str, now: datetime
) -> list[PostedVoucher]:
    if not vouchers:
        return []
    posted = post_vouchers(company_id=company_id, vouchers=vouchers, actor=actor, now=now)
    years = sorted({each.year for each in posted})
    numbers = {year: [each.number for each in posted if each.year == year] for year in years}
    audit.record(
        company_id=company_id, actor=actor, action="vouchers.posted", at=now,
        facts={
            "vouchers": [[year, min(numbers[year]), max(numbers[year])] for year in years],
            "digest": digest(vouchers, posted),
        },
    )  # fmt: skip
    return posted


def _write(rows: Sequence[SentPayment], *fields: str) -> None:
    if rows:
        SentPayment.objects.bulk_update(rows, fields, batch_size=_CHUNK)


def _tell(told: Iterable[tuple[SentPayment, int | None]], kind: str, now: datetime) -> None:
    """A line in each order's timeline, with the voucher."""
    PaymentEvent.objects.bulk_create(
        [
            PaymentEvent(
                company_id=row.company_id, order=row.order, file_id=row.order.file_id, at=now,
                kind=kind, state=row.order.state, voucher_id=voucher,
            )
            for row, voucher in told
            if row.order is not None
        ],
        batch_size=_CHUNK,
    )  # fmt: skip
