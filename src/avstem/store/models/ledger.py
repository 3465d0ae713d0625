"""What we made of it: decisions, vouchers, postings and allocations. Insert-only.

A posting's amount is signed: positive is debit. The triggers of `store/guards` refuse to change
or delete what is posted, an unbalanced voucher, a gap in the numbers and an allocation too much.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.audit import ReconcileRun
from avstem.store.models.bank import BankTransaction
from avstem.store.models.company import Company
from avstem.store.models.documents import OpenItem, Party


class Decision(models.Model):
    """What was decided for a transaction, by which rule, and why: the explanation as facts.

    The newest row of a transaction is the one that stands. `content` is the engine's answer
    (suggestions, reasons) as JSON; `content_hash` tells an unchanged answer from a new one.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    transaction = models.ForeignKey(
        BankTransaction, models.PROTECT, db_index=False, related_name="decisions"
    )
    run = models.ForeignKey(ReconcileRun, models.PROTECT, null=True, db_index=False)
    verdict = models.CharField(max_length=8)
    rule = models.CharField(max_length=40, blank=True)
    rule_version = models.IntegerField(default=0)
    decided_by = models.CharField(max_length=140)
    content = models.JSONField()
    content_hash = models.CharField(max_length=32)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "transaction", "-id"], name="decision_newest"),
            models.Index(
                fields=["company", "-id"],
                condition=Q(rule__in=("by_hand", "habit")),
                name="decision_by_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_id} {self.verdict}"


class Voucher(models.Model):
    """A posted voucher. Its postings are written first; this row seals them.

    Numbers run without gap by company, year and series. `booking_no` counts the bookings of one
    transaction, so that two attempts at once cannot both win.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="vouchers")
    year = models.IntegerField()
    series = models.CharField(max_length=4, default="B")
    number = models.IntegerField()
    date = models.DateField()
    text = models.CharField(max_length=200)
    transaction = models.ForeignKey(
        BankTransaction, models.PROTECT, null=True, related_name="vouchers"
    )
    booking_no = models.IntegerField(default=0)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, db_index=False)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=140)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "year", "series", "number"],
                name="voucher_number_once",
            ),
            models.UniqueConstraint(
                fields=["company", "transaction", "booking_no"],
                condition=Q(reverses__isnull=True),
                name="voucher_booking_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


class Posting(models.Model):
    """One line of a voucher. `vat_code` stands on the net amount and on its VAT (`domain.vat`).

    `value_minor` is the amount's value in the company's currency: the amount itself where that is
    its own; None on foreign vouchers of before there were rates (ADR 47).
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    # Deferred: postings are written before the voucher that seals them.
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="postings")
    position = models.IntegerField()
    account = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    party = models.ForeignKey(Party, models.PROTECT, null=True, db_index=False)
    item = models.ForeignKey(OpenItem, models.PROTECT, null=True, db_index=False)
    text = models.CharField(max_length=140, blank=True)
    vat_code = models.CharField(max_length=10, blank=True, default="")
    value_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "voucher", "position"], name="posting_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="posting_not_zero"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "account", "id"], name="posting_by_account"),
            models.Index(
                fields=["company", "party"],
                condition=Q(party__isnull=False),
                name="posting_by_party",
            ),
            models.Index(
                fields=["company", "party"],
                condition=Q(party__isnull=False, item__isnull=True),
                name="posting_party_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor}"


class LedgerTotal(models.Model):
    """What the postings of a bank account's ledger account come to, up to one of them.

    Written while the company is locked, so that no posting up to `last_posting` can come later;
    `avstem verify` adds them up again. A row for each currency that has been posted there.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    account = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    last_posting = models.BigIntegerField()
    moved_minor = models.BigIntegerField()
    value_minor = models.BigIntegerField()
    unvalued = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "account", "last_posting", "currency"], name="ledger_total_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.moved_minor} {self.currency}"


class Allocation(models.Model):
    """So much of an item is settled by a voucher; a reversal is a row with the other sign."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="allocations")
    transaction = models.ForeignKey(
        BankTransaction, models.PROTECT, null=True, related_name="allocations"
    )
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="allocations")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "voucher", "item"], name="allocation_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="allocation_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount_minor}"


class RejectedPair(models.Model):
    """A person has undone or refused this reading; it is not put first again."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    transaction = models.ForeignKey(BankTransaction, models.PROTECT)
    item = models.ForeignKey(OpenItem, models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "transaction", "item"], name="rejected_pair_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_id} {self.item_id}"
