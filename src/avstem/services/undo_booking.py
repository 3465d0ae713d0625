"""Undo a booking: a voucher that reverses, allocations taken back, the transaction open again."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction as database

from avstem.store import booking, clearing
from avstem.store.answer_records import Records, look_was_taken
from avstem.store.items import booked_items
from avstem.store.learning import lesson_of, unlearn
from avstem.store.locks import lock_company
from avstem.store.models import Company, RejectedPair, Voucher
from avstem.store.sent_payments import unfail_sent, unsettle_sent
from avstem.store.tenancy import in_company
from avstem.store.undoing import Reversal, plan_undo


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
    second is refused: the transaction is open by then. Refused too: what a later booking rests on,
    and a closed period where the company has chosen so.
    """
    return _undo_all(company_id, transaction_id, actor, now, on_date)[0]


@in_company
@database.atomic
def undo_chain(
    *,
    company_id: int,
    transaction_id: int,
    actor: str,
    now: datetime,
    on_date: date | None = None,
) -> list[Voucher]:
    """As `undo_booking`; every reversing voucher, the one of the transaction asked for first."""
    return _undo_all(company_id, transaction_id, actor, now, on_date)


@in_company
def foresee_undo(
    *, company_id: int, transaction_id: int, on_date: date | None = None
) -> Sequence[Reversal]:
    """What undoing would post now; refused as undoing would be. Nothing is written."""
    return plan_undo(Company.objects.get(pk=company_id), transaction_id, on_date)


def _undo_all(
    company_id: int, transaction_id: int, actor: str, now: datetime, on_date: date | None
) -> list[Voucher]:
    company = lock_company(company_id)
    return [_undo(each, actor, now) for each in plan_undo(company, transaction_id, on_date)]


def _undo(planned: Reversal, actor: str, now: datetime) -> Voucher:
    transaction, voucher = planned.transaction, planned.voucher
    company_id = transaction.company_id
    item_ids = [item_id for item_id, _ in planned.reversing.allocations]
    transaction.state = "open"
    transaction.save(update_fields=["state"])
    RejectedPair.objects.bulk_create(
        (
            RejectedPair(company_id=company_id, transaction=transaction, item_id=item_id)
            for item_id in item_ids
        ),
        ignore_conflicts=True,
    )
    Records(company_id).take_back(voucher, actor=actor, now=now)
    look_was_taken(voucher, actor=actor, now=now)
    items = booked_items(company_id, item_ids)
    unlearn(company_id, lesson_of(transaction, items.values()))
    posted = booking.post_one(
        company_id, planned.reversing, actor=actor, action="voucher.reversed", now=now
    )
    _tell_sent_payments(planned, item_ids, actor, now)
    return posted


def _tell_sent_payments(
    planned: Reversal, item_ids: Sequence[int], actor: str, now: datetime
) -> None:
    """Take back what the booking meant for the payments that were sent to the bank."""
    decision, transaction = planned.voucher.decision, planned.transaction
    rule = decision.rule if decision is not None else ""
    if planned.returned:
        company = Company.objects.get(pk=transaction.company_id)
        clearing.return_undone(company, planned.returned, planned.reversing.date, actor, now)
    elif rule == "own_key" and not clearing.debit_undone(transaction, now):
        unsettle_sent(transaction.company_id, item_ids)
    elif rule == "returned" and transaction.end_to_end_id:
        unfail_sent(transaction.company_id, item_ids, {transaction.end_to_end_id})
