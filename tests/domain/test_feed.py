"""Every day of an account: told, chained and balanced, or what is wrong with it."""

from datetime import date, timedelta

import pytest

from avstem.domain.agreement import Days
from avstem.domain.chain import Link
from avstem.domain.feed import DayState, Feed, Terms, Told, find_doubles, statements_late

S = DayState
MONDAY = date(2026, 11, 2)
TODAY = date(2026, 11, 13)  # a Friday
ACTIVE = Terms(
    activation_date=MONDAY,
    confirmed_on=MONDAY,
    expected=Days(date(2026, 11, 3), date(2026, 11, 5)),
    bank_days=1,
)


def on(number: int) -> date:
    return MONDAY + timedelta(days=number)


def told(number: int, *faults: DayState, until: int | None = None, proved: bool = True) -> Told:
    last = number if until is None else until
    return Told(number, on(number), on(last), proved, frozenset(faults))


def states(
    statements: list[Told], first: int, last: int, terms: Terms = ACTIVE, **more: object
) -> list[DayState]:
    today = more.pop("today", TODAY)
    feed = Feed(statements, terms, today, **more)  # type: ignore[arg-type]  # each as the test says
    return [each.state for each in feed.days(on(first), on(last))]


def test_days_that_are_told_of_are_present_and_a_weekend_is_closed() -> None:
    week = [told(n) for n in range(5)]
    assert states(week, 0, 6) == [S.PRESENT] * 5 + [S.CLOSED] * 2


def test_a_day_without_a_statement_lacks_none_where_the_chain_holds_over_it() -> None:
    assert states([told(0), told(2)], 0, 2) == [S.PRESENT, S.QUIET, S.PRESENT]


def test_a_day_before_a_broken_chain_is_missing_and_the_break_is_shown_on_the_next() -> None:
    broken = told(3, S.UNCHAINED, until=4)
    assert states([told(0), broken], 0, 4) == [
        S.PRESENT, S.MISSING, S.MISSING, S.UNCHAINED, S.PRESENT,
    ]  # fmt: skip


def test_statements_without_balances_prove_nothing_of_the_days_between() -> None:
    unproved = [told(0, proved=False), told(2, proved=False)]
    assert states(unproved, 0, 2) == [S.TOLD, S.MISSING, S.TOLD]
    assert states([told(0, proved=False), told(2)], 1, 1) == [S.MISSING]


def test_the_last_days_are_awaited_until_they_are_due_and_then_late() -> None:
    # The statement of Wednesday is due on Thursday, and late on Friday.
    assert states([told(n) for n in (*range(5), 7, 8)], 8, 12) == [
        S.PRESENT, S.LATE, S.AWAITED, S.AWAITED, S.OUTSIDE,
    ]  # fmt: skip


@pytest.mark.parametrize(("bank_days", "late"), [(0, 2), (1, 1), (2, 0)])
def test_how_fresh_an_agreement_is_says_when_a_day_is_late(bank_days: int, late: int) -> None:
    terms = Terms(MONDAY, False, MONDAY, MONDAY, None, None, bank_days)
    found = states([told(8)], 8, 11, terms)
    assert found.count(S.LATE) == late
    assert statements_late(on(8), TODAY, bank_days) == late


def test_closed_days_make_nothing_late() -> None:
    # 24 to 27 December are closed: the statement of the 23rd is due on the 28th.
    assert statements_late(date(2026, 12, 22), date(2026, 12, 28), 1) == 0
    assert statements_late(date(2026, 12, 22), date(2026, 12, 29), 1) == 1


def test_the_days_before_the_activation_are_a_gap_that_the_bank_never_sends() -> None:
    terms = Terms(on(-5), False, MONDAY, MONDAY, ACTIVE.expected, None, 1)
    assert states([told(0)], -7, 0, terms) == [
        S.OUTSIDE, S.OUTSIDE, S.GAP, S.GAP, S.GAP, S.CLOSED, S.CLOSED, S.PRESENT,
    ]  # fmt: skip
    # A file that fills them makes the gap go away.
    assert S.GAP not in states([told(-5, until=-1), told(0)], -7, 0, terms)


