"""What the tests' worker processes run: `python -m tests.jobs.process fill|work …`.

Two kinds of jobs, each with an effect that can be counted. `exact` inserts a row into a table that
takes the same key any number of times, so that a second effect would show; it is written in the
job's own transaction. `repeatable` makes its own transaction and has one effect by its key.
"""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
LEASE_S = 2.0


def main() -> None:
    """Start Django, then do what is asked for."""
    from avstem.config.startup import start

    start()
    does = {"fill": fill, "work": work, "sleepers": sleepers, "rounds": rounds}
    does[sys.argv[1]](*map(int, sys.argv[2:]))


def fill(jobs: int, companies: int) -> None:
    """So many jobs of so many companies, half of each kind."""
    from django.db import connection

    from avstem.store.jobs import NewJob, enqueue
    from avstem.store.models import Company

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect_exact (job bigint)")
        cursor.execute("CREATE TABLE effect_repeatable (job bigint PRIMARY KEY)")
    made = [Company.objects.create(orgnr=f"{n:09}", name=str(n)).pk for n in range(companies)]
    enqueue(
        (
            NewJob(made[n % companies], ("exact", "repeatable")[n % 2], str(n), {"n": n})
            for n in range(jobs)
        ),
        now=NOW,
    )


def sleepers(jobs: int) -> None:
    """So many jobs that take long, of one company."""
    from django.db import connection

    from avstem.store.jobs import NewJob, enqueue
    from avstem.store.models import Company

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect_exact (job bigint)")
    company = Company.objects.create(orgnr="974760673", name="Sen AS")
    enqueue((NewJob(company.pk, "sleep", str(n), {"n": n}) for n in range(jobs)), now=NOW)


def rounds(companies: int, makes: int) -> None:
    """Queue the rounds of so many companies (made first, if so asked), and print how many."""
    from avstem.store.models import Company, Schedule
    from avstem.store.schedules import ensure_schedules, queue_due_rounds

    if makes:
        rows = [Company(orgnr=f"{n:09}", name=str(n)) for n in range(companies)]
        Company.objects.bulk_create(rows)
        ensure_schedules(kind="round", every=timedelta(hours=1), now=NOW, of_system=False)
        return
    now, queued = NOW + timedelta(hours=1), 0
    while Schedule.objects.filter(next_at__lte=now).exists():
        queued += queue_due_rounds(now=now, kinds=["round"], limit=3)
    print(queued)


def work() -> None:
    """A worker that ends with SIGTERM or is killed."""
    import signal

    from avstem.worker.handlers import Kind
    from avstem.worker.loop import Pace, Worker

    worker = Worker(
        {
            "exact": Kind(exact, is_one_transaction=True),
            "repeatable": Kind(repeatable),
            "sleep": Kind(sleep),
        },
        Pace(lease=timedelta(seconds=LEASE_S), poll_s=0.1),
    )
    signal.signal(signal.SIGTERM, lambda *_: worker.stop.set())
    worker.run()


def exact(_company_id: int | None, ids: Mapping[str, Any], _now: datetime) -> None:
    """A row, whatever is there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect_exact VALUES (%s)", [ids["n"]])


def sleep(company_id: int | None, ids: Mapping[str, Any], now: datetime) -> None:
    """Twice the lease, then a row."""
    time.sleep(LEASE_S * 2)
    exact(company_id, ids, now)


def repeatable(_company_id: int | None, ids: Mapping[str, Any], _now: datetime) -> None:
    """A row, unless it is there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect_repeatable VALUES (%s) ON CONFLICT DO NOTHING", [ids["n"]]
        )


if __name__ == "__main__":
    main()
