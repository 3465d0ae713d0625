"""What the program has learnt of a company: how right its rules are, and who pays how.

Beside these, `PartyAccount` with the source `learnt` keeps the accounts that parties paid from.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.matching.record import Record
from avstem.store.models.company import Company
from avstem.store.models.documents import Party
from avstem.store.models.ledger import Voucher

_COUNTS = ("booked", "accepted", "undone", "passed_over")


class AnswerRecord(models.Model):
    """What became of one kind of answer (`matching.record.record_key`).

    Kept in the transaction that books or undoes; `verify` counts it again from the vouchers.
    `recent` is the newest fifty: [[voucher, letter of `Told`], …].
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    key = models.CharField(max_length=80)
    booked = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    undone = models.IntegerField(default=0)
    passed_over = models.IntegerField(default=0)
    recent = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key"], name="answer_record_once"),
            models.CheckConstraint(
                name="answer_record_counts",
                condition=Q(*((f"{name}__gte", 0) for name in _COUNTS)),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def to_domain(self) -> Record:
        """The record as the rules take it."""
        recent = tuple((voucher, told) for voucher, told in self.recent)
        return Record(self.booked, self.accepted, self.undone, self.passed_over, recent)


class NameAlias(models.Model):
    """A name the bank has shown for payments of a party that we know by another name.

    It adds points to a proposal and never books. `name_key` is the folded words, sorted.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    name_key = models.CharField(max_length=140)
    name = models.CharField(max_length=140)
    party = models.ForeignKey(Party, models.PROTECT, related_name="aliases")
    confirmations = models.IntegerField(default=0)
    switched_off = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "name_key", "party"], name="name_alias_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BookingSample(models.Model):
    """An automatic booking put to a person for a look, so that silence is not taken for truth."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    voucher = models.OneToOneField(Voucher, models.PROTECT, related_name="sample")
    state = models.CharField(
        max_length=8,
        choices=[("waits", "waits"), ("right", "right"), ("undone", "undone")],
        default="waits",
    )
    looked_by = models.CharField(max_length=140, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["company", "id"], condition=Q(state="waits"), name="booking_sample_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id} {self.state}"
