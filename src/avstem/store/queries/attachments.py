"""Receipts and questions at bank transactions."""

from avstem.store.models import Attachment, OwnerQuestion
from avstem.store.queries.keyset import Order, Page, page_of

NEWEST = Order((("pk", int),))


def attachments_of(company_id: int, transaction_id: int) -> list[Attachment]:
    """The transaction's receipts and pictures, the oldest first."""
    rows = Attachment.objects.filter(company_id=company_id, transaction_id=transaction_id)
    return list(rows.order_by("pk"))


def questions_of(company_id: int, transaction_id: int) -> list[OwnerQuestion]:
    """What the owner was asked about it, also what is answered or withdrawn; the oldest first."""
    rows = OwnerQuestion.objects.filter(company_id=company_id, transaction_id=transaction_id)
    return list(rows.order_by("pk"))


def questions_page(company_id: int, *, after: str, before: str) -> Page[OwnerQuestion]:
    """All that the owner was asked, the newest first; what was withdrawn unanswered is left out."""
    rows = OwnerQuestion.objects.filter(company_id=company_id).exclude(
        closed_at__isnull=False, answered_at__isnull=True
    )
    return page_of(rows.select_related("transaction"), NEWEST, after=after, before=before)
