"""Payment orders: what is to be paid, who approved it, the files it went in, and what became of it.

States and moves are declared in `domain.payment_life`; triggers (`store.payment_guards`) refuse any
other move, an approval of something else than what stands there, and a change of what is approved.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.domain.payment_life import LIVE, OrderState
from avstem.store.models.agreements import Agreement
from avstem.store.models.bank import BankAccount
from avstem.store.models.company import Company
from avstem.store.models.documents import OpenItem, Party
from avstem.store.models.ledger import Voucher

_LIVE = tuple(sorted(state.value for state in LIVE))


class PaymentSettings(models.Model):
    """How a company wants its bills paid; without a row the defaults here hold.

    `selects`: nothing becomes an order until a person has chosen it. `approvals_needed` is one or
    two people; a standing approval is none of them and holds only where one is enough.
    """

    company = models.OneToOneField(
        Company, models.PROTECT, db_index=False, related_name="payment_settings"
    )
    selects = models.BooleanField(default=False)
    approvals_needed = models.SmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approvals_needed__in=(1, 2)), name="payment_settings_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}"


class ApproverLimit(models.Model):
    """The most that a person may approve in one order, in øre; in another currency at its value.

    `person` is the e-mail address; who has no row has no limit.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    person = models.CharField(max_length=140)
    limit_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person"], name="approver_limit_once"),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="approver_limit_amount"),
        ]

    def __str__(self) -> str:
        return self.person


class StandingApproval(models.Model):
    """A person's word that orders up to a limit are approved without being looked at one by one.

    `limit_minor` is for one order, in `currency`. A held order is never approved by it. One at a
    time; ended, a new one can be given.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    given_by = models.CharField(max_length=140)
    given_at = models.DateTimeField()
    limit_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="NOK")
    ended_by = models.CharField(max_length=140, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(ended_at__isnull=True), name="standing_once"
            ),
            models.CheckConstraint(condition=Q(limit_minor__gt=0), name="standing_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.given_by} {self.limit_minor}"


class FileState(models.TextChoices):
    """Where a file to the bank is. `unknown`: it was sent, or it was not; the bank is asked."""

    MADE = "made"
    WITHDRAWN = "withdrawn"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    ANSWERED = "answered"


class PaymentFile(models.Model):
    """A file for the bank, kept before it is sent: exact bytes, identity and name.

    What was made is never made anew: after a crash these bytes go under this name and MsgId.
    `kind` is `pain.001` or `camt.055`. `attempts` counts how often sending was begun.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="payment_files"
    )
    agreement = models.ForeignKey(Agreement, models.PROTECT)
    kind = models.CharField(max_length=8)
    version = models.CharField(max_length=20)
    message_id = models.CharField(max_length=35)
    remote_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    payments = models.IntegerField()
    about = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)
    state = models.CharField(max_length=9, choices=FileState.choices, default="made")
    attempts = models.IntegerField(default=0)
    last_error_code = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=140)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "message_id"], name="payment_file_once"),
            models.UniqueConstraint(
                fields=["company", "agreement", "remote_name"], name="payment_file_name_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "id"], name="payment_file_by_state"),
        ]

    def __str__(self) -> str:
        return self.message_id


