"""The queue: jobs are rows, held by leases (ADR 53).

A job is asked for in the transaction of the change that calls for it: both are there or neither.
A worker claims it, holds it by renewing its lease, and ends it; every ending names the holder and
the attempt (the fence), so that who has lost a job cannot end it. The order of locks is: the
company first, a job last.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db import transaction as database
from django.db.models import BooleanField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from avstem.domain.timing import ATTEMPTS_MAX, back_off
from avstem.store.models import Company, Job
from avstem.store.models.jobs import READY, UNFINISHED
from avstem.store.tenancy import queue_scope

#: A job is never held longer, however alive its worker is: what takes so long hangs.
RUN_MAX = timedelta(hours=2)
#: What is said of a job whose worker went away in its last attempt.
WORKER_LOST = "job.worker_lost"
TEXT_CHARACTERS_MAX = 200
COMPANIES_AT_ONCE_MAX = 10_000


class LeaseLostError(Exception):
    """The job is no longer held by who wants to end it; another worker has it, or had it."""


def _state_in(states: Sequence[str]) -> RawSQL:
    """As the indexes have it: SQLite takes a partial index only for a condition without values."""
    words = ", ".join(f"'{state}'" for state in states)
    return RawSQL(f"state IN ({words})", (), output_field=BooleanField())  # noqa: S611  # ours


_IS_READY, _IS_UNFINISHED = _state_in(READY), _state_in(UNFINISHED)
_IS_RUNNING = RawSQL("state = 'running'", (), output_field=BooleanField())
_IS_DONE = RawSQL("state = 'done'", (), output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class NewJob:
    """What to do: `payload` is ids only, and follows from the key. `company_id` None: system."""

    company_id: int | None
    kind: str
    key: str = ""
    payload: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job in a worker's hands; `owner` and `attempt` are its fence."""

    id: int
    company_id: int | None
    kind: str
    payload: Mapping[str, Any]
    owner: str
    attempt: int


def enqueue(wanted: Iterable[NewJob], *, now: datetime) -> None:
    """Ask for jobs, in the caller's transaction; what waits already is asked for once.

    What runs just now is done once more afterwards: it may have begun before the change.
    """
    # One order for everyone, so that no two callers wait for each other.
    jobs = sorted(
        {(each.company_id or 0, each.kind, each.key): each for each in wanted}.items(),
        key=lambda pair: pair[0],
    )
    if not jobs:
        return
    with queue_scope(), database.atomic():
        rows = _rows([job for _, job in jobs], now)
        for of_system in (True, False):
            chosen = [row for row in rows if (row[0] is None) == of_system]
            if chosen:
                with connection.cursor() as cursor:
                    cursor.executemany(_enqueue_sql(of_system=of_system), chosen)


def ask_now(job: NewJob, *, now: datetime) -> bool:
    """Ask for a company's job that is due at once; one that waits for its next try is, too.

    Whether anything has changed by it: False where it was due already.
    """
    assert job.company_id is not None, "a person asks for a company's job"
    there = Job.objects.filter(company_id=job.company_id, kind=job.kind, key=job.key)
    there = there.filter(_IS_UNFINISHED)
    due = Q(_IS_READY, next_try_at__lte=now)
    if there.filter(due | Q(_IS_RUNNING, again=True)).exists():
        return False
    hastened = there.filter(_IS_READY).update(state="waiting", attempts=0, next_try_at=now)
    if not hastened:
        enqueue([job], now=now)
    return True


_COLUMNS = (
    "company_id, kind, key, payload, state, again, attempts, turn, next_try_at, owner,"
    " last_error_code, last_error_facts, created_at"
)


