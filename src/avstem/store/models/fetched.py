"""Files that were fetched from banks: what each was called there, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.agreements import Agreement
from avstem.store.models.company import Company


class FetchedState(models.TextChoices):
    """What became of a file: `new` is fetched and not settled, and is tried at the next round.

    `dismissed`: a person has seen that it was set aside and wants no more of it.
    """

    NEW = "new"
    IMPORTED = "imported"
    SET_ASIDE = "set_aside"
    DISMISSED = "dismissed"


class FetchedFile(models.Model):
    """A file as it lay at the bank, once for each name and content.

    `remote_name`, `size_bytes` and `modified_at` are the bank's own (its clock, in UTC). The bytes
    of one that was imported stand in the BankFile of that `sha256`, of another in its chunks.
    `reason_code` and `reason_facts` are the refusal that set it aside, or for which it waits.
    `dismissed_reason` and `dismissed_by` are a person's word on it.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, db_index=False, related_name="fetched_files"
    )
    remote_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    modified_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=FetchedState.choices, default="new")
    reason_code = models.CharField(max_length=60, blank=True)
    reason_facts = models.JSONField(default=dict)
    fetched_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    dismissed_reason = models.CharField(max_length=500, blank=True)
    dismissed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "agreement", "remote_name", "sha256"], name="fetched_once"
            ),
            models.CheckConstraint(
                condition=(Q(state="new") & Q(settled_at__isnull=True))
                | (Q(state="imported", reason_code="") & Q(settled_at__isnull=False))
                | (Q(state="set_aside", settled_at__isnull=False) & ~Q(reason_code=""))
                | (
                    Q(state="dismissed", settled_at__isnull=False)
                    & ~Q(reason_code="")
                    & ~Q(dismissed_reason="")
                ),
                name="fetched_settled",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "agreement", "id"], name="fetched_by_agreement"),
        ]

    def __str__(self) -> str:
        return f"{self.remote_name} {self.state}"


class FetchedFileChunk(models.Model):
    """A piece of a file that was not imported: at most 1 MiB before zlib. An import takes it away.

    So that a person can look at what was set aside also when the bank has taken it away.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    file = models.ForeignKey(FetchedFile, models.PROTECT, db_index=False, related_name="chunks")
    position = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "file", "position"], name="fetched_chunk_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"
