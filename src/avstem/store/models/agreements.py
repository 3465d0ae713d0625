"""Agreements with banks, and the accounts they are for.

The moves of both are declared in `domain.agreement`; triggers refuse any other.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.domain.agreement import LIVE
from avstem.store.models.bank import BankAccount
from avstem.store.models.company import Company
from avstem.store.models.credentials import Credential

_STATES = [("ordered", "Ordered"), ("awaiting_bank", "Awaiting bank"), ("active", "Active"),
           ("in_error", "In error"), ("ended", "Ended"), ("rejected", "Rejected")]  # fmt: skip
_CLOSED = ("ended", "rejected")
_LIVE = tuple(state.value for state in LIVE)


class Channel(models.TextChoices):
    """How files go between us and the bank; `netbank` is by a person's hand."""

    NETBANK = "netbank"
    FOLDER = "folder"
    SFTP = "sftp"
    SECURE_ENVELOPE = "secure_envelope"


class Agreement(models.Model):
    """A company's agreement with a bank of the directory (`bank` is its slug).

    `channel` is empty until it is known. `place` says where files go, by the channel's own names
    (`host`, `user`, `fetch_folder`, …), and never holds a secret: that is the `credential`'s,
    whose name is the bank's slug. `generation` is the ISO 20022 generation chosen, None: the
    dialect's own. `freshness` is `same_day` or `next_day`, None: what the directory says of the
    bank. `bank_approves`: whether payments wait for a person in the internet bank too, None: nobody
    has said. `reason` is why it is rejected or in error. Statements are always ordered.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="agreements")
    bank = models.CharField(max_length=60)
    channel = models.CharField(max_length=20, choices=Channel.choices, blank=True)
    place = models.JSONField(default=dict)
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, blank=True)
    generation = models.SmallIntegerField(null=True, blank=True)
    freshness = models.CharField(max_length=10, null=True, blank=True)
    sender_id = models.CharField(max_length=35, blank=True)
    division_id = models.CharField(max_length=35, blank=True)
    notifications = models.BooleanField(default=True)
    ocr = models.BooleanField(default=False)
    payments = models.BooleanField(default=True)
    bank_approves = models.BooleanField(null=True, blank=True)
    state = models.CharField(max_length=13, choices=_STATES, default="ordered")
    reason = models.CharField(max_length=500, blank=True)
    ordered_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "bank"], condition=Q(state__in=_LIVE), name="agreement_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="agreement_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_CLOSED, closed_at__isnull=False)
                | (~Q(state__in=_CLOSED) & Q(closed_at__isnull=True)),
                name="agreement_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "ordered_at"], name="agreement_by_order"),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.state}"


class Activation(models.Model):
    """One account in an agreement.

    Nothing before `activation_date` is fetched, and nothing after `ended_on`. An account has one
    live activation at most; it is of a kind that banks connect, and has its IBAN (a trigger).
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, db_index=False, related_name="activations"
    )
    account = models.ForeignKey(
        BankAccount, models.PROTECT, db_index=False, related_name="activations"
    )
    activation_date = models.DateField()
    state = models.CharField(max_length=13, choices=_STATES, default="ordered")
    reason = models.CharField(max_length=500, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "account"], condition=Q(state__in=_LIVE), name="activation_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="activation_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_CLOSED, closed_at__isnull=False)
                | (~Q(state__in=_CLOSED) & Q(closed_at__isnull=True)),
                name="activation_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "agreement"], name="activation_by_agreement"),
            models.Index(fields=["company", "account", "id"], name="activation_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
