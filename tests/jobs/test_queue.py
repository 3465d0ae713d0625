"""The queue's rows: asked for once, taken in turn, held by a lease, ended by the holder alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db import transaction as database

from avstem.domain.timing import ATTEMPTS_MAX
from avstem.services.add_company import add_company
from avstem.store.jobs import (
    WORKER_LOST,
    HeldJob,
    LeaseLostError,
    NewJob,
    claim,
    delete_done,
    enqueue,
    fail,
    finish,
    release,
    renew,
)
from avstem.store.models import Job, Schedule
from avstem.store.tenancy import company_scope, queue_scope
from avstem.worker.handlers import KINDS
from avstem.worker.loop import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
ORGNRS = ("974760673", "923609016", "310020040")


@pytest.fixture
def companies() -> list[int]:
    return [
        add_company(orgnr=orgnr, name=f"Selskap {orgnr}", actor="test", now=NOW).pk
        for orgnr in ORGNRS[:2]
    ]


def take(
    owner: str = "a", *, at: datetime = NOW, limit: int = 1, kind: str = "work"
) -> list[HeldJob]:
    return claim(owner=owner, now=at, kinds=[kind], limit=limit, lease=LEASE)


def only() -> Job:
    return Job.objects.get()


def test_what_waits_is_asked_for_once(companies: list[int]) -> None:
    for _ in range(3):
        enqueue([NewJob(companies[0], "work", "k", {"id": 7})] * 2, now=NOW)
    assert only().payload == {"id": 7}
    enqueue([NewJob(companies[1], "work", "k"), NewJob(companies[0], "work", "other")], now=NOW)
    assert Job.objects.count() == 3


def test_a_job_of_the_system_is_asked_for_once_too() -> None:
    for _ in range(2):
        enqueue([NewJob(None, "work")], now=NOW)
    assert only().company_id is None


def test_a_change_that_is_taken_back_leaves_no_job(companies: list[int]) -> None:
    with pytest.raises(RuntimeError), database.atomic():  # noqa: PT012  # what is undone lies inside
        enqueue([NewJob(companies[0], "work")], now=NOW)
        raise RuntimeError
    assert not Job.objects.exists()


def test_what_is_done_can_be_asked_for_anew(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    finish(take()[0], now=NOW)
    enqueue([NewJob(companies[0], "work")], now=NOW)
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "waiting"]


def test_what_is_asked_for_while_it_runs_is_done_once_more(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    held = take()[0]
    enqueue([NewJob(companies[0], "work")], now=NOW)
    finish(held, now=NOW)
    assert (only().state, only().attempts) == ("waiting", 0)
    finish(take()[0], now=NOW)
    assert only().state == "done"


def test_nobody_else_gets_what_is_held_and_a_holder_that_lives_keeps_it(
    companies: list[int],
) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    held = take("a")[0]
    assert take("b", at=NOW + LEASE / 2) == []
    assert renew(owner="b", now=NOW + LEASE / 2, lease=LEASE) == 0
    assert renew(owner="a", now=NOW + LEASE / 2, lease=LEASE) == 1
    assert take("b", at=NOW + LEASE * 1.2) == []
    finish(held, now=NOW)


def test_a_lease_that_ran_out_is_taken_over_and_the_old_holder_can_end_nothing(
    companies: list[int],
) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    [old] = take("a")
    later = NOW + LEASE * 2
    [new] = take("b", at=later)
    assert (new.id, new.attempt) == (old.id, 2)
    with pytest.raises(LeaseLostError):
        finish(old, now=later)
    with pytest.raises(LeaseLostError):
        fail(old, code="x", facts={}, now=later, seed="1")
    assert (only().state, only().owner) == ("running", "b")
    finish(new, now=later)
    assert only().state == "done"


def test_a_worker_that_lost_a_job_and_got_it_again_cannot_end_the_first_attempt(
    companies: list[int],
) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    [first] = take("a")
    [second] = take("a", at=NOW + LEASE * 2)
    with pytest.raises(LeaseLostError):
        finish(first, now=NOW)
    finish(second, now=NOW)


def test_a_job_that_hangs_is_not_held_for_ever_by_a_living_worker(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    take("a")
    assert renew(owner="a", now=NOW + timedelta(hours=3), lease=LEASE) == 0


def test_a_job_that_fails_waits_longer_each_time_and_is_set_aside_in_the_end(
    companies: list[int],
) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    at, waits = NOW, []
    for attempt in range(1, ATTEMPTS_MAX + 1):
        [held] = take(at=at)
        state = fail(held, code="bank.gone", facts={"bank": "DNB"}, now=at, seed="7")
        if attempt < ATTEMPTS_MAX:
            assert state == "failed"
            assert take(at=at) == [], "not before its time"
            waits.append(only().next_try_at - at)
            at = only().next_try_at
    assert waits == sorted(waits)
    assert (only().state, only().last_error_code) == ("set_aside", "bank.gone")
    assert take(at=at + timedelta(days=9)) == []


def test_a_job_that_kills_its_worker_each_time_is_set_aside(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    for round_ in range(ATTEMPTS_MAX):
        assert len(take(at=NOW + LEASE * 2 * round_)) == 1
    assert take(at=NOW + LEASE * 2 * ATTEMPTS_MAX) == []
    assert (only().state, only().last_error_code) == ("set_aside", WORKER_LOST)


def test_what_was_not_begun_is_given_back_untried(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work", str(n)) for n in range(3)], now=NOW)
    taken = take(limit=3)
    finish(taken[0], now=NOW)
    release(taken[1:])
    assert [job.attempts for job in Job.objects.filter(state="waiting")] == [0, 0]
    assert len(take("b", limit=3)) == 2


def test_a_company_with_a_thousand_jobs_does_not_keep_another_waiting(
    companies: list[int],
) -> None:
    noisy, quiet = companies
    enqueue([NewJob(noisy, "work", f"{n:04}") for n in range(1000)], now=NOW)
    for _ in range(10):
        finish(take()[0], now=NOW)
    enqueue([NewJob(quiet, "work", str(n)) for n in range(5)], now=NOW)
    order = []
    for _ in range(12):
        [held] = take()
        order.append(held.company_id)
        finish(held, now=NOW)
    assert order[:10].count(quiet) == 5, "they take turns"
    assert order[10:] == [noisy, noisy]


def test_a_company_that_asks_anew_each_time_does_not_starve_one_with_a_queue(
    companies: list[int],
) -> None:
    large, small = companies
    enqueue([NewJob(large, "work", str(n)) for n in range(50)], now=NOW)
    served = {large: 0, small: 0}
    for n in range(40):
        if not Job.objects.filter(company_id=small, state="waiting").exists():
            enqueue([NewJob(small, "work", f"s{n}")], now=NOW)
        [held] = take()
        served[held.company_id or 0] += 1
        finish(held, now=NOW)
    assert served == {large: 20, small: 20}


def test_only_kinds_that_are_known_are_taken(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "from_a_newer_version")], now=NOW)
    assert take() == []


def test_done_jobs_are_forgotten_after_their_time_and_no_others(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work", str(n)) for n in range(3)], now=NOW)
    finish(take()[0], now=NOW)
    assert delete_done(before=NOW) == 0
    assert delete_done(before=NOW + LEASE) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {"waiting"}


def test_the_table_refuses_a_running_job_that_nobody_holds(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work")], now=NOW)
    with pytest.raises(IntegrityError), database.atomic():
        Job.objects.update(state="running")


def test_a_large_request_costs_no_more_queries(
    companies: list[int], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(10):
        enqueue([NewJob(companies[n % 2], "work", str(n)) for n in range(10)], now=NOW)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_the_queue_is_read_by_its_indexes(companies: list[int]) -> None:
    enqueue([NewJob(companies[0], "work", str(n)) for n in range(20)], now=NOW)
    plans: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            context["cursor"].execute(f"EXPLAIN QUERY PLAN {sql}", params)
            plans.append("\n".join(row[3] for row in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        take()
        enqueue([NewJob(companies[1], "work")], now=NOW)
        renew(owner="a", now=NOW, lease=LEASE)
        delete_done(before=NOW)
    assert len(plans) > 5
    for plan in plans:
        assert "SCAN store_job USING INDEX" in plan or "SCAN store_job" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def become_an_ordinary_role() -> None:
    """The rest of the test has no special rights."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE avstem_queue_test")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO avstem_queue_test")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO avstem_queue_test")
        cursor.execute("SET LOCAL ROLE avstem_queue_test")


