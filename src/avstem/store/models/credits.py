"""What a party has to its credit, and what it was used for. Insert-only.

The credit itself is a posting on the party without a document: what was paid too much, twice, or
before there was an invoice.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.company import Company
from avstem.store.models.documents import OpenItem
from avstem.store.models.ledger import Posting, Voucher


class CreditUse(models.Model):
    """So much (unsigned) of a credit settles a document, by a voucher of its own.

    It counts while that voucher is not reversed. `rule` is the engine's, or `by_hand`; `reasons`
    are its explanation, as a decision has them.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    credit = models.ForeignKey(Posting, models.PROTECT, related_name="uses")
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="credit_uses")
    voucher = models.OneToOneField(Voucher, models.PROTECT, related_name="credit_use")
    amount_minor = models.BigIntegerField()
    rule = models.CharField(max_length=40)
    reasons = models.JSONField()
    decided_by = models.CharField(max_length=140)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "credit", "item", "voucher"], name="credit_use_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_use_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_id} {self.amount_minor}"