class PaymentOrder(models.Model):
    """One payment, from the bill to the debit. `item` is None for wages, tax and refunds.

    Amounts are positive. `asked_date` is the day that was wanted, `execution_date` the bank day it
    leaves, `day_reason` (`domain.payment_day`) why they differ. `creditor_account` is 11 digits or
    an IBAN; `account_changed_by` who typed it, or brought a new one in with the bill. `documents`
    are the bill and the credit notes drawn off (`payment_documents`), empty where one bill is paid
    by its KID or number. `abroad` is what else a payment abroad says (`domain.payment_abroad`).
    `holds` are codes with spaces between: a held order needs a person.
    `order_hash` covers what is approved (`store.payment_hash`). `status` is the bank's newest code
    that moved it, raw.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="payment_orders"
    )
    purpose = models.CharField(max_length=8, default="bill")
    item = models.ForeignKey(
        OpenItem, models.PROTECT, null=True, db_index=False, related_name="payment_orders"
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT)
    creditor_name = models.CharField(max_length=140)
    creditor_account = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    asked_date = models.DateField()
    execution_date = models.DateField()
    day_reason = models.CharField(max_length=16)
    kid = models.CharField(max_length=35, blank=True)
    text = models.CharField(max_length=140, blank=True)
    documents = models.JSONField(default=list)
    # Null at home, and on those of before.
    abroad = models.JSONField(null=True)
    end_to_end_id = models.CharField(max_length=35)
    order_hash = models.CharField(max_length=64)
    holds = models.CharField(max_length=200, blank=True)
    approvals_needed = models.SmallIntegerField(default=1)
    standing = models.ForeignKey(StandingApproval, models.PROTECT, null=True, db_index=False)
    account_changed_by = models.CharField(max_length=140, blank=True)
    state = models.CharField(
        max_length=22, choices=[(each.value, each.value) for each in OrderState], default="draft"
    )
    status = models.CharField(max_length=35, blank=True)
    file = models.ForeignKey(
        PaymentFile, models.PROTECT, null=True, db_index=False, related_name="orders"
    )
    batch_id = models.CharField(max_length=35, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=140)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "end_to_end_id"], name="payment_order_once"),
            models.UniqueConstraint(
                fields=["company", "item"],
                condition=Q(item__isnull=False, state__in=_LIVE),
                name="payment_order_live_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_order_amount"),
            models.CheckConstraint(
                condition=Q(approvals_needed__in=(1, 2)), name="payment_order_people"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "id"], name="payment_order_by_state"),
            models.Index(fields=["company", "file", "id"], name="payment_order_by_file"),
            models.Index(fields=["company", "item", "id"], name="payment_order_by_item"),
            models.Index(fields=["company", "creditor_account"], name="payment_order_by_creditor"),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id


class PayeeDetail(models.Model):
    """What a person has said of a supplier for payments abroad; empty where nobody has.

    The BIC is that of `bank_account` alone. `account_number` is an account in a country without
    IBAN, at `account_bank` (a BIC, or a clearing's code and the bank's number there), as
    `account_set_by` wrote it. `set_by` said the newest of it all.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    party = models.OneToOneField(Party, models.PROTECT, related_name="payee_detail")
    street = models.CharField(max_length=70, blank=True)
    building_number = models.CharField(max_length=16, blank=True)
    post_code = models.CharField(max_length=16, blank=True)
    town = models.CharField(max_length=35, blank=True)
    country = models.CharField(max_length=2, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    bank_account = models.CharField(max_length=40, blank=True)
    account_number = models.CharField(max_length=34, blank=True)
    account_bank = models.CharField(max_length=20, blank=True)
    account_set_by = models.CharField(max_length=140, blank=True)
    purpose_code = models.CharField(max_length=2, blank=True)
    purpose_text = models.CharField(max_length=140, blank=True)
    charges = models.CharField(max_length=4, blank=True)
    set_by = models.CharField(max_length=140)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.party_id}"


class PaymentApproval(models.Model):
    """A person's yes to exactly what `order_hash` covers. `reason` where one had to be written."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    order = models.ForeignKey(
        PaymentOrder, models.PROTECT, db_index=False, related_name="approvals"
    )
    person = models.CharField(max_length=140)
    order_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "order", "order_hash", "person"], name="payment_approval_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.person}"


class PaymentEvent(models.Model):
    """One line of the timeline: what happened to an order (or a file), when, and by whom.

    `kind` is a code (`wording.payments`), `status` the bank's raw code, `facts` ids, reason codes
    and the bank's own words.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    order = models.ForeignKey(
        PaymentOrder, models.PROTECT, null=True, db_index=False, related_name="events"
    )
    file = models.ForeignKey(PaymentFile, models.PROTECT, null=True, db_index=False)
    voucher = models.ForeignKey(Voucher, models.PROTECT, null=True, db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=22, blank=True)
    status = models.CharField(max_length=35, blank=True)
    person = models.CharField(max_length=140, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "order", "id"], name="payment_event_by_order"),
            models.Index(fields=["company", "file", "id"], name="payment_event_by_file"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
