"""Work that waits for the worker, and work that recurs.

A job without a company is the system's own; no company sees it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.company import Company


class JobState(models.TextChoices):
    """`failed` is tried again by itself; `set_aside` waits for a person."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SET_ASIDE = "set_aside"


READY = (JobState.WAITING.value, JobState.FAILED.value)
UNFINISHED = (*READY, JobState.RUNNING.value)


class Job(models.Model):
    """A piece of work, once for each (company, kind, key) that is not finished.

    `payload` holds ids only: what is true is in the rows they name. `turn` is the job's place in
    the queue (smallest first), given so that companies take turns. While it runs, `owner` holds it
    until `lease_until`; `attempts` counts how often it was begun, and is part of the fence.
    `again`: it was asked for once more while it ran.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, db_index=False, related_name="jobs"
    )
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=140, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState.choices, default="waiting")
    again = models.BooleanField(default=False)
    attempts = models.IntegerField(default=0)
    turn = models.BigIntegerField()
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    owner = models.CharField(max_length=80, blank=True)
    last_error_code = models.CharField(max_length=60, blank=True)
    last_error_facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "kind", "key"],
                condition=Q(company__isnull=False, state__in=UNFINISHED),
                name="job_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(company__isnull=True, state__in=UNFINISHED),
                name="job_of_the_system_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="running", lease_until__isnull=False) & ~Q(owner=""))
                | (~Q(state="running") & Q(lease_until__isnull=True, owner="", again=False)),
                name="job_held_while_running",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["turn", "id"], condition=Q(state__in=READY), name="job_next"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_by_lease"),
            models.Index(
                fields=["company", "turn"], condition=Q(state__in=UNFINISHED), name="job_last_turn"
            ),
            models.Index(
                fields=["turn"], condition=Q(started_at__isnull=False), name="job_turn_served"
            ),
            models.Index(fields=["company", "id"], name="job_by_company"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="job_done_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".rstrip()


class Schedule(models.Model):
    """Work of a kind that recurs; `next_at` moves on in the transaction that queues the job."""

    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, db_index=False, related_name="schedules"
    )
    kind = models.CharField(max_length=40)
    every_s = models.IntegerField()
    next_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "kind"],
                condition=Q(company__isnull=False),
                name="schedule_once",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(company__isnull=True),
                name="schedule_of_the_system_once",
            ),
            models.CheckConstraint(condition=Q(every_s__gt=0), name="schedule_takes_time"),
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], name="schedule_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.every_s} s"
