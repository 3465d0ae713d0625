"""Booking rules: what is no invoice and always goes to the same accounts.

Versions and trials are insert-only: the triggers of `store/guards` refuse to change or delete them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.company import Company


class BookingRule(models.Model):
    """A rule of the company's, or the switch of a standing one (`standing` is its code).

    `active_version` books; None where the rule is switched off. A rule of the company's is
    switched on by the `trial` of that very version. A standing rule without a row is on.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    name = models.CharField(max_length=140)
    standing = models.CharField(max_length=20, blank=True)
    newest_version = models.IntegerField(default=0)
    active_version = models.IntegerField(null=True)
    trial = models.ForeignKey(
        "store.RuleTrial", models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "name"], condition=Q(standing=""), name="booking_rule_once"
            ),
            models.UniqueConstraint(
                fields=["company", "standing"],
                condition=~Q(standing=""),
                name="booking_rule_standing_once",
            ),
            models.CheckConstraint(
                condition=Q(active_version__isnull=True) | ~Q(standing="") | Q(trial__isnull=False),
                name="booking_rule_tried",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.standing


class BookingRuleVersion(models.Model):
    """What a rule said at a time: its name, conditions and lines (`matching.booking_rules`)."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    rule = models.ForeignKey(BookingRule, models.PROTECT, db_index=False, related_name="versions")
    version = models.IntegerField()
    name = models.CharField(max_length=140)
    conditions = models.JSONField()
    lines = models.JSONField()
    saved_by = models.CharField(max_length=140)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "rule", "version"], name="booking_rule_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class RuleTrial(models.Model):
    """What a version would have done with the transactions of some months, and what people did.

    `covered` = `would_book` + those it would only have proposed; `would_book` = `same` + `differs`
    + `untouched` (nobody has booked them). `examples` are a few that differ, with both sides.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    rule = models.ForeignKey(BookingRule, models.PROTECT, db_index=False, related_name="trials")
    version = models.IntegerField()
    from_date = models.DateField()
    to_date = models.DateField()
    looked_at = models.IntegerField()
    covered = models.IntegerField()
    would_book = models.IntegerField()
    same = models.IntegerField()
    differs = models.IntegerField()
    untouched = models.IntegerField()
    examples = models.JSONField(default=list)
    tried_by = models.CharField(max_length=140)
    tried_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "rule", "version", "-id"], name="rule_trial_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version}: {self.would_book}"
