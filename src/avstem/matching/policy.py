"""The bounds within which the engine may book by itself; see docs/matching.md for why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Defaults are the measured ones of docs/matching.md.

    An amount is common where at least `common_items_min` open items have it and they are more than
    `common_share` of all; then an amount alone says nothing. A party with more than
    `party_items_max` open items is not searched for sums.
    """

    common_items_min: int = 3
    common_share: float = 0.005
    sum_items_max: int = 3
    party_items_max: int = 24
    proposals_max: int = 5
