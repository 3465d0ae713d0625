"""The worker: how jobs end, how it is stopped, how it holds on, and what comes round."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from avstem.domain.errors import NotFoundError
from avstem.services.add_company import add_company
from avstem.store.jobs import NewJob, claim, enqueue
from avstem.store.models import Job, Schedule
from avstem.store.schedules import ensure_schedules, queue_due_rounds
from avstem.wording.jobs import job_error_text
from avstem.worker import loop
from avstem.worker.handlers import DONE_KEPT, KINDS, Kind
from avstem.worker.loop import Worker
from tests.jobs.test_killed_workers import ask, process
from tests.support.command import Avstem

database = pytest.mark.database
NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORGNR = "974760673"


@pytest.fixture
def company_id(db: None) -> int:
    return int(add_company(orgnr=ORGNR, name="Prøve AS", actor="test", now=NOW).pk)


def worker(run: Callable[..., None], **more: Any) -> Worker:
    return Worker({"work": Kind(run, **more)}, clock=lambda: NOW)


def only() -> Job:
    return Job.objects.get()


@database
def test_a_refusal_is_kept_with_its_code_and_facts_and_its_effect_is_undone(
    company_id: int,
) -> None:
    def run(company_id: int, _ids: Mapping[str, Any], now: datetime) -> None:
        enqueue([NewJob(company_id, "left_behind")], now=now)
        raise NotFoundError("account", "15030001017")

    enqueue([NewJob(company_id, "work")], now=NOW)
    tally = worker(run, is_one_transaction=True).run(once=True)
    assert (tally.done, tally.failed) == (0, 1)
    job = only()
    assert (job.state, job.last_error_code) == ("failed", "not_found")
    assert job.last_error_facts == {"kind": "account", "identifier": "15030001017"}
    assert job.next_try_at > NOW


@database
def test_an_error_of_ours_is_said_so_and_found_in_the_log(
    company_id: int, caplog: pytest.LogCaptureFixture
) -> None:
    def run(*_: object) -> None:
        raise ZeroDivisionError("secret")

    enqueue([NewJob(company_id, "work"), NewJob(company_id, "work", "2")], now=NOW)
    assert worker(run).run(once=True).failed == 2, "one that fails does not stop the others"
    for job in Job.objects.all():
        words = job_error_text(job.last_error_code, job.last_error_facts)
        assert "An error of ours" in words
        assert "secret" not in words
        assert job.last_error_facts["log_id"] in words
        assert job.last_error_facts["log_id"] in caplog.text


@database
def test_a_job_gets_its_company_its_ids_and_the_time(company_id: int) -> None:
    got: list[object] = []
    enqueue([NewJob(company_id, "work", "k", {"file": 7})], now=NOW)
    worker(lambda *given: got.extend(given)).run(once=True)
    assert got == [company_id, {"file": 7}, NOW]
    assert only().state == "done"


@database
def test_a_database_that_does_not_answer_is_waited_for_under_a_new_name(
    company_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def claim_at_last(**asked: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OperationalError("the server closed the connection")
        if calls == 3:
            ours.stop.set()
        return claim(**asked)

    monkeypatch.setattr(loop, "claim", claim_at_last)
    monkeypatch.setattr(loop.connection, "close", lambda: None)  # it is the test's own
    enqueue([NewJob(company_id, "work")], now=NOW)
    ours = worker(lambda *_: None)
    name = ours.owner
    ours.run()
    assert only().state == "done"
    assert ours.owner != name


@database
def test_rounds_come_once_an_hour_and_missed_ones_once_in_all(company_id: int) -> None:
    for _ in range(2):
        ensure_schedules(kind="sync", every=HOUR, now=NOW, of_system=False)
        ensure_schedules(kind="tidy", every=HOUR, now=NOW, of_system=True)
    assert Schedule.objects.count() == 2
    Schedule.objects.update(next_at=NOW)
    kinds = ["sync", "tidy"]
    assert queue_due_rounds(now=NOW, kinds=kinds) == 2
    assert queue_due_rounds(now=NOW + HOUR / 2, kinds=kinds) == 0
    assert queue_due_rounds(now=NOW + HOUR * 7.5, kinds=kinds) == 2
    assert set(Schedule.objects.values_list("next_at", flat=True)) == {NOW + HOUR * 8}
    assert Job.objects.count() == 2, "the first ones still wait: they are not doubled"


@database
def test_the_real_kinds_run_and_old_jobs_are_cleared_away(company_id: int) -> None:
    enqueue([NewJob(company_id, kind) for kind in ("reconcile", "sync")], now=NOW)
    enqueue([NewJob(None, "tidy")], now=NOW)
    long_ago = NOW - DONE_KEPT - HOUR
    Job.objects.create(
        company_id=company_id, kind="sync", key="old", state="done", turn=1,
        next_try_at=long_ago, created_at=long_ago, started_at=long_ago, finished_at=long_ago,
    )  # fmt: skip
    tally = Worker(KINDS, clock=lambda: NOW).run(once=True)
    assert (tally.done, tally.failed) == (3, 0)
    assert not Job.objects.filter(key="old").exists()


@database
@pytest.mark.slow
def test_two_processes_never_queue_the_same_round_twice(avstem: Avstem) -> None:
    companies = 300
    assert process(avstem, "rounds", companies, 1).wait(60) == 0
    both = [process(avstem, "rounds", companies, 0, stdout=subprocess.PIPE) for _ in range(2)]
    counts = [int(each.communicate(timeout=60)[0]) for each in both]
    assert sum(counts) == companies
    jobs = "SELECT count(*), count(DISTINCT company_id) FROM store_job"
    assert ask(avstem.url, jobs) == [(companies, companies)]


def wait_for(avstem: Avstem, sql: str, expected: object) -> None:
    until = time.monotonic() + 30
    while (found := ask(avstem.url, sql)[0][0]) != expected:
        assert time.monotonic() < until, f"{sql}: {found}"
        time.sleep(0.1)


RUNNING = "SELECT count(*) FROM store_job WHERE state = 'running'"


@database
@pytest.mark.slow
def test_sigterm_lets_the_job_in_hand_end_and_begins_no_other(avstem: Avstem) -> None:
    assert process(avstem, "sleepers", 3).wait(60) == 0
    at_work = process(avstem, "work")
    wait_for(avstem, RUNNING, 1)
    at_work.send_signal(signal.SIGTERM)
    _, said = at_work.communicate(timeout=30)
    assert (at_work.returncode, said) == (0, b"")
    states = "SELECT state, attempts FROM store_job ORDER BY state"
    assert ask(avstem.url, states) == [("done", 1), ("waiting", 0), ("waiting", 0)]
    assert len(ask(avstem.url, "SELECT job FROM effect_exact")) == 1


@database
@pytest.mark.slow
def test_a_job_longer_than_its_lease_is_held_by_the_sign_of_life(avstem: Avstem) -> None:
    assert process(avstem, "sleepers", 1).wait(60) == 0
    both = [process(avstem, "work") for _ in range(2)]
    wait_for(avstem, "SELECT count(*) FROM store_job WHERE state = 'done'", 1)
    for each in both:
        each.terminate()
        each.communicate(timeout=30)
    assert ask(avstem.url, "SELECT attempts FROM store_job") == [(1,)]
    assert len(ask(avstem.url, "SELECT job FROM effect_exact")) == 1


@database
@pytest.mark.slow
def test_the_real_command_with_two_workers_and_its_list(avstem: Avstem) -> None:
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    avstem("worker", "--once")  # makes the schedules
    due = "UPDATE store_schedule SET next_at = '2026-01-01 00:00:00' RETURNING id"
    assert len(ask(avstem.url, due)) == 2
    at_work = avstem.start("worker", "--concurrency", "2", stdout=subprocess.DEVNULL)
    wait_for(avstem, "SELECT count(*) FROM store_job WHERE state = 'done'", 2)
    [job] = avstem("jobs", "list", "--company", ORGNR, "--json").json
    assert (job["kind"], job["state"], job["attempts"], job["error"]) == ("sync", "done", 1, None)
    at_work.send_signal(signal.SIGTERM)
    assert at_work.wait(60) == 0
    assert "jobs done" in avstem("worker", "--once").out
    assert "There is no job 99" in avstem("jobs", "retry", "--company", ORGNR, "99", code=3).err
    avstem("verify")
