"""Sums of a few open items of one party that are exactly an amount.

A sum fits by chance the sooner the more items there are, so it is a reading to show or a reason to
doubt another one, never a booking.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from avstem.matching.facts import Item
from avstem.matching.state import Desk

READINGS_MAX = 5


def sums_of_few(desk: Desk, items: Sequence[Item], paid_minor: int) -> list[tuple[Item, ...]]:
    """At most five sums of two or three items; none of a party with too many of them."""
    if len(items) > desk.policy.party_items_max:
        return []
    return list(islice(_sums(desk, items, paid_minor), READINGS_MAX))


def _sums(desk: Desk, items: Sequence[Item], paid_minor: int) -> Iterator[tuple[Item, ...]]:
    """All but the last item are tried, the last is looked up by what is missing."""
    # What is owed whole, or more, is no part of a sum.
    items = [item for item in items if 0 < desk.left_of(item.id) < paid_minor]
    left = [desk.left_of(item.id) for item in items]
    places: dict[int, list[int]] = {}
    for place, minor in enumerate(left):
        places.setdefault(minor, []).append(place)
    missing = {paid_minor - minor for minor in places}
    for size in range(2, desk.policy.sum_items_max + 1):
        # Most come to nothing, which is soon told.
        if missing.isdisjoint(map(sum, combinations(left, size - 1))):
            continue
        tried = combinations(range(len(items)), size - 1)
        for first, amounts in zip(tried, combinations(left, size - 1), strict=True):
            for last in places.get(paid_minor - sum(amounts), ()):
                if last > first[-1]:
                    yield tuple(items[place] for place in (*first, last))
