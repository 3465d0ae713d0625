"""Days in QIF, whose order nobody states: `2/10'2020`, `08/27/21`, `1/ 1'00`, `31.12.2026`.

The order is decided over the whole file, for one program wrote it all. The year first, and dots
(which only countries with the day first write), leave no doubt.

Source: docs/formats/qif.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

_DAY = re.compile(
    r"(?:(?P<iso>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
    r"|(?P<a>[0-9]{1,2})(?P<mark>[-/.])(?P<b>[0-9]{1,2})(?P<mark2>[-/.'])(?P<year>[0-9]{2}|[0-9]{4}))\Z",
    re.ASCII,
)
#: A year of two digits from here on is of the last century, unless an apostrophe says this one.
_LAST_CENTURY_FROM = 70
_CHARACTERS_MAX = 20


class DayOrder(StrEnum):
    """Which of the two numbers before the year is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


BOTH = frozenset(DayOrder)


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it stands: by each order the day it is; an order in which it does not exist lacks.

    Equal days in both orders (`3/3/2026`) tell nothing of the order, and need not.
    """

    by_order: tuple[tuple[DayOrder, date], ...]

    @property
    def orders(self) -> frozenset[DayOrder]:
        """The orders in which it is a day."""
        return frozenset(order for order, _ in self.by_order)

    @property
    def needs_order(self) -> bool:
        """Whether the orders give different days."""
        return len({day for _, day in self.by_order}) > 1

    def in_order(self, order: DayOrder) -> date:
        """The day in that order, which must be among `orders`."""
        return dict(self.by_order)[order]


@lru_cache(maxsize=4096)
def written_day(text: str) -> Written | None:
    """What the text may mean; None where it is no day in any order.

    >>> written_day("8/27'21").orders == {DayOrder.MONTH_FIRST}
    True
    >>> written_day("31.12.26").in_order(DayOrder.MONTH_FIRST)
    datetime.date(2026, 12, 31)
    """
    found = _DAY.match(text.replace(" ", "")) if len(text) <= _CHARACTERS_MAX else None
    if found is None:
        return None
    if found["iso"]:
        same = _date(int(found["iso"]), int(found["month"]), int(found["day"]))
        return _certain(same)
    year, first, second = _year(found["year"], found["mark2"]), int(found["a"]), int(found["b"])
    day_first = _date(year, second, first)
    if found["mark"] == ".":
        return _certain(day_first)
    each = ((DayOrder.DAY_FIRST, day_first), (DayOrder.MONTH_FIRST, _date(year, first, second)))
    days = tuple((order, day) for order, day in each if day is not None)
    return Written(days) if days else None


def orders_of(days: Iterable[Written]) -> frozenset[DayOrder]:
    """The orders in which every one of them is a day."""
    orders = BOTH
    for day in days:
        orders &= day.orders
    return orders


def _certain(day: date | None) -> Written | None:
    return None if day is None else Written(tuple((order, day) for order in DayOrder))


def _year(text: str, mark: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if mark != "'" and year >= _LAST_CENTURY_FROM else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
