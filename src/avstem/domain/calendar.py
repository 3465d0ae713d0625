"""Bank days: the days on which Norges Bank settles.

Closed: Saturdays, Sundays, public holidays, Maundy Thursday, Good Friday and 24 December.
31 December is open.

Source: Norges Bank, closing days of the settlement system NBO (docs/formats/bank_days.md).

>>> is_bank_day(date(2026, 12, 24)), is_bank_day(date(2026, 12, 31))
(False, True)
"""

from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (5, 17), (12, 24), (12, 25), (12, 26))
# Days from Easter Sunday: Maundy Thursday, Good Friday, Easter Monday, Ascension, Whit Monday.
_FROM_EASTER = (-3, -2, 1, 39, 50)


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (anonymous algorithm, Meeus 1991 ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


@lru_cache(maxsize=400)
def closing_days(year: int) -> frozenset[date]:
    """The weekdays and weekend days of that year that are closed by name."""
    easter = easter_sunday(year)
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(fixed | {easter + timedelta(days=days) for days in _FROM_EASTER})


def is_bank_day(day: date) -> bool:
    """Whether money settles between banks that day."""
    return day.weekday() < 5 and day not in closing_days(day.year)


def next_bank_day(day: date) -> date:
    """The day itself if it is a bank day, else the first one after it."""
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def previous_bank_day(day: date) -> date:
    """The day itself if it is a bank day, else the last one before it."""
    while not is_bank_day(day):
        day -= timedelta(days=1)
    return day
