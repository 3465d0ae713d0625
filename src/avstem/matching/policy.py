"""The bounds within which the engine may book by itself; see docs/matching.md for why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Defaults are the measured ones of docs/matching.md.

    An amount is common where at least `common_items_min` open items have it and they are more than
    `common_share` of all; then an amount alone says nothing. Sums have at most `sum_items_max`
    items, and a party with more than `party_items_max` open ones is not searched for any: among
    so many a sum fits by chance.
    """

    common_items_min: int = 3
    common_share: float = 0.005
    sum_items_max: int = 3
    party_items_max: int = 24
    proposals_max: int = 5
