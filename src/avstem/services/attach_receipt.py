"""Attach a receipt or a picture to a bank transaction."""

from datetime import datetime

from django.db import transaction as database

from avstem.store import booking
from avstem.store.attachments import keep_attachment
from avstem.store.locks import lock_company
from avstem.store.models import Attachment
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def attach_receipt(
    *, company_id: int, transaction_id: int, name: str, content: bytes, actor: str, now: datetime
) -> Attachment:
    """Keep it at the transaction, booked or not; the same bytes twice are kept once."""
    lock_company(company_id)
    transaction = booking.get_transaction(company_id, transaction_id)
    return keep_attachment(transaction, name=name, content=content, actor=actor, now=now)
