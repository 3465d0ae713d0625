"""Parties and their open items, and the one indexed table of reference keys.

Amounts are unsigned minor units of `currency`; `direction` is +1 where settling brings money in.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from avstem.domain.early_payment import terms_from_rows
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind
from avstem.domain.open_item import Party as PartyValue
from avstem.store.models.company import Company


class Party(models.Model):
    """A customer or supplier. `key` is the organisation number, else the folded name."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="parties")
    key = models.CharField(max_length=140)
    name = models.CharField(max_length=140)
    orgnr = models.CharField(max_length=20, blank=True)
    blocked = models.BooleanField(default=False)
    #: A person has said that payments without a word may settle a sum of this party's items.
    books_sums = models.BooleanField(default=False)
    #: It has bought claims on others: what it pays settles other parties' documents. Null is no.
    is_factor = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key"], name="party_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company"], condition=Q(is_factor=True), name="party_factors"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyAccount(models.Model):
    """A bank account the party is known to use. `source` says how we know.

    With the source `learnt` it is only that the party's invoices were paid from it, confirmed so
    often; a person may have switched that off.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    account_key = models.CharField(max_length=40)
    party = models.ForeignKey(Party, models.PROTECT, related_name="accounts")
    source = models.CharField(max_length=20)
    confirmations = models.IntegerField(default=0)
    switched_off = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "account_key", "party"], name="party_account_once"
            ),
        ]

    def __str__(self) -> str:
        return self.account_key


class OpenItem(models.Model):
    """An invoice, a credit note, or wages or tax. `remaining_minor` is the allocations' trigger's.

    `ledger_account` is where wages or tax are owed; null on documents, which stand on their side's.
    `value_minor` is what the whole amount was booked at in the company's currency; None while
    nobody knows it. Once there, it stays.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="open_items")
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in ItemKind])
    direction = models.SmallIntegerField()
    # Own documents are one series for the company; suppliers' are numbered by each supplier.
    series_key = models.CharField(max_length=140, blank=True)
    number = models.CharField(max_length=70)
    party = models.ForeignKey(Party, models.PROTECT, db_index=False, related_name="items")
    invoice_date = models.DateField()
    due_date = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    remaining_minor = models.BigIntegerField()
    value_minor = models.BigIntegerField(null=True)
    kid = models.CharField(max_length=35, blank=True)
    party_account = models.CharField(max_length=40, blank=True)
    description = models.CharField(max_length=500, blank=True)
    # The three are null on those of before, so that SQLite need not rebuild the table.
    order_number = models.CharField(max_length=35, null=True)
    # The one code of all of it; null where there are several, or nobody knows.
    vat_code = models.CharField(max_length=10, null=True)
    # Rows of `domain.early_payment.terms_as_rows`.
    discounts = models.JSONField(null=True)
    #: Who brought it in, and with it the account to pay; None for those of before this was kept.
    imported_by = models.CharField(max_length=140, null=True)
    ledger_account = models.CharField(max_length=10, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "number", "kind", "series_key"],
                name="open_item_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="open_item_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(remaining_minor__gte=0) & Q(remaining_minor__lte=F("amount_minor")),
                name="open_item_remaining_within",
            ),
            models.CheckConstraint(condition=Q(direction__in=(-1, 1)), name="open_item_direction"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "direction", "currency", "remaining_minor"],
                condition=Q(remaining_minor__gt=0),
                name="open_item_by_amount",
            ),
            models.Index(
                fields=["company", "party"],
                condition=Q(remaining_minor__gt=0),
                name="open_item_by_party",
            ),
            models.Index(
                fields=["company", "party", "amount_minor"],
                condition=Q(kind="supplier_invoice"),
                name="open_item_alike",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def to_domain(self, own: str) -> Document:
        """The document as it was issued (with its party loaded); `own`: the company's currency."""
        return Document(
            kind=ItemKind(self.kind),
            number=self.number,
            party=PartyValue(self.party.name, self.party.orgnr or None),
            invoice_date=self.invoice_date,
            amount=Money(self.amount_minor, self.currency),
            due_date=self.due_date,
            kid=self.kid or None,
            party_account=self.party_account or None,
            description=self.description or None,
            value=None if self.value_minor is None else Money(self.value_minor, own),
            vat_code=self.vat_code or "",
            order_number=self.order_number or None,
            discounts=terms_from_rows(self.discounts),
        )


class ReferenceKey(models.Model):
    """One reference that leads to an item: KID, number, own payment keys; normalised once."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=24)
    value = models.CharField(max_length=64)
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="keys")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "value", "kind", "item"], name="reference_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class SentPayment(models.Model):
    """A payment that was sent to the bank for one item, with the keys the bank answers by.

    `order` is the payment order, None for one of before there were orders. `bank_reference` is the
    bank's own (AcctSvcrRef), where a status report has told it. `clearing` is the standing voucher
    that moved its bill to the account of payments on their way, `debit` the bank transaction that
    took the money from the account (`store.clearing`).
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="sent_payments")
    amount_minor = models.BigIntegerField()
    end_to_end_id = models.CharField(max_length=35)
    instruction_id = models.CharField(max_length=35, blank=True)
    payment_information_id = models.CharField(max_length=35, blank=True)
    message_id = models.CharField(max_length=35, blank=True)
    rejected = models.BooleanField(default=False)
    settled = models.BooleanField(default=False)
    order = models.ForeignKey(
        "store.PaymentOrder", models.PROTECT, null=True, db_index=False, related_name="sent"
    )
    bank_reference = models.CharField(max_length=35, null=True)
    clearing = models.ForeignKey("store.Voucher", models.PROTECT, null=True, related_name="+")
    debit = models.ForeignKey(
        "store.BankTransaction", models.PROTECT, null=True, related_name="sent_payments"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "end_to_end_id"], name="sent_payment_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "payment_information_id"], name="sent_payment_batch"),
            models.Index(fields=["company", "message_id"], name="sent_payment_message"),
            models.Index(fields=["company", "instruction_id"], name="sent_payment_instruction"),
            models.Index(fields=["company", "bank_reference"], name="sent_payment_reference"),
            models.Index(fields=["company", "order"], name="sent_payment_order"),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