def test_the_wall_shows_a_company_its_own_jobs_and_the_worker_all(companies: list[int]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row-level security")
    enqueue([NewJob(each, "work") for each in (*companies, None)], now=NOW)
    become_an_ordinary_role()
    assert not Job.objects.exists(), "nobody is named: nothing is seen"
    with company_scope(companies[0]):
        assert list(Job.objects.values_list("company_id", flat=True)) == [companies[0]]
        enqueue([NewJob(companies[0], "work", "more")], now=NOW)
        assert Job.objects.count() == 2, "asking for a job leaves the wall as it was"
    with queue_scope():
        assert Job.objects.count() == 4
    held = take(limit=9)
    assert len(held) == 4
    assert not Job.objects.exists()
    assert renew(owner="a", now=NOW, lease=LEASE) == 4
    with company_scope(companies[0]):
        finish(next(each for each in held if each.company_id == companies[0]), now=NOW)
    fail(held[-1], code="x", facts={}, now=NOW, seed="1")
    release([each for each in held if each.company_id == companies[1]])
    with queue_scope():
        assert set(Job.objects.values_list("state", flat=True)) >= {"done", "failed", "waiting"}


def test_a_worker_with_an_ordinary_role_does_its_work_behind_the_wall(
    companies: list[int],
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row-level security")
    enqueue([NewJob(each, "reconcile") for each in companies], now=NOW)
    enqueue([NewJob(None, "tidy")], now=NOW)
    become_an_ordinary_role()
    tally = Worker(KINDS, clock=lambda: NOW).run(once=True)
    assert (tally.done, tally.failed) == (3, 0)
    with queue_scope():
        assert Schedule.objects.filter(kind="sync").count() == 2
        Schedule.objects.update(next_at=NOW)
    assert Worker(KINDS, clock=lambda: NOW).run(once=True).done == 3
    with company_scope(companies[0]):
        assert Job.objects.filter(state="done").count() == 2
