"""Waits after failures, and rounds: bounded, spread, and derived from what the rows say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.timing import ATTEMPTS_MAX, BASE_S, CAP_S, back_off, next_round

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def test_waits_double_up_to_the_cap() -> None:
    whole = [min(CAP_S, BASE_S * 2**n) for n in range(ATTEMPTS_MAX + 5)]
    for attempt, full_s in enumerate(whole, 1):
        assert full_s / 2 <= back_off(attempt, "7").total_seconds() <= full_s


def test_those_that_failed_together_do_not_come_back_together() -> None:
    waits = [back_off(5, str(job)).total_seconds() for job in range(1000)]
    buckets = {int(wait) // 8 for wait in waits}
    assert len(buckets) >= 10, "spread over the whole of 80 to 160 seconds"
    assert len(set(waits)) > 990


@given(attempts=st.integers(1, 10**6), seed=st.text(max_size=20))
def test_a_wait_is_never_nothing_and_never_more_than_the_cap(attempts: int, seed: str) -> None:
    wait = back_off(attempts, seed)
    assert timedelta(seconds=BASE_S / 2) <= wait <= timedelta(seconds=CAP_S)
    assert wait == back_off(attempts, seed)


@given(late_s=st.integers(-(10**7), 10**8), every_s=st.integers(1, 10**6))
def test_the_next_round_is_the_first_one_after_now(late_s: int, every_s: int) -> None:
    every, now = timedelta(seconds=every_s), NOW + timedelta(seconds=late_s)
    found = next_round(NOW, every, now)
    assert found > now
    assert (found - NOW) % every == timedelta(0)
    assert found == NOW or found - every <= now
