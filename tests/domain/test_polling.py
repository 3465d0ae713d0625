"""When the banks are asked: after their runs, in the morning, and little on closed days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from avstem.domain.polling import AFTER, OSLO, SPREAD, next_poll, times_of

RUNS = (time(10), time(14))


def oslo(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=OSLO)


def asked(start: datetime, end: datetime, times: tuple[time, ...]) -> list[datetime]:
    """Every instant from `start` until `end` at which the bank is asked."""
    found, at = [], start
    while (at := next_poll(at, times, "1")) < end:
        found.append(at.astimezone(OSLO))
    return found


def test_a_bank_whose_runs_are_not_known_is_asked_each_hour_of_a_bank_day() -> None:
    found = asked(oslo(1, 0), oslo(2, 0), times_of((), ocr=False))  # a Tuesday
    assert [each.hour for each in found] == list(range(6, 23))


def test_a_bank_whose_runs_are_known_is_asked_after_them_and_in_the_morning() -> None:
    found = asked(oslo(1, 0), oslo(2, 0), times_of(RUNS, ocr=False))
    assert [each.hour for each in found] == [6, 7, 9, 10, 14, 18, 22]
    for each in found:
        past = timedelta(minutes=each.minute, seconds=each.second, microseconds=each.microsecond)
        assert AFTER <= past <= AFTER + SPREAD


def test_ocr_giro_is_asked_for_when_it_is_delivered() -> None:
    assert {time(12, 30), time(17, 30)} <= set(times_of(RUNS, ocr=True))
    assert time(12, 30) not in times_of(RUNS, ocr=False)


def test_closed_days_are_asked_twice_and_nights_never() -> None:
    # From Wednesday 23 December, past Christmas and a weekend, to Monday the 28th.
    found = asked(oslo(23, 23), oslo(28, 7), times_of((), ocr=False))
    assert [(each.day, each.hour) for each in found] == [
        (24, 8), (24, 14), (25, 8), (25, 14), (26, 8), (26, 14), (27, 8), (27, 14), (28, 6),
    ]  # fmt: skip


@pytest.mark.parametrize("month", [3, 10])
def test_the_clock_change_moves_nothing_in_norway(month: int) -> None:
    day = date(2026, month, 29 if month == 3 else 25) + timedelta(days=1)
    start = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    at = next_poll(start, (time(6),), "1")
    assert at.astimezone(OSLO).hour == 6
    assert at.tzinfo is UTC


def test_not_everybody_asks_in_the_same_minute_and_each_always_in_its_own() -> None:
    minutes = {next_poll(oslo(1, 0), (time(6),), str(seed)) for seed in range(50)}
    assert len(minutes) == 50
    assert next_poll(oslo(1, 0), RUNS, "7") == next_poll(oslo(1, 0), RUNS, "7")
