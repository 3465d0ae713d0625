"""The drawing of a balance behind us and ahead of us: whole numbers for an SVG, no styles.

>>> from datetime import date
>>> behind = [(date(2026, 11, 1), 0), (date(2026, 11, 3), 100_00)]
>>> chart = draw(behind, [(date(2026, 11, 5), -50_00)])
>>> chart.behind, chart.ahead
('64,120 372,10', '372,10 680,175')
>>> chart.zero_y, chart.today_x
(120, 372)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: The drawing's own units; the template's viewBox is the same.
WIDTH, HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 680, 10, 175
Points = Sequence[tuple[date, int]]


@dataclass(frozen=True)
class Mark:
    """A balance (minor units) with the height at which it is written."""

    minor: int
    y: int


@dataclass(frozen=True)
class Chart:
    """Lines as an SVG `polyline` takes them; `marks` are the balances written at the side."""

    behind: str
    ahead: str
    sure: str
    zero_y: int
    today_x: int
    marks: tuple[Mark, ...]
    first: date
    today: date
    last: date

    @property
    def last_x(self) -> int:
        """Where the last day is."""
        return _RIGHT


def draw(behind: Points, ahead: Points, sure: Points = ()) -> Chart:
    """`behind` ends today; `ahead` counts on what customers owe, `sure` on nobody."""
    assert behind, "there is a today"
    first, (today, now) = behind[0][0], behind[-1]
    last = max([today, *(day for day, _ in ahead)])
    minors = [minor for _, minor in (*behind, *ahead, *sure)]
    low, high = min(0, *minors), max(0, *minors)

    def x(day: date) -> int:
        whole = max((last - first).days, 1)
        return _LEFT + (day - first).days * (_RIGHT - _LEFT) // whole

    def y(minor: int) -> int:
        return _BOTTOM - (minor - low) * (_BOTTOM - _TOP) // max(high - low, 1)

    def line(points: Points) -> str:
        return " ".join(f"{x(day)},{y(minor)}" for day, minor in points)

    start = (today, now)
    return Chart(
        behind=line(behind),
        ahead=line([start, *ahead]) if ahead else "",
        sure=line([start, *sure]) if sure else "",
        zero_y=y(0),
        today_x=x(today),
        marks=tuple(Mark(minor, y(minor)) for minor in sorted({low, 0, high})),
        first=first,
        today=today,
        last=last,
    )
