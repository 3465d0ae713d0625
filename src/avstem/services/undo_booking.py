"""Undo a booking: a voucher that reverses, allocations taken back, the transaction open again."""

from datetime import date, datetime, timedelta

from django.db import transaction as database

from avstem.domain.money import Money
from avstem.domain.voucher import PostingLine, reversal_of
from avstem.store import booking
from avstem.store.answer_records import Records
from avstem.store.items import booked_items
from avstem.store.learning import lesson_of, unlearn
from avstem.store.locks import lock_company
from avstem.store.models import Allocation, BankTransaction, Company, Posting, RejectedPair, Voucher
from avstem.store.posting import NewVoucher
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def undo_booking(
    *,
    company_id: int,
    transaction_id: int,
    actor: str,
    now: datetime,
    on_date: date | None = None,
) -> Voucher:
    """The reversing voucher. Nothing is deleted; the reading that was undone is remembered.

    It is dated as the booking, or on the first open day where that lies in a closed period, or on
    `on_date`. The other side of a transfer between own accounts is undone with it. Asked twice, the
    second is refused: the transaction is open by then.
    """
    company = lock_company(company_id)
    transaction = booking.get_transaction(company_id, transaction_id)
    booking.require_state(transaction, "booked")
    reversing = _undo(company, transaction, actor, now, on_date)
    if (partner := _partner(transaction)) is not None:
        _undo(company, partner, actor, now, on_date)
    return reversing


def _partner(transaction: BankTransaction) -> BankTransaction | None:
    """The other side of a transfer between own accounts, where it stands booked as such."""
    company_id = transaction.company_id
    decision = booking.newest_decision(transaction)
    partner_id: int | None = decision.content.get("partner") if decision else None
    if partner_id is None:
        return None
    rows = BankTransaction.objects.filter(company_id=company_id, pk=partner_id, state="booked")
    partner = rows.select_related("account").first()
    theirs = booking.newest_decision(partner) if partner else None
    return partner if theirs and theirs.content.get("partner") == transaction.pk else None


def _undo(
    company: Company,
    transaction: BankTransaction,
    actor: str,
    now: datetime,
    on_date: date | None,
) -> Voucher:
    company_id = company.pk
    voucher = Voucher.objects.get(
        company_id=company_id,
        transaction=transaction,
        booking_no=transaction.booking_no,
        reverses__isnull=True,
    )
    day = on_date or _reversal_day(company, voucher.date)
    booking.require_open_period(company, day)

    reversing = _reversal(voucher, day, company.currency)

    transaction.state = "open"
    transaction.save(update_fields=["state"])
    RejectedPair.objects.bulk_create(
        (
            RejectedPair(company_id=company_id, transaction=transaction, item_id=item_id)
            for item_id, _ in reversing.allocations
        ),
        ignore_conflicts=True,
    )
    Records(company_id).take_back(voucher, actor=actor, now=now)
    items = booked_items(company_id, (item_id for item_id, _ in reversing.allocations))
    unlearn(company_id, lesson_of(transaction, items.values()))
    return booking.post_one(company_id, reversing, actor=actor, action="voucher.reversed", now=now)


def _reversal_day(company: Company, day: date) -> date:
    if company.closed_to and day <= company.closed_to:
        return company.closed_to + timedelta(days=1)
    return day


def _reversal(voucher: Voucher, day: date, own: str) -> NewVoucher:
    postings = Posting.objects.filter(voucher=voucher).order_by("position")
    allocations = Allocation.objects.filter(voucher=voucher).order_by("pk")
    return NewVoucher(
        date=day,
        text=f"Reversering av bilag {voucher}: {voucher.text}"[:200],
        postings=reversal_of(_line(row, own) for row in postings),
        allocations=tuple((row.item_id, -row.amount_minor) for row in allocations),
        transaction_id=voucher.transaction_id,
        booking_no=voucher.booking_no,
        reverses_id=voucher.pk,
    )


def _line(row: Posting, own: str) -> PostingLine:
    return PostingLine(
        row.account,
        Money(row.amount_minor, row.currency),
        row.party_id,
        row.item_id,
        row.text,
        row.vat_code,
        None if row.currency == own else row.value_minor,
    )
