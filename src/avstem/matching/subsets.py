"""Which of a few amounts come to exactly a sum, and is it the only way?

Meet in the middle: the sums of one half are kept, those of the other half are looked up, so that
24 amounts cost two times 4,096 sums and not 16 million. It stops at the second solution, for a
sum that can be made in two ways says nothing.
"""

from collections.abc import Sequence

AMOUNTS_MAX = 24


def the_only_subset(amounts: Sequence[int], wanted: int) -> tuple[int, ...] | None:
    """The places of the only non-empty choice that comes to `wanted`; None for none or several.

    Amounts are signed minor units other than zero; at most `AMOUNTS_MAX`.

    >>> the_only_subset([100, 250, 325], 425), the_only_subset([100, 200, 300], 300)
    ((0, 2), None)
    """
    assert len(amounts) <= AMOUNTS_MAX, "the caller bounds the search"
    middle = len(amounts) // 2
    first = _by_sum(amounts[:middle])
    found: int | None = None
    for total, mask in _sums(amounts[middle:]):
        for partner in first.get(wanted - total, ()):
            choice = partner | mask << middle
            if not choice:
                continue
            if found is not None:
                return None
            found = choice
    if found is None:
        return None
    return tuple(place for place in range(len(amounts)) if found >> place & 1)


def _sums(amounts: Sequence[int]) -> list[tuple[int, int]]:
    """Every choice's sum, with the choice as a mask of bits."""
    found = [(0, 0)]
    for place, amount in enumerate(amounts):
        found += [(total + amount, mask | 1 << place) for total, mask in found]
    return found


def _by_sum(amounts: Sequence[int]) -> dict[int, list[int]]:
    """The choices by their sum; two are enough to know that there are several."""
    found: dict[int, list[int]] = {}
    for total, mask in _sums(amounts):
        same = found.setdefault(total, [])
        if len(same) < 2:
            same.append(mask)
    return found
