"""The bounds within which the engine may book by itself; see docs/matching.md for why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Defaults are the measured ones of docs/matching.md.

    An amount is common where at least `common_items_min` open items have it and they are more than
    `common_share` of all; then an amount alone says nothing. Sums have at most `sum_items_max`
    items, and a party with more than `party_items_max` open ones is not searched for any: among
    so many a sum fits by chance. The only sum of a party's items may book where the party permits
    it and has at most `sum_books_items_max` open; a run searches for at most `sum_searches_max`.

    What is missing under a reference is written off up to `write_off_max_minor`, and at most
    `write_off_max_bp` hundredths of a per cent of what was left. `interchangeable`: equal items of
    a party are settled in turn by as many equal payments.

    `on_probation` are the answers (`record.record_key`) that are right too seldom to be booked by
    themselves; `earned` those that a guard holds back, and that have been right often enough.

    On the accounts `propose_only` what is certain is put first and not booked; on those `silent`
    too, nothing is said, but what their lines claim is kept from the lines of others.
    """

    common_items_min: int = 3
    common_share: float = 0.005
    sum_items_max: int = 3
    party_items_max: int = 24
    proposals_max: int = 5
    sum_books_items_max: int = 10
    sum_searches_max: int = 20_000
    write_off_max_minor: int = 0
    write_off_max_bp: int = 0
    interchangeable: bool = False
    on_probation: frozenset[str] = frozenset()
    earned: frozenset[str] = frozenset()
    propose_only: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()

    def writes_off(self, missing_minor: int, left_minor: int) -> bool:
        """Whether so little is missing of what was left that the company lets it go.

        >>> Policy(write_off_max_minor=500, write_off_max_bp=100).writes_off(500, 100_000)
        True
        """
        share = missing_minor * 10_000 <= self.write_off_max_bp * left_minor
        return 0 < missing_minor <= self.write_off_max_minor and share
