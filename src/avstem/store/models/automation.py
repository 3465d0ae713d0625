"""How far the program may go by itself on an account, and what it was shown to do there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.bank import BankAccount
from avstem.store.models.company import Company


class Automation(models.TextChoices):
    """ON books what is certain, PROPOSE shows it first instead, OFF neither books nor proposes."""

    OFF = "off"
    PROPOSE = "propose"
    ON = "on"


class AccountAutomation(models.Model):
    """What a person has chosen for an account; an account without a row is ON."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="automation_choices")
    level = models.CharField(max_length=8, choices=Automation.choices)
    chosen_by = models.CharField(max_length=140)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "account"], name="account_automation_once"),
            models.CheckConstraint(
                condition=Q(level__in=Automation.values), name="account_automation_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.level}"


class RehearsalKind(models.TextChoices):
    """REPLAY is what would have been booked, DRY_RUN what would be booked now."""

    REPLAY = "replay"
    DRY_RUN = "dry_run"


class Rehearsal(models.Model):
    """What the engine would have done, or would do, without a row of the books being written.

    A replay is of one account over `from_date` to `to_date`; a dry run is of all that waits.
    `looked_at` of `to_look_at` transactions are worked through while it runs. `found` is the
    answer: `store.replay_sums.Found` or `store.foresight.Outlook` as JSON.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=8, choices=RehearsalKind.choices)
    account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="rehearsals")
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    looked_at = models.IntegerField(default=0)
    to_look_at = models.IntegerField(default=0)
    found = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=140)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    kind="replay",
                    account__isnull=False,
                    from_date__isnull=False,
                    to_date__gte=models.F("from_date"),
                )
                | Q(kind="dry_run", account__isnull=True, from_date__isnull=True),
                name="rehearsal_of",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "kind", "account", "-id"], name="rehearsal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id or ''}".rstrip()
