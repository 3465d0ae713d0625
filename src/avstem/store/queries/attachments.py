"""Receipts and questions at a bank transaction, the oldest first."""

from avstem.store.models import Attachment, OwnerQuestion


def attachments_of(company_id: int, transaction_id: int) -> list[Attachment]:
    """The transaction's receipts and pictures."""
    rows = Attachment.objects.filter(company_id=company_id, transaction_id=transaction_id)
    return list(rows.order_by("pk"))


def questions_of(company_id: int, transaction_id: int) -> list[OwnerQuestion]:
    """What the owner was asked about it, also what is answered or withdrawn."""
    rows = OwnerQuestion.objects.filter(company_id=company_id, transaction_id=transaction_id)
    return list(rows.order_by("pk"))
