"""The days on which money settles between Norwegian banks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.calendar import (
    closing_days,
    easter_sunday,
    is_bank_day,
    next_bank_day,
    previous_bank_day,
)

days = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("month", "day", "name"),
    [
        (1, 1, "New Year's Day"),
        (4, 2, "Maundy Thursday"),
        (4, 3, "Good Friday"),
        (4, 6, "Easter Monday"),
        (5, 1, "Labour Day"),
        (5, 14, "Ascension Day"),
        (5, 25, "Whit Monday"),
        (12, 24, "Christmas Eve"),
        (12, 25, "Christmas Day"),
    ],
)
def test_banks_are_closed_on_these_days_in_2026(month: int, day: int, name: str) -> None:
    assert not is_bank_day(date(2026, month, day)), name


@pytest.mark.parametrize(
    ("month", "day", "name"),
    [
        (3, 25, "Maundy Thursday"),
        (3, 26, "Good Friday"),
        (3, 29, "Easter Monday"),
        (5, 6, "Ascension Day"),
        (5, 17, "Constitution Day and Whit Monday on one day"),
    ],
)
def test_banks_are_closed_on_these_days_in_2027(month: int, day: int, name: str) -> None:
    assert not is_bank_day(date(2027, month, day)), name


def test_new_years_eve_2026_is_a_bank_day() -> None:
    assert is_bank_day(date(2026, 12, 31))


def test_nine_weekdays_of_2026_are_closed_by_name() -> None:
    year = [date(2026, 1, 1) + timedelta(days=passed) for passed in range(365)]
    closed = {day for day in closing_days(2026) if day.weekday() < 5}
    weekdays = [day for day in year if day.weekday() < 5]
    assert len(closed) == 9
    assert sum(map(is_bank_day, year)) == len(weekdays) - 9


@pytest.mark.parametrize(
    "sunday",
    [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(2000, 4, 23),
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ],
)
def test_easter_falls_on_the_sunday_of_the_almanac(sunday: date) -> None:
    assert easter_sunday(sunday.year) == sunday


@given(st.integers(1700, 3000))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@given(days)
def test_the_next_bank_day_is_the_first_one_from_that_day_on(day: date) -> None:
    found = next_bank_day(day)
    between = [day + timedelta(days=passed) for passed in range((found - day).days)]
    assert is_bank_day(found)
    assert not any(map(is_bank_day, between))


@given(days)
def test_the_previous_bank_day_is_the_last_one_up_to_that_day(day: date) -> None:
    found = previous_bank_day(day)
    between = [day - timedelta(days=passed) for passed in range((day - found).days)]
    assert is_bank_day(found)
    assert not any(map(is_bank_day, between))


@given(days)
def test_banks_are_never_closed_for_longer_than_six_days(day: date) -> None:
    assert (next_bank_day(day) - day).days <= 5