def _enqueue_sql(*, of_system: bool) -> str:
    # SQLite finds the index of a conflict by its condition, word for word as the migration has it.
    nothing = "company_id IS NULL" if of_system else "company_id IS NOT NULL"
    columns = "kind, key" if of_system else "company_id, kind, key"
    states = ", ".join(f"'{state}'" for state in UNFINISHED)
    return (
        f"INSERT INTO store_job ({_COLUMNS})"  # noqa: S608  # names of our own
        " VALUES (%s, %s, %s, %s, 'waiting', %s, 0, %s, %s, '', '', '{}', %s)"
        f" ON CONFLICT ({columns}) WHERE ({nothing} AND state IN ({states}))"
        " DO UPDATE SET again = (store_job.state = 'running')"
    )


def _rows(jobs: Sequence[NewJob], now: datetime) -> list[tuple[Any, ...]]:
    at = connection.ops.adapt_datetimefield_value(now)
    turns = _turns(jobs)
    return [
        (job.company_id, job.kind, job.key, _payload(job), False, turn, at, at)
        for job, turn in zip(jobs, turns, strict=True)
    ]


def _payload(job: NewJob) -> str:
    assert all(isinstance(value, int | str) for value in job.payload.values()), "ids only"
    text = json.dumps(dict(job.payload), sort_keys=True)
    assert len(text) <= 1_000, "a payload is ids; what they are of stands in the tables"
    return text


def _turns(jobs: Sequence[NewJob]) -> list[int]:
    """Each job's place: one after its company's last, but never before what is served now.

    So a company that asks for ten thousand jobs stands ten thousand places back with the last of
    them, and one that asks for a single job now comes next (start-time fair queueing). The system
    has few jobs, and they come next too.
    """
    served = _turn_served()
    asking = {job.company_id for job in jobs if job.company_id is not None}
    assert len(asking) <= COMPANIES_AT_ONCE_MAX, "ask in parts"
    newest = Job.objects.filter(_IS_UNFINISHED, company=OuterRef("pk")).order_by("-turn")
    last = dict(
        Company.objects.filter(pk__in=asking)
        .annotate(last_turn=Subquery(newest.values("turn")[:1]))
        .values_list("pk", "last_turn")
    )
    place: dict[int | None, int] = defaultdict(lambda: served)
    place.update({company: max(turn or 0, served) for company, turn in last.items()})
    found = []
    for job in jobs:
        place[job.company_id] += 1
        found.append(place[job.company_id])
    return found


def _turn_served() -> int:
    begun = Job.objects.filter(started_at__isnull=False).aggregate(turn=Max("turn"))
    return begun["turn"] or 0


def claim(
    *, owner: str, now: datetime, kinds: Collection[str], limit: int, lease: timedelta
) -> list[HeldJob]:
    """Take up to `limit` jobs that are due, in turn; none that another worker holds.

    Jobs whose lease has run out are free again first.
    """
    with queue_scope():
        _free_expired(now)
        due = _due(now, kinds)
        if not due.exists():
            return []  # without a lock: an idle worker must not be in anybody's way
        with database.atomic():
            taken = list(due.order_by("turn", "pk").select_for_update(skip_locked=True)[:limit])
            Job.objects.filter(pk__in=[job.pk for job in taken]).update(
                state="running",
                owner=owner,
                lease_until=now + lease,
                attempts=F("attempts") + 1,
                started_at=now,
            )
    return [
        HeldJob(job.pk, job.company_id, job.kind, job.payload, owner, job.attempts + 1)
        for job in taken
    ]


def _due(now: datetime, kinds: Collection[str]) -> "QuerySet[Job]":
    return Job.objects.filter(_IS_READY, next_try_at__lte=now, kind__in=kinds)


def _free_expired(now: datetime) -> None:
    """Jobs whose worker went away wait again; one that has been tried enough is set aside."""
    expired = Job.objects.filter(_IS_RUNNING, lease_until__lt=now)
    if not expired.exists():
        return
    with database.atomic():
        gone = list(expired.select_for_update(skip_locked=True))
        tired = {job.pk for job in gone if job.attempts >= ATTEMPTS_MAX and not job.again}
        others = {job.pk for job in gone} - tired
        for pks, state in ((tired, "set_aside"), (others, "waiting")):
            Job.objects.filter(pk__in=pks).update(
                state=state,
                owner="",
                lease_until=None,
                again=False,
                next_try_at=now,
                last_error_code=WORKER_LOST,
                last_error_facts={},
            )


