"""Work that recurs: a row says when its next round is, and moves on as the round is queued.

Both happen in one transaction, so that a round is neither lost in a crash nor queued twice by two
workers. What a round came to may say when the next one is (`move_round`); `every` is the longest
wait should it not say.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction as database
from django.db.models import Exists, OuterRef

from avstem.domain.timing import next_round, share
from avstem.store.jobs import NewJob, enqueue
from avstem.store.models import Company, Schedule
from avstem.store.tenancy import queue_scope

ROUNDS_MAX = 500
#: The kind of the round that fetches, takes in and matches.
ROUND = "sync"


def ensure_schedules(*, kind: str, every: timedelta, now: datetime, of_system: bool) -> None:
    """A row for every company (or one for the system) that has none; what is there stands.

    The first rounds are spread over the whole of `every`, so that they do not fall together.
    """
    with queue_scope(), database.atomic():
        held = Schedule.objects.filter(kind=kind)
        missing: list[int | None]
        if of_system:
            missing = [] if held.filter(company__isnull=True).exists() else [None]
        else:
            has_one = Exists(held.filter(company=OuterRef("pk")))
            missing = list(Company.objects.exclude(has_one).values_list("pk", flat=True))
        Schedule.objects.bulk_create(
            [
                Schedule(
                    company_id=company_id,
                    kind=kind,
                    every_s=int(every.total_seconds()),
                    next_at=now + every * share(f"{kind}:{company_id}"),
                )
                for company_id in missing
            ],
            batch_size=1_000,
            ignore_conflicts=True,
        )


def queue_due_rounds(*, now: datetime, kinds: Collection[str], limit: int = ROUNDS_MAX) -> int:
    """Queue the rounds that are due, and move their rows on; how many they were."""
    with queue_scope():
        due = Schedule.objects.filter(next_at__lte=now, kind__in=kinds)
        if not due.exists():
            return 0
        with database.atomic():
            rounds = list(due.order_by("next_at").select_for_update(skip_locked=True)[:limit])
            for each in rounds:
                each.next_at = next_round(each.next_at, timedelta(seconds=each.every_s), now)
            Schedule.objects.bulk_update(rounds, ["next_at"])
            enqueue((NewJob(each.company_id, each.kind) for each in rounds), now=now)
    return len(rounds)


def move_round(company_id: int, kind: str, at: datetime) -> None:
    """The company's next round of that kind comes then, and not when it was to come."""
    Schedule.objects.filter(company_id=company_id, kind=kind).update(next_at=at)
