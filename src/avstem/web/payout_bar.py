"""What a payout is made of, as the parts of a bar: whole numbers, a thousand is all of it.

>>> [(part.name, part.start, part.width) for part in bar_of({"net": 78_00, "fees": 2_00})]
[('net', 0, 975), ('fees', 975, 25)]
"""

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE = 1_000


@dataclass(frozen=True)
class BarPart:
    """One part: its name and its place in the bar."""

    name: str
    start: int
    width: int


def bar_of(amounts: Mapping[str, int]) -> list[BarPart]:
    """The parts that are not zero, each as wide as its amount (minor units, never negative).

    The ends are rounded, not the widths, so that the bar is always full.
    """
    assert min(amounts.values(), default=0) >= 0, "a part of a bar has no sign"
    whole = sum(amounts.values())
    parts, before = [], 0
    for name, minor in amounts.items():
        if not minor:
            continue
        start, end = before * WHOLE // whole, (before + minor) * WHOLE // whole
        parts.append(BarPart(name, start, end - start))
        before += minor
    return parts
