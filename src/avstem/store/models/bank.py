"""What the bank said: raw files, statements, entries and transactions.

Amounts are signed minor units of the account: positive is money in.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.company import Company


class AccountKind(models.TextChoices):
    """What the account is for, as the contract names it."""

    OPERATING = "operating"
    CURRENCY = "currency"
    SAVINGS = "savings"
    TAX = "tax"
    CARD = "card"
    CASH = "cash"


class BankAccount(models.Model):
    """One of the company's accounts, with the ledger account that mirrors it.

    `opening_balance_minor` is the ledger's balance on `from_date`, where the books were taken over;
    None where nobody has said: then the first statement's opening balance stands for it.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="bank_accounts"
    )
    iban = models.CharField(max_length=34)
    name = models.CharField(max_length=140, blank=True)
    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    currency = models.CharField(max_length=3)
    ledger_account = models.CharField(max_length=10)
    from_date = models.DateField(null=True, blank=True)
    opening_balance_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "iban"], name="bank_account_once"),
            models.UniqueConstraint(
                fields=["company", "ledger_account"], name="bank_account_ledger_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.iban


class BankFile(models.Model):
    """A raw file as received, kept for ever; its bytes stand compressed in the chunks."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="bank_files")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    format = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "sha256"], name="bank_file_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BankFileChunk(models.Model):
    """A piece of a raw file: at most 1 MiB before zlib."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    file = models.ForeignKey(BankFile, models.PROTECT, related_name="chunks")
    position = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "file", "position"], name="file_chunk_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"


class Statement(models.Model):
    """A statement, notification or report in a file. Balances are as the bank wrote them.

    `balance_holds` is None where there is nothing to prove. `explained` is a person's word on a
    broken balance or chain; until then nothing on the account is booked by itself. One that is
    retired (`retired_at`) is kept and shown, and tells of nothing: it repeats another.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    account = models.ForeignKey(
        BankAccount, models.PROTECT, db_index=False, related_name="statements"
    )
    file = models.ForeignKey(BankFile, models.PROTECT, related_name="statements")
    position = models.IntegerField()
    kind = models.CharField(max_length=12)
    statement_id = models.CharField(max_length=70, blank=True)
    sequence = models.CharField(max_length=35, blank=True)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    opening_minor = models.BigIntegerField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    balances_booked = models.BooleanField()
    balance_holds = models.BooleanField(null=True)
    sum_minor = models.BigIntegerField()
    entry_count = models.IntegerField()
    transaction_count = models.IntegerField()
    notices = models.JSONField(default=list)
    explained = models.CharField(max_length=500, blank=True)
    explained_by = models.CharField(max_length=140, blank=True)
    # NULL where it counts. Columns without a default: SQLite then adds them without a new table.
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=254, null=True)
    retired_reason = models.CharField(max_length=500, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "file", "position"], name="statement_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "account", "to_date"], name="statement_by_date"),
        ]

    def __str__(self) -> str:
        return self.statement_id or f"{self.file_id}/{self.position}"


class Entry(models.Model):
    """One piece of money on the account, once, however many messages tell of it.

    `statement` told of it first; `confirmed_by` is the statement (camt.053) that holds it and
    `notified_by` the notification, where there is one. A row typed by hand has neither.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, db_index=False, related_name="entries")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="entries")
    confirmed_by = models.ForeignKey(
        Statement, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    notified_by = models.ForeignKey(
        Statement, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    position = models.IntegerField()
    status = models.CharField(max_length=12)
    reference = models.CharField(max_length=70, blank=True)
    booking_date = models.DateField()
    value_date = models.DateField(null=True)
    amount_minor = models.BigIntegerField()
    reversal = models.BooleanField(default=False)
    code = models.CharField(max_length=70, blank=True)
    text = models.CharField(max_length=500, blank=True)
    has_details = models.BooleanField(default=False)
    batch_count = models.IntegerField(null=True)
    fingerprint = models.CharField(max_length=32)
    # The bank's own day of a row that was typed by hand: the money keeps the day it was typed on.
    told_date = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["company", "account", "booking_date", "amount_minor"],
                name="entry_by_money",
            ),
            models.Index(
                fields=["company", "account", "reference"],
                condition=~Q(reference=""),
                name="entry_by_reference",
            ),
            models.Index(
                fields=["company", "account"],
                condition=Q(status="pending") | Q(statement__isnull=True),
                name="entry_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_date} {self.amount_minor}"


class TransactionState(models.TextChoices):
    """The life of a bank transaction; undo reopens.

    `superseded` is no money: finer details came instead, or its statement was retired.
    """

    OPEN = "open"
    SUGGESTED = "suggested"
    BOOKED = "booked"
    SET_ASIDE = "set_aside"
    SUPERSEDED = "superseded"


class BankTransaction(models.Model):
    """The unit of matching: a payment inside an entry, or the entry where it has no details."""

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="bank_transactions"
    )
    account = models.ForeignKey(
        BankAccount, models.PROTECT, db_index=False, related_name="transactions"
    )
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="transactions")
    position = models.IntegerField()
    booking_date = models.DateField()
    value_date = models.DateField(null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    bank_reference = models.CharField(max_length=70, blank=True)
    end_to_end_id = models.CharField(max_length=70, blank=True)
    instruction_id = models.CharField(max_length=70, blank=True)
    payment_information_id = models.CharField(max_length=70, blank=True)
    message_id = models.CharField(max_length=70, blank=True)
    counterparty = models.CharField(max_length=140, blank=True)
    counterparty_account = models.CharField(max_length=70, blank=True)
    kid = models.CharField(max_length=70, blank=True)
    # [[kind, value, minor units or null], …]: every structured reference, as the bank passed it on.
    references = models.JSONField(default=list)
    text = models.TextField(blank=True)
    original_minor = models.BigIntegerField(null=True)
    original_currency = models.CharField(max_length=3, blank=True)
    exchange_rate = models.CharField(max_length=30, blank=True)
    charges_minor = models.BigIntegerField(default=0)
    is_return = models.BooleanField(default=False)
    return_reason = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=12, choices=TransactionState.choices, default="open")
    set_aside_reason = models.CharField(max_length=500, blank=True)
    # What it was before its statement was retired, and is again when that is restored; else NULL.
    retired_state = models.CharField(max_length=12, null=True)
    # How many times it has been booked and undone: the key that lets one booking win.
    booking_no = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "entry", "position"],
                condition=~Q(state="superseded"),
                name="transaction_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "account", "booking_date", "id"],
                name="transaction_by_date",
            ),
            models.Index(
                fields=["company", "account", "booking_date", "id"],
                condition=Q(state__in=("open", "suggested")),
                name="transaction_waiting",
            ),
            models.Index(
                fields=["company", "account"],
                condition=Q(state="set_aside"),
                name="transaction_set_aside",
            ),
            models.Index(
                fields=["company", "account", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="transaction_by_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_date} {self.amount_minor} {self.text[:40]}"

    @property
    def shown_state(self) -> str:
        """The state in the words of people: no money for want of details, or of its statement."""
        return "retired" if self.retired_state is not None else self.state


class ImportAlarm(models.Model):
    """The bank said something else under an identity we know; what is stored stays."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="alarms")
    entry = models.ForeignKey(Entry, models.PROTECT)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code
