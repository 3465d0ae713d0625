"""An agreement's moves, what may be typed while it waits, and when a first statement is late."""

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.agreement import (
    LIVE,
    MOVES,
    AgreementState,
    Days,
    NotPermitted,
    check_activation_date,
    check_move,
    closing_state,
    days_late,
    first_statement_days,
    gap,
    is_fetched,
    is_waiting,
    may_be_typed,
    state_before_error,
    waiting_days,
    why_not_permitted,
)
from avstem.domain.calendar import is_bank_day
from avstem.domain.errors import InvalidValueError, StateError

S = AgreementState
DOCS = Path(__file__).parents[2] / "docs" / "agreements.md"
ALLOWED = {
    (S.ORDERED, S.AWAITING_BANK), (S.ORDERED, S.REJECTED), (S.ORDERED, S.ENDED),
    (S.AWAITING_BANK, S.ACTIVE), (S.AWAITING_BANK, S.REJECTED), (S.AWAITING_BANK, S.IN_ERROR),
    (S.AWAITING_BANK, S.ENDED), (S.ACTIVE, S.IN_ERROR), (S.ACTIVE, S.ENDED),
    (S.IN_ERROR, S.AWAITING_BANK), (S.IN_ERROR, S.ACTIVE), (S.IN_ERROR, S.ENDED),
}  # fmt: skip
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(("found", "wanted"), list(product(S, S)))
def test_it_moves_by_the_table_and_not_otherwise(found: S, wanted: S) -> None:
    if (found, wanted) in ALLOWED:
        assert check_move(found, wanted, kind="agreement", identifier="dnb") is wanted
        return
    with pytest.raises(StateError) as refused:
        check_move(found, wanted, kind="agreement", identifier="dnb")
    assert refused.value.found == found.value.replace("_", " ")


