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
#: The height of the words at the side.
_WORDS = 14
Points = Sequence[tuple[date, int]]
#: A day with what moves, by kind (`sent`, `approved`, `due`, `expected`), in the order of drawing.
Moves = Sequence[tuple[date, Sequence[tuple[str, int]]]]


@dataclass(frozen=True)
class Mark:
    """A balance (minor units) with the height at which it is written."""

    minor: int
    y: int


@dataclass(frozen=True)
class Bar:
    """A day's movement of a kind."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Chart:
    """Lines as an SVG `polyline` takes them; `marks` are the balances written at the side.

    `bars` are what moves: money in stands on zero, money out hangs from it.
    """

    behind: str
    ahead: str
    sure: str
    zero_y: int
    today_x: int
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    first: date
    today: date
    last: date

    @property
    def kinds(self) -> frozenset[str]:
        """What moves in the drawing."""
        return frozenset(bar.kind for bar in self.bars)

    @property
    def last_x(self) -> int:
        """Where the last day is."""
        return _RIGHT


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    low: int
    high: int

    def x(self, day: date) -> int:
        whole = max((self.last - self.first).days, 1)
        return _LEFT + (day - self.first).days * (_RIGHT - _LEFT) // whole

    def y(self, minor: int) -> int:
        span = max(self.high - self.low, 1)
        return _BOTTOM - (minor - self.low) * (_BOTTOM - _TOP) // span

    def line(self, points: Points) -> str:
        return " ".join(f"{self.x(day)},{self.y(minor)}" for day, minor in points)


def draw(behind: Points, ahead: Points, sure: Points = (), moves: Moves = ()) -> Chart:
    """`behind` ends today; `ahead` counts on what customers owe, `sure` on nobody."""
    assert behind, "there is a today"
    first, (today, now) = behind[0][0], behind[-1]
    last = max([today, *(day for day, _ in ahead)])
    minors = [minor for _, minor in (*behind, *ahead, *sure)]
    minors += [sum(minor for _, minor in kinds if minor < 0) for _, kinds in moves]
    scale = _Scale(first, last, min(0, *minors), max(0, *minors))
    start = (today, now)
    return Chart(
        behind=scale.line(behind),
        ahead=scale.line([start, *ahead]) if ahead else "",
        sure=scale.line([start, *sure]) if sure else "",
        zero_y=scale.y(0),
        today_x=scale.x(today),
        marks=_marks(scale),
        bars=tuple(bar for day, kinds in moves for bar in _bars(day, kinds, scale)),
        first=first,
        today=today,
        last=last,
    )


def _marks(scale: _Scale) -> tuple[Mark, ...]:
    """The lowest, zero and the highest, save one whose words would lie on those of zero."""
    zero = scale.y(0)
    wanted = [(minor, scale.y(minor)) for minor in sorted({scale.low, 0, scale.high})]
    return tuple(Mark(minor, y) for minor, y in wanted if not minor or abs(y - zero) >= _WORDS)


def _bars(day: date, kinds: Sequence[tuple[str, int]], scale: _Scale) -> list[Bar]:
    """One on the other, away from zero; none is too small to be seen."""
    width = max((_RIGHT - _LEFT) // max((scale.last - scale.first).days, 1) * 3 // 5, 3)
    ends = {True: 0, False: 0}
    found = []
    for kind, minor in kinds:
        if minor:
            begin = ends[minor > 0]
            ends[minor > 0] = end = begin + minor
            top, bottom = sorted((scale.y(begin), scale.y(end)))
            left = min(scale.x(day), _RIGHT - width)
            found.append(Bar(kind, left, top, width, max(bottom - top, 1)))
    return found
