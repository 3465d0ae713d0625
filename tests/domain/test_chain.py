"""Statements follow on; what does not is named, whatever order they came in."""

import itertools
from datetime import date, timedelta

import pytest

from avstem.domain.chain import Break, BreakKind, Link, find_breaks

MONDAY = date(2026, 3, 9)


def day(number: int, opening: int, closing: int, **more: object) -> Link:
    on = MONDAY + timedelta(days=number)
    holds = more.pop("holds", True)
    return Link(number, on, on, "", opening, closing, holds, **more)  # type: ignore[arg-type]  # short form


def kinds(links: list[Link], takeover: int | None = None) -> list[tuple[int, str]]:
    return [(each.statement_id, each.kind.value) for each in find_breaks(links, takeover)]


def test_days_that_follow_on_have_no_break_in_any_order() -> None:
    links = [day(0, 0, 10), day(1, 10, 30), day(2, 30, 5)]
    for order in itertools.permutations(links):
        assert find_breaks(order) == []


def test_a_missing_day_is_a_gap_with_both_balances() -> None:
    assert find_breaks([day(0, 0, 10), day(2, 30, 5)]) == [Break(2, BreakKind.GAP, 10, 30)]


def test_an_older_day_with_the_same_closing_balance_does_not_hide_a_gap() -> None:
    assert kinds([day(0, 0, 30), day(1, 30, 10), day(3, 30, 5)]) == [(3, "gap")]


def test_a_balance_that_does_not_add_up_is_named_until_it_is_explained() -> None:
    assert kinds([day(0, 0, 10, holds=False)]) == [(0, "balance")]
    assert kinds([day(0, 0, 10, holds=False, explained=True)]) == []


def test_the_first_statement_must_open_with_the_books() -> None:
    assert kinds([day(0, 5, 10)], takeover=0) == [(0, "takeover")]
    assert kinds([day(0, 5, 10)], takeover=5) == []
    assert kinds([day(0, 5, 10)]) == []


def test_the_same_statement_again_and_a_week_over_its_days_are_no_gap() -> None:
    week = Link(9, MONDAY, MONDAY + timedelta(days=4), "", 0, 30, True)
    assert kinds([day(0, 0, 10), day(0, 0, 10), day(1, 10, 30), week]) == []


def test_two_statements_of_one_day_follow_on_by_balance() -> None:
    assert kinds([day(0, 0, 10), day(0, 10, 15), day(1, 15, 20)]) == []


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_whichever_day_is_missing_the_next_one_tells(missing: int) -> None:
    balances = [0, 10, 25, 5, 60, 80]
    links = [day(n, balances[n], balances[n + 1]) for n in range(5) if n != missing]
    assert kinds(links) == [(missing + 1, "gap")]