def test_the_drawing_is_the_table() -> None:
    drawn = re.findall(r"^ {4}(\S+) --> (\S+)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    moves = {(a, b) for a, b in drawn if "[*]" not in (a, b)}
    assert moves == {(a.value, b.value) for a, targets in MOVES.items() for b in targets}
    assert {a for a, b in drawn if b == "[*]"} == {s.value for s in S if s not in LIVE}
    assert [b for a, b in drawn if a == "[*]"] == ["ordered"]


def test_every_state_is_reached_and_every_live_one_can_end() -> None:
    reached = {wanted for targets in MOVES.values() for wanted in targets}
    assert reached == set(S) - {S.ORDERED}
    assert all(S.ENDED in MOVES[state] for state in LIVE)


def test_what_is_mended_goes_back_to_where_it_was() -> None:
    assert state_before_error(confirmed=True) is S.ACTIVE
    assert state_before_error(confirmed=False) is S.AWAITING_BANK


@pytest.mark.parametrize(
    ("states", "becomes"),
    [
        ((), None),
        ((S.ENDED, S.ACTIVE), None),
        ((S.REJECTED, S.ORDERED), None),
        ((S.ENDED, S.IN_ERROR), None),
        ((S.REJECTED, S.REJECTED), S.REJECTED),
        ((S.REJECTED, S.ENDED), S.ENDED),
        ((S.ENDED,), S.ENDED),
    ],
)
def test_an_agreement_is_over_when_its_last_account_is(
    states: tuple[S, ...], becomes: S | None
) -> None:
    assert closing_state(states) is becomes


FIRST = date(2026, 11, 20)
# state, confirmed, on the day before the activation, on the day, after it
WAITING = [
    (S.ORDERED, False, True, False, False),
    (S.AWAITING_BANK, False, True, False, False),
    (S.IN_ERROR, False, True, False, False),
    (S.ACTIVE, True, True, True, True),
    (S.IN_ERROR, True, True, True, True),
    (S.ENDED, True, True, True, True),
    (S.ENDED, False, True, True, True),
    (S.REJECTED, False, True, True, True),
]


@pytest.mark.parametrize(("state", "confirmed", "before", "on", "after"), WAITING)
def test_what_may_be_typed(state: S, confirmed: bool, before: bool, on: bool, after: bool) -> None:
    typed = [
        may_be_typed(FIRST + timedelta(days=n), FIRST, state, confirmed=confirmed)
        for n in (-1, 0, 1)
    ]
    assert typed == [before, on, after]
    assert is_waiting(state, confirmed=confirmed) is (not on)


@pytest.mark.parametrize(
    ("kind", "iban", "connected", "why"),
    [
        ("operating", "NO6115030001017", False, None),
        ("currency", "NO6115030001017", False, None),
        ("savings", "NO6115030001017", False, NotPermitted.KIND),
        ("tax", "NO6115030001017", False, NotPermitted.KIND),
        ("card", "", True, NotPermitted.KIND),
        ("operating", "", False, NotPermitted.IBAN),
        ("operating", "15030001017", False, NotPermitted.IBAN),
        ("operating", "NO6215030001017", False, NotPermitted.IBAN),
        ("operating", "NO6115030001017", True, NotPermitted.CONNECTED),
    ],
)
def test_which_accounts_can_be_connected(
    kind: str, iban: str, connected: bool, why: NotPermitted | None
) -> None:
    assert why_not_permitted(kind, iban, connected=connected) is why


def test_nothing_before_the_activation_is_fetched_and_nothing_after_the_end() -> None:
    end = date(2026, 12, 1)
    fetched = [d for d in range(-1, 13) if is_fetched(FIRST + timedelta(days=d), FIRST, end)]
    assert fetched == list(range(12))
    assert is_fetched(date(2030, 1, 1), FIRST, None)


@pytest.mark.parametrize(
    ("last_known", "books_begin", "missing"),
    [
        (date(2026, 11, 10), date(2026, 1, 1), Days(date(2026, 11, 11), date(2026, 11, 19))),
        (date(2026, 11, 19), None, None),
        (date(2026, 11, 30), None, None),
        (None, date(2026, 11, 1), Days(date(2026, 11, 1), date(2026, 11, 19))),
        (None, date(2026, 11, 20), None),
        (None, None, None),
    ],
)
def test_the_gap_is_what_no_statement_tells_of(
    last_known: date | None, books_begin: date | None, missing: Days | None
) -> None:
    assert gap(last_known, books_begin, FIRST) == missing


def test_the_waiting_days_end_where_the_banks_statements_begin() -> None:
    confirmed = date(2026, 11, 24)
    assert waiting_days(FIRST, confirmed, None) == Days(FIRST, confirmed)
    assert waiting_days(FIRST, confirmed, date(2026, 11, 23)) == Days(FIRST, date(2026, 11, 22))
    assert waiting_days(FIRST, confirmed, FIRST) is None
    assert waiting_days(date(2026, 12, 1), confirmed, None) is None


@pytest.mark.parametrize(
    ("confirmed_on", "activation", "first", "last", "late_from"),
    [
        # a Tuesday; a Friday; before Christmas; an activation that lies ahead
        ("2026-11-24", "2026-11-20", "2026-11-25", "2026-11-27", "2026-11-30"),
        ("2026-11-27", "2026-11-20", "2026-11-30", "2026-12-02", "2026-12-03"),
        ("2026-12-22", "2026-12-22", "2026-12-23", "2026-12-29", "2026-12-30"),
        ("2026-11-24", "2027-01-01", "2027-01-04", "2027-01-06", "2027-01-07"),
    ],
)
def test_the_first_statement_is_expected_in_one_to_three_bank_days(
    confirmed_on: str, activation: str, first: str, last: str, late_from: str
) -> None:
    expected = first_statement_days(
        date.fromisoformat(confirmed_on), date.fromisoformat(activation)
    )
    assert expected == Days(date.fromisoformat(first), date.fromisoformat(last))
    day = date.fromisoformat(late_from)
    assert days_late(expected, day - timedelta(days=1)) == 0
    assert days_late(expected, day) == 1


@given(days, days, st.integers(0, 60))
def test_lateness_counts_bank_days_and_grows(confirmed: date, activation: date, later: int) -> None:
    expected = first_statement_days(confirmed, activation)
    assert is_bank_day(expected.first)
    assert is_bank_day(expected.last)
    assert max(confirmed, activation) < expected.first < expected.last
    today = expected.last + timedelta(days=later)
    between = (expected.last + timedelta(days=n) for n in range(1, later + 1))
    assert days_late(expected, today) == sum(map(is_bank_day, between))


def test_an_activation_date_years_away_is_a_slip() -> None:
    today = date(2026, 11, 24)
    check_activation_date(date(2027, 1, 1), today)
    for slip in (date(2016, 11, 24), date(2062, 11, 24)):
        with pytest.raises(InvalidValueError):
            check_activation_date(slip, today)