def test_between_the_activation_and_the_first_statement_are_waiting_days() -> None:
    assert states([], 0, 3, today=on(2)) == [S.WAITING, S.AWAITED, S.AWAITED, S.OUTSIDE]
    assert states([told(2, S.UNCHAINED)], 0, 2) == [S.WAITING, S.WAITING, S.UNCHAINED]


def test_a_first_statement_that_does_not_come_is_late_from_the_day_it_was_due() -> None:
    assert states([], 0, 2, today=on(3)) == [S.WAITING, S.AWAITED, S.AWAITED]
    assert states([], 0, 2, today=on(4)) == [S.WAITING, S.LATE, S.LATE]


def test_what_the_bank_has_not_said_yes_to_waits() -> None:
    asked = Terms(activation_date=MONDAY)
    assert states([], 0, 1, asked, today=on(1)) == [S.WAITING, S.WAITING]


def test_after_the_agreement_and_without_one_nothing_is_expected() -> None:
    over = Terms(MONDAY, False, MONDAY, MONDAY, ACTIVE.expected, on(3), 1)
    assert states([told(0)], 1, 4, over) == [S.LATE, S.LATE, S.LATE, S.OUTSIDE]
    assert states([told(0)], 1, 2, Terms()) == [S.OUTSIDE, S.OUTSIDE]


def test_where_a_person_carries_the_files_none_is_late() -> None:
    terms = Terms(MONDAY, False, MONDAY, MONDAY, None, None, 1, is_sent=False)
    assert states([told(0)], 1, 1, terms) == [S.AWAITED]


def test_the_books_opening_balance_begins_the_chain() -> None:
    said, unsaid = Terms(MONDAY, True), Terms(MONDAY, False)
    assert states([told(2)], 0, 1, said) == [S.QUIET, S.QUIET]
    assert states([told(2)], 0, 1, unsaid) == [S.MISSING, S.MISSING]
    assert states([told(2, S.UNCHAINED)], 0, 1, said) == [S.MISSING, S.MISSING]


def test_the_worst_is_the_days_state_and_all_that_holds_is_kept() -> None:
    feed = Feed([told(0, S.UNBALANCED), told(0, S.DOUBLED)], ACTIVE, TODAY, {on(0)})
    [day] = feed.days(on(0), on(0))
    assert day.states == (S.CHANGED, S.DOUBLED, S.UNBALANCED, S.PRESENT)
    assert day.is_faulty
    assert day.statement_ids == (0, 0)


def link(pk: int, opening: int, closing: int, sequence: str = "", **more: object) -> Link:
    holds = more.pop("holds", True)
    return Link(
        pk, MONDAY, MONDAY, sequence, opening, closing, holds,
        **more,  # type: ignore[arg-type]  # each as the test says
    )  # fmt: skip


def test_the_same_days_between_the_same_balances_are_doubled_and_the_first_stands() -> None:
    assert find_doubles([link(3, 0, 10), link(1, 0, 10), link(2, 0, 10)]) == {2: 1, 3: 1}


def test_two_statements_of_a_day_that_follow_on_are_not_doubled() -> None:
    assert find_doubles([link(1, 0, 10), link(2, 10, 15), link(3, 15, 10)]) == {}


def test_where_nothing_moved_on_balance_only_the_same_number_is_doubled() -> None:
    assert find_doubles([link(1, 10, 10), link(2, 10, 10)]) == {}
    assert find_doubles([link(1, 10, 10, "004"), link(2, 10, 10, "005")]) == {}
    assert find_doubles([link(1, 10, 10, "004"), link(2, 10, 10, "004")]) == {2: 1}


def test_a_statement_that_does_not_add_up_is_no_proof_of_another() -> None:
    assert find_doubles([link(1, 0, 10, holds=False), link(2, 0, 10)]) == {}
