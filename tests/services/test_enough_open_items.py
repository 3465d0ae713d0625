"""Counting open items stops where more would change nothing."""

from hypothesis import given
from hypothesis import strategies as st

from avstem.matching.policy import Policy
from avstem.store.candidates import enough_open_items


@given(st.lists(st.integers(1, 5_000), max_size=5), st.integers(0, 2_000_000))
def test_an_amount_is_as_common_among_enough_items_as_among_all(
    counts: list[int], more: int
) -> None:
    by_amount = {(1, "NOK", place): count for place, count in enumerate(counts)}
    share, every = Policy().common_share, sum(counts) + more
    counted = min(every, enough_open_items(by_amount))
    assert [each > share * counted for each in counts] == [each > share * every for each in counts]


def test_few_amounts_need_few_items() -> None:
    assert enough_open_items({}) < 10
    assert enough_open_items({(1, "NOK", 100): 2}) < 1_000
