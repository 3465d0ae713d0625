"""How a company wants its payments matched."""

from typing import ClassVar

from django.db import models

from avstem.store.models.company import Company


class UndoInClosedPeriod(models.TextChoices):
    """What happens to the undoing of a booking whose period is closed."""

    NEXT_OPEN_DAY = "next_open_day"
    REFUSED = "refused"


class MatchingSettings(models.Model):
    """One row a company that has chosen something; without a row the defaults here hold.

    What is missing under a reference is written off up to `write_off_max_minor`, and only where
    it is at most `write_off_max_bp` (hundredths of a per cent) of what was left; both are 0 from
    the start. `automation_limit_bp` is how sure a rule must be before it books by itself: 9,950 is
    99.5 %. `interchangeable`: equal invoices of a party are settled in turn by equal payments.
    """

    company = models.OneToOneField(
        Company, models.PROTECT, db_index=False, related_name="matching_settings"
    )
    automation_limit_bp = models.IntegerField(default=9_950)
    write_off_max_minor = models.BigIntegerField(default=0)
    write_off_max_bp = models.IntegerField(default=0)
    interchangeable = models.BooleanField(default=False)
    undo_in_closed_period = models.CharField(
        max_length=16,
        choices=UndoInClosedPeriod.choices,
        default=UndoInClosedPeriod.NEXT_OPEN_DAY,
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="matching_limits",
                condition=models.Q(
                    automation_limit_bp__gte=9_000,
                    automation_limit_bp__lte=10_000,
                    write_off_max_minor__gte=0,
                    write_off_max_bp__gte=0,
                    write_off_max_bp__lte=1_000,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}"
