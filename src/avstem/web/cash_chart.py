"""Cash ahead as a drawing: bars of what moves each day, and the balance as a line above them.

Whole numbers of a canvas `WIDTH` wide and `HEIGHT` high; the table beside it says the same.
"""

from dataclasses import dataclass

from avstem.domain.cash_ahead import CashAhead, CashDay

WIDTH, HEIGHT = 900, 180
#: Room above the highest and below the lowest value.
MARGIN = 8


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
    """The parts of the drawing. `zero` is where nothing is; `short_x` the day that falls short."""

    bars: tuple[Bar, ...]
    line: str
    dashed: str
    zero: int
    short_x: int | None
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class _Scale:
    top_minor: int
    bottom_minor: int

    def y(self, minor: int) -> int:
        span = max(self.top_minor - self.bottom_minor, 1)
        room = HEIGHT - 2 * MARGIN
        return MARGIN + (self.top_minor - minor) * room // span


def chart_of(ahead: CashAhead) -> Chart:
    """The balance with what customers owe as a line, without it dashed, and the bars of each day.

    >>> from datetime import date
    >>> from avstem.domain.cash_ahead import look_ahead
    >>> chart_of(look_ahead(100, [], today=date(2026, 11, 23), days=1)).line
    'M0,8H450V8H900'
    """
    values = [0, ahead.start_minor]
    for each in ahead.days:
        values += [each.balance_minor, each.without_expected_minor]
        values += [each.expected_minor, each.sent_minor + each.approved_minor + each.due_minor]
    scale = _Scale(max(values), min(values))
    step = WIDTH // len(ahead.days)
    short = ahead.short
    return Chart(
        tuple(bar for n, day in enumerate(ahead.days) for bar in _bars(day, n * step, step, scale)),
        _steps([day.balance_minor for day in ahead.days], step, scale),
        _steps([day.without_expected_minor for day in ahead.days], step, scale),
        scale.y(0),
        None if short is None else ahead.days.index(short) * step + step // 2,
    )


def _steps(values: list[int], step: int, scale: _Scale) -> str:
    """A path that stands still during a day and moves between days."""
    first, *rest = [f"V{scale.y(minor)}H{(n + 1) * step}" for n, minor in enumerate(values)]
    return f"M0,{first[1:]}" + "".join(rest)


def _bars(day: CashDay, x: int, step: int, scale: _Scale) -> list[Bar]:
    """Money out hangs from zero, the surest first; money in stands on it."""
    found, below = [], 0
    for kind, minor in (
        ("sent", day.sent_minor), ("approved", day.approved_minor), ("due", day.due_minor),
    ):  # fmt: skip
        if minor:
            top, below = scale.y(below), below + minor
            found.append(_bar(kind, x, step, top, scale.y(below)))
    if day.expected_minor:
        found.append(_bar("expected", x, step, scale.y(day.expected_minor), scale.y(0)))
    return found


def _bar(kind: str, x: int, step: int, one: int, other: int) -> Bar:
    top, bottom = min(one, other), max(one, other)
    return Bar(kind, x + step // 5, top, max(step * 3 // 5, 2), max(bottom - top, 1))
