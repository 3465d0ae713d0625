"""What a payout is made of, as the parts of a bar: whole numbers, a thousand is all of it.

>>> [(part.name, part.start, part.width) for part in bar_of({"net": 78_00, "fees": 2_00})]
[('net', 0, 975), ('fees', 975, 25)]
"""

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE = 1_000


@dataclass(frozen=True)
class BarPart:
    """One part: its name, its amount (signed minor units), and its place in the bar."""

    name: str
    amount_minor: int
    start: int
    width: int


def bar_of(amounts: Mapping[str, int]) -> list[BarPart]:
    """The parts that are not zero, each as wide as its amount without its sign.

    The ends are rounded, not the widths, so that the bar is always full.
    """
    whole = sum(map(abs, amounts.values()))
    parts, before = [], 0
    for name, minor in amounts.items():
        if not minor:
            continue
        start, end = before * WHOLE // whole, (before + abs(minor)) * WHOLE // whole
        parts.append(BarPart(name, minor, start, end - start))
        before += abs(minor)
    return parts
