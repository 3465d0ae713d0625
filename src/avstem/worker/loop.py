"""The worker: claims jobs, does them one at a time, and writes down how they ended.

Several may run, on several machines; the tables see to it that a job is one worker's. It may be
killed at any moment: what it held is another's when the lease has run out.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import RefusalError
from avstem.store.jobs import HeldJob, LeaseLostError, claim, fail, finish, release
from avstem.store.schedules import ensure_schedules, queue_due_rounds
from avstem.store.tenancy import company_scope, queue_scope
from avstem.worker.handlers import Kind
from avstem.worker.heartbeat import heartbeat

_log = logging.getLogger(__name__)
#: An error of ours; `log_id` finds it in the log.
INTERNAL = "job.internal"


@dataclass(frozen=True)
class Pace:
    """How a worker keeps time. Jobs are claimed for about `claim_s` of work at once."""

    lease: timedelta = timedelta(seconds=60)
    poll_s: float = 1.0
    claim_s: float = 0.5
    claim_max: int = 32
    new_companies_s: float = 600


@dataclass
class Tally:
    """What the worker came to, in jobs."""

    done: int = 0
    failed: int = 0
    lost: int = 0


@dataclass
class Worker:
    """One worker; `stop` ends it after the job in hand, as does a false `is_wanted`."""

    kinds: Mapping[str, Kind]
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], datetime] = timezone.now
    is_wanted: Callable[[], bool] = lambda: True
    stop: threading.Event = field(default_factory=threading.Event)
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._job_s = self.pace.claim_s
        self._schedules_at = -float("inf")
        self._rename()

    def run(self, *, once: bool = False) -> Tally:
        """Work until stopped; `once`: until nothing is due."""
        with heartbeat(lambda: self.owner, self.pace.lease, self.clock):
            while self._goes_on():
                found = self._round(once=once)
                if not found and once:
                    break
                if not found:
                    self.stop.wait(self.pace.poll_s)
        return self.tally

    def _goes_on(self) -> bool:
        return not self.stop.is_set() and self.is_wanted()

    def _round(self, *, once: bool) -> bool:
        """Whether there was something to do. Without its database a worker waits for it."""
        try:
            self._queue_rounds()
            held = self._claim()
            self._work_off(held)
        except (DatabaseError, InterfaceError) as wrong:
            # What we hold we do not know the state of: under a new name, its leases run out.
            self._rename()
            connection.close()
            if once:
                raise
            _log.warning("the database does not answer as it should: %s", wrong)
            return False
        return bool(held)

    def _rename(self) -> None:
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"

    def _queue_rounds(self) -> None:
        now = self.clock()
        if time.monotonic() - self._schedules_at > self.pace.new_companies_s:
            self._schedules_at = time.monotonic()
            for name, kind in self.kinds.items():
                if kind.every:
                    ensure_schedules(kind=name, every=kind.every, now=now, of_system=kind.of_system)
        queue_due_rounds(now=now, kinds=list(self.kinds))

    def _claim(self) -> list[HeldJob]:
        """As many as are done in a moment, going by the last ones; at least one."""
        wanted = int(self.pace.claim_s / max(self._job_s, 1e-6))
        return claim(
            owner=self.owner,
            now=self.clock(),
            kinds=list(self.kinds),
            limit=min(max(wanted, 1), self.pace.claim_max),
            lease=self.pace.lease,
        )

    def _work_off(self, held: list[HeldJob]) -> None:
        """One after the other; what cannot be begun soon is given back for others to take."""
        began = time.monotonic()
        for place, job in enumerate(held):
            took_s = time.monotonic() - began
            if place and (took_s > 4 * self.pace.claim_s or not self._goes_on()):
                release(held[place:])
                break
            self._do(job)
            self._job_s = (time.monotonic() - began) / (place + 1)

    def _do(self, job: HeldJob) -> None:
        """Do it and write down how it ended."""
        try:
            self._run(job)
        except LeaseLostError:
            # Another worker has it; what is written in one transaction is undone with it.
            self.tally.lost += 1
            _log.warning("job %s %s: the lease was lost while it ran", job.id, job.kind)
        except RefusalError as refusal:
            self._fail(job, refusal.code, refusal.facts())
        except Exception:  # whatever a job dies of, the others go on; it is logged and kept
            log_id = secrets.token_hex(4)
            _log.exception("job %s %s: an error of ours, %s", job.id, job.kind, log_id)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            self._fail(job, INTERNAL, {"log_id": log_id})
        else:
            self.tally.done += 1

    def _run(self, job: HeldJob) -> None:
        kind = self.kinds[job.kind]
        with _scope(job.company_id):
            if not kind.is_one_transaction:
                kind.run(job.company_id, job.payload, self.clock())
                finish(job, now=self.clock())
                return
            with database.atomic():
                kind.run(job.company_id, job.payload, self.clock())
                finish(job, now=self.clock())

    def _fail(self, job: HeldJob, code: str, facts: Mapping[str, object]) -> None:
        self.tally.failed += 1
        try:
            fail(job, code=code, facts=facts, now=self.clock(), seed=str(job.id))
        except LeaseLostError:
            _log.warning("job %s %s: it failed after its lease was lost", job.id, job.kind)


@contextmanager
def _scope(company_id: int | None) -> Iterator[None]:
    """A company's job sees its company alone; the system's sees the queue."""
    with queue_scope() if company_id is None else company_scope(company_id):
        yield