def renew(*, owner: str, now: datetime, lease: timedelta) -> int:
    """The worker lives: hold what it holds for longer. How many jobs that are."""
    with queue_scope(), database.atomic():
        held = Job.objects.filter(_IS_RUNNING, owner=owner, started_at__gt=now - RUN_MAX)
        return Job.objects.filter(pk__in=_lock(held)).update(lease_until=now + lease)


def finish(job: HeldJob, *, now: datetime) -> None:
    """It is done. In the transaction of the job's effect, both stand or fall together.

    Called where the job's row is seen: in its company's scope, or the queue's.
    """
    ended = _held(job).filter(again=False).update(
        state="done", owner="", lease_until=None, finished_at=now,
        last_error_code="", last_error_facts={},
    )  # fmt: skip
    if not ended:
        _wait_again(job, now)


def _wait_again(job: HeldJob, now: datetime) -> None:
    """It was asked for while it ran: it stands at the end of its company's queue, untried."""
    with queue_scope():
        turn = _turn_served() + 1
    if not _held(job).update(
        state="waiting", owner="", lease_until=None, again=False, attempts=0,
        turn=turn, next_try_at=now, last_error_code="", last_error_facts={},
    ):  # fmt: skip
        raise LeaseLostError(f"job {job.id}")


def fail(job: HeldJob, *, code: str, facts: Mapping[str, Any], now: datetime, seed: str) -> str:
    """It went wrong, with a refusal's code and facts: tried again later, or set aside.

    Returns the state. What was asked for again while it ran is not given up.
    """
    with queue_scope(), database.atomic():
        row = _held(job).select_for_update().first()
        if row is None:
            raise LeaseLostError(f"job {job.id}")
        if row.again:
            row.attempts = min(row.attempts, ATTEMPTS_MAX - 1)
        gives_up = row.attempts >= ATTEMPTS_MAX
        row.state = "set_aside" if gives_up else "failed"
        row.next_try_at = now if gives_up else now + back_off(row.attempts, seed)
        row.again, row.owner, row.lease_until = False, "", None
        row.last_error_code = code
        row.last_error_facts = {name: _plain(value) for name, value in facts.items()}
        row.save()
    return row.state


def release(jobs: Sequence[HeldJob]) -> None:
    """Give back what was claimed and not begun, as if it had not been claimed."""
    if not jobs:
        return
    with queue_scope(), database.atomic():
        held = Job.objects.filter(
            pk__in=[job.id for job in jobs], state="running", owner=jobs[0].owner
        )
        Job.objects.filter(pk__in=_lock(held)).update(
            state="waiting", owner="", lease_until=None, again=False, attempts=F("attempts") - 1
        )


def delete_done(*, before: datetime, limit: int = 10_000) -> int:
    """Forget jobs that were done before that; how many they were."""
    with queue_scope():
        old = Job.objects.filter(_IS_DONE, finished_at__lt=before).order_by("finished_at")
        oldest = list(old.values_list("pk", flat=True)[:limit])
        deleted, _ = Job.objects.filter(pk__in=oldest).delete()
    return deleted


def _lock(jobs: "QuerySet[Job]") -> list[int]:
    """Lock those that nobody else has locked: who locks several in a row must wait for none."""
    return list(jobs.select_for_update(skip_locked=True).values_list("pk", flat=True))


def _held(job: HeldJob) -> "QuerySet[Job]":
    return Job.objects.filter(pk=job.id, state="running", owner=job.owner, attempts=job.attempt)


def _plain(value: object) -> Any:
    """As JSON keeps it, and no longer than a person reads."""
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)[:TEXT_CHARACTERS_MAX]
