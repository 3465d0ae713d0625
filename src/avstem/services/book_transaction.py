"""Book a bank transaction by hand: settle invoices, book the rest to ledger accounts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction as database

from avstem.store.hand_booking import BookingLine, book_by_hand
from avstem.store.locks import lock_company
from avstem.store.models import Voucher
from avstem.store.tenancy import in_company

__all__ = ["BookingLine", "book_transaction"]


@in_company
@database.atomic
def book_transaction(
    *,
    company_id: int,
    transaction_id: int,
    settlements: Sequence[tuple[int, int]],
    lines: Sequence[BookingLine],
    actor: str,
    now: datetime,
) -> Voucher:
    """Post the voucher; it must add up to the transaction. `settlements` are (item, unsigned).

    Booked already, by another person or run: refused, and nothing changes.
    """
    return book_by_hand(
        lock_company(company_id),
        transaction_id=transaction_id,
        settlements=settlements,
        lines=lines,
        actor=actor,
        now=now,
    )
