"""What undoing a booking will post: worked out and checked in full before anything is written.

Call it with the company locked where the answer is to be posted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from avstem.domain.errors import InvalidValueError, LaterBookingError, UndoClosedError
from avstem.store import booking
from avstem.store.clearing import require_openable, returned_by
from avstem.store.matching_settings import settings_of
from avstem.store.models import (
    BankTransaction,
    Company,
    CreditUse,
    OpenItem,
    Posting,
    SentPayment,
    Voucher,
)
from avstem.store.models.settings import UndoInClosedPeriod
from avstem.store.posting import NewVoucher
from avstem.store.refunds import notes_of
from avstem.store.reversing import first_open_day, reversing_voucher


@dataclass(frozen=True)
class Reversal:
    """A standing booking and the voucher that takes it back."""

    transaction: BankTransaction
    voucher: Voucher
    reversing: NewVoucher
    #: Payments of ours that it took for returned.
    returned: Sequence[SentPayment] = ()


def plan_undo(company: Company, transaction_id: int, on_date: date | None) -> list[Reversal]:
    """The reversals of a booking and of what hangs together with it, the one asked for first.

    Refused where it is not booked, where a later booking rests on it, and in a closed period if the
    company has chosen so.
    """
    transaction = booking.get_booked(company.pk, transaction_id)
    sides = [transaction, *_partner(transaction)]
    return [_reversal_of(company, each, on_date) for each in sides]


def _partner(transaction: BankTransaction) -> list[BankTransaction]:
    """The other side of a transfer between own accounts, where it stands booked as such."""
    company_id = transaction.company_id
    decision = booking.newest_decision(transaction)
    partner_id: int | None = decision.content.get("partner") if decision else None
    if partner_id is None:
        return []
    rows = BankTransaction.objects.filter(company_id=company_id, pk=partner_id, state="booked")
    partner = rows.select_related("account").first()
    theirs = booking.newest_decision(partner) if partner else None
    return [partner] if partner and theirs and _is_partner(theirs.content, transaction) else []


def _is_partner(content: dict[str, object], transaction: BankTransaction) -> bool:
    return content.get("partner") == transaction.pk


def _reversal_of(company: Company, transaction: BankTransaction, on_date: date | None) -> Reversal:
    voucher = Voucher.objects.select_related("decision").get(
        company_id=company.pk,
        transaction=transaction,
        booking_no=transaction.booking_no,
        reverses__isnull=True,
    )
    day = _day(company, voucher, on_date)
    reversing = reversing_voucher(voucher, day, company.currency)
    _require_newest(voucher, reversing.allocations)
    _require_unused(voucher)
    require_openable(voucher)
    return Reversal(transaction, voucher, reversing, returned_by(voucher))


def _day(company: Company, voucher: Voucher, on_date: date | None) -> date:
    is_closed = company.closed_to is not None and voucher.date <= company.closed_to
    policy = settings_of(company.pk).undo_in_closed_period
    if is_closed and policy == UndoInClosedPeriod.REFUSED:
        raise UndoClosedError(voucher=str(voucher), booking_date=voucher.date.isoformat())
    if on_date is None:
        return first_open_day(company, voucher.date)
    if on_date < voucher.date:
        raise InvalidValueError("date", str(on_date), f"{voucher.date} or later")
    booking.require_open_period(company, on_date)
    return on_date


def _require_newest(voucher: Voucher, allocations: Iterable[tuple[int, int]]) -> None:
    """What came back may have been paid again, and what was paid may have come back."""
    change = dict(allocations)
    rows = OpenItem.objects.filter(company_id=voucher.company_id, pk__in=change)
    for item in rows.order_by("pk"):
        after = item.remaining_minor - change[item.pk]
        if not 0 <= after <= item.amount_minor:
            raise LaterBookingError(
                voucher=str(voucher), item=item.number, later=_later(voucher, item)
            )


def _require_unused(voucher: Voucher) -> None:
    """What it left on the party may have settled an invoice since."""
    uses = CreditUse.objects.filter(
        company_id=voucher.company_id, credit__voucher=voucher, voucher__reversed_by__isnull=True
    )
    use = uses.select_related("voucher", "item").order_by("-pk").first()
    if use is not None:
        raise LaterBookingError(voucher=str(voucher), item=use.item.number, later=str(use.voucher))
    postings = Posting.objects.filter(
        company_id=voucher.company_id, voucher=voucher, party__isnull=False, item__isnull=True
    )
    for note in notes_of(voucher.company_id, postings.values_list("pk", flat=True)):
        raise LaterBookingError(voucher=str(voucher), item=note.number, later=note.number)


def _later(voucher: Voucher, item: OpenItem) -> str:
    """The newest voucher on the item that stands."""
    rows = Voucher.objects.filter(
        company_id=voucher.company_id,
        allocations__item=item,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    return str(rows.exclude(pk=voucher.pk).order_by("-pk").first() or voucher)
