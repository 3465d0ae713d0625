"""Who did what, when: an append-only chain of hashes, written with the change itself."""

from typing import ClassVar

from django.db import models

from avstem.store.models.company import Company


class ReconcileRun(models.Model):
    """One run of the matching over a company's open transactions."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    transactions = models.IntegerField(default=0)
    booked = models.IntegerField(default=0)
    suggested = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.company_id} {self.started_at:%Y-%m-%d %H:%M}"


class AuditEvent(models.Model):
    """One link: `hash` covers the facts and the hash before it.

    `vouchers_from` and `vouchers_to` (ids, inclusive) name the vouchers posted with it and
    `vouchers_hash` covers their whole content, so that a later change shows.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=140)
    action = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "sequence"], name="audit_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
