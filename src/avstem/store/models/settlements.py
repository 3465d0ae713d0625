"""What payment providers (Vipps, Stripe, Zettle) paid out, and what each payout is made of.

Insert-only, as the bank's word is: the triggers of `store/guards` refuse to change or delete it.
Amounts are minor units of the payout's currency, signed as in `domain.settlement`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.bank import BankFile
from avstem.store.models.company import Company


class Settlement(models.Model):
    """A payout as its report tells of it, once, however many reports tell of it.

    `day` is what it is listed under: the day of payment, else that of its last line. `payout_date`
    is None where the report tells of a period only. `reference_key` is the word of the payout's
    name that the bank's text repeats (Vipps' payout number, Stripe's `po_…`), "" where none does.
    `content_hash` covers the money (`services.import_settlement`), not the texts.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="settlements")
    file = models.ForeignKey(BankFile, models.PROTECT, related_name="settlements")
    provider = models.CharField(max_length=20)
    payout_id = models.CharField(max_length=300)
    reference_key = models.CharField(max_length=140, blank=True)
    day = models.DateField()
    payout_date = models.DateField(null=True)
    account = models.CharField(max_length=140, blank=True)
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    other_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    invoiced_fees_minor = models.BigIntegerField(null=True)
    line_count = models.IntegerField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "provider", "payout_id"], name="settlement_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "day", "id"], name="settlement_by_day"),
            models.Index(fields=["company", "net_minor"], name="settlement_by_net"),
            models.Index(
                fields=["company", "reference_key"],
                condition=~Q(reference_key=""),
                name="settlement_by_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.payout_id}"

    @property
    def unexplained_minor(self) -> int:
        """What the payout is more than its lines explain."""
        explained = self.gross_minor - self.fees_minor - self.refunds_minor + self.other_minor
        return self.net_minor - explained


class SettlementLine(models.Model):
    """One movement of the balance at the provider; see `domain.settlement.SettlementLine`."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    settlement = models.ForeignKey(Settlement, models.PROTECT, db_index=False, related_name="lines")
    position = models.IntegerField()
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=140, blank=True)
    order_id = models.CharField(max_length=140, blank=True)
    date = models.DateField()
    gross_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "settlement", "position"], name="settlement_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}/{self.position}"
