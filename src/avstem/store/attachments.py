"""Receipts and pictures at bank transactions: kept byte for byte, once for each transaction."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from avstem.domain.attachment import media_type_of, stored_name
from avstem.store import audit
from avstem.store.models import Attachment, AttachmentChunk, BankTransaction, OwnerQuestion

CHUNK_BYTES = 1 << 20


def keep_attachment(
    transaction: BankTransaction,
    *,
    name: str,
    content: bytes,
    actor: str,
    now: datetime,
    question: OwnerQuestion | None = None,
) -> Attachment:
    """Store it, or answer the one with the same bytes that is there; the caller has the lock.

    What is neither a picture nor a PDF is refused, whatever it is called.
    """
    company_id, media_type = transaction.company_id, media_type_of(content, name)
    sha256 = hashlib.sha256(content).hexdigest()
    there = Attachment.objects.filter(company_id=company_id, transaction=transaction, sha256=sha256)
    if found := there.first():
        return found
    attachment = Attachment.objects.create(
        company_id=company_id,
        transaction=transaction,
        question=question,
        sha256=sha256,
        name=stored_name(name, media_type),
        media_type=media_type,
        size_bytes=len(content),
        added_by=actor,
        added_at=now,
    )
    AttachmentChunk.objects.bulk_create(
        AttachmentChunk(
            company_id=company_id,
            attachment=attachment,
            position=position,
            data=content[start : start + CHUNK_BYTES],
        )
        for position, start in enumerate(range(0, len(content), CHUNK_BYTES))
    )
    audit.record(
        company_id=company_id,
        actor=actor,
        action="attachment.added",
        at=now,
        facts={"transaction": transaction.pk, "attachment": attachment.pk, "sha256": sha256},
    )
    return attachment


def pieces_of_attachment(attachment: Attachment) -> Iterator[bytes]:
    """Its bytes again, a piece at a time."""
    chunks = AttachmentChunk.objects.filter(
        company_id=attachment.company_id, attachment=attachment
    ).order_by("position")
    for data in chunks.values_list("data", flat=True).iterator(chunk_size=4):
        yield bytes(data)
