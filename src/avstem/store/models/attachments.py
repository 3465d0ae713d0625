"""What stands at a bank transaction beside the bank's word: receipts, and questions about it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.bank import BankTransaction
from avstem.store.models.company import Company


class OwnerQuestion(models.Model):
    """A question about a transaction, answered through a link that needs no account.

    Only the SHA-256 of the link's secret is kept (`token_hash`). A transaction has one question at
    a time that waits; it is over when it is answered, withdrawn (`closed_at`) or past
    `expires_at`.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    transaction = models.ForeignKey(
        BankTransaction, models.PROTECT, db_index=False, related_name="questions"
    )
    token_hash = models.CharField(max_length=64)
    text = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=140)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=140, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "token_hash"], name="question_token_once"),
            models.UniqueConstraint(
                fields=["company", "transaction"],
                condition=Q(closed_at__isnull=True),
                name="question_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(closed_at__isnull=False),
                name="question_answered_is_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "transaction", "id"], name="question_by_transaction"),
        ]

    def __str__(self) -> str:
        return self.text


class Attachment(models.Model):
    """A receipt or a picture, kept byte for byte as it came; what is here is not changed.

    `media_type` is what the bytes are, never what their sender called them. `question` is the one
    that it came in answer to.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    transaction = models.ForeignKey(
        BankTransaction, models.PROTECT, db_index=False, related_name="attachments"
    )
    question = models.ForeignKey(
        OwnerQuestion, models.PROTECT, null=True, db_index=False, related_name="attachments"
    )
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=140)
    media_type = models.CharField(max_length=40)
    size_bytes = models.IntegerField()
    added_by = models.CharField(max_length=140)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "transaction", "sha256"], name="attachment_once"
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="attachment_has_bytes"),
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentChunk(models.Model):
    """A piece of an attachment: at most 1 MiB."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, db_index=False, related_name="chunks"
    )
    position = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "attachment", "position"], name="attachment_chunk_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id}/{self.position}"
