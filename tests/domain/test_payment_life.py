"""A payment order's moves, what reports do to it in any order, and the day on which it leaves."""

import re
from datetime import date, datetime, time
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.calendar import is_bank_day
from avstem.domain.errors import StateError
from avstem.domain.payment_day import DayReason, pay_day
from avstem.domain.payment_life import (
    AT_HOME,
    LIVE,
    MOVES,
    STATE_OF_STATUS,
    STOPPED,
    WITH_BANK,
    OrderState,
    after_report,
    check_move,
    is_contradicted,
    refuses_only_the_copy,
)
from avstem.domain.payment_status import STATUS_ORDER, TERMINAL, advance
from avstem.domain.reason_codes import REASONS, STATUSES

S = OrderState
DOCS = Path(__file__).parents[2] / "docs" / "payments.md"
codes = st.sampled_from([*STATE_OF_STATUS, "PART", "XXXX"])
at_the_bank = st.sampled_from([S.IN_FILE, S.UNKNOWN_OUTCOME, *WITH_BANK])


def place(state: S) -> int:
    order = (S.IN_FILE, S.UNKNOWN_OUTCOME, *WITH_BANK)
    return order.index(state) if state in order else len(order)


def told(state: S, reports: list[str]) -> S:
    for code in reports:
        state = after_report(state, code)
    return state


@pytest.mark.parametrize(("found", "wanted"), list(product(S, S)))
def test_it_moves_by_the_table_and_not_otherwise(found: S, wanted: S) -> None:
    if wanted in MOVES[found]:
        assert check_move(found, wanted, "1") is wanted
        return
    with pytest.raises(StateError):
        check_move(found, wanted, "1")


def test_nothing_goes_to_the_bank_but_what_is_approved() -> None:
    assert {state for state in S if S.IN_FILE in MOVES[state]} == {S.APPROVED}
    assert {state for state in S if S.APPROVED in MOVES[state]} == {S.AWAITING_APPROVAL, S.IN_FILE}
    assert {state for state in S if S.SENT in MOVES[state]} == {S.IN_FILE, S.UNKNOWN_OUTCOME}


def test_what_is_stopped_or_settled_can_be_paid_again_and_nothing_else() -> None:
    assert set(S) - LIVE == {*STOPPED, S.SETTLED}


@given(at_the_bank, st.lists(codes, max_size=12))
def test_a_report_never_moves_it_backwards(state: S, reports: list[str]) -> None:
    for code in reports:
        after = after_report(state, code)
        assert after is state or after in MOVES[state]
        assert after in STOPPED or place(after) >= place(state)
        state = after


@given(at_the_bank, st.lists(codes, max_size=8), st.data())
def test_order_and_repetition_of_reports_do_not_matter(
    state: S, reports: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(reports + reports[:3]))
    first, second = (refused(told(state, each)) for each in (reports, shuffled))
    if {"RJCT", "CANC"} <= set(reports):
        assert {first, second} <= {S.REJECTED, S.CANCELLED, refused(state)}
    else:
        assert first is second


def refused(state: S) -> S:
    """Refused after it was said to be paid is called returned; the bill is owed again either way."""
    return S.REJECTED if state is S.RETURNED else state


@given(st.lists(codes, max_size=12), st.sampled_from(sorted(AT_HOME)))
def test_no_report_moves_what_has_not_left(reports: list[str], state: S) -> None:
    assert told(state, reports) is state


@given(at_the_bank, st.lists(codes, max_size=12))
def test_no_report_settles(state: S, reports: list[str]) -> None:
    assert told(state, reports) is not S.SETTLED or state is S.SETTLED


def test_every_order_of_the_usual_reports_ends_the_same() -> None:
    for reports in permutations(["RCVD", "ACTC", "PDNG", "ACCP", "ACSP", "ACSC"]):
        assert told(S.SENT, list(reports)) is S.EXECUTED


@pytest.mark.parametrize(
    ("reports", "state", "status"),
    [
        ("RCVD PDNG", S.AWAITING_BANK_APPROVAL, "PDNG"),
        ("ACTC PDNG", S.AWAITING_BANK_APPROVAL, "PDNG"),
        ("ACTC PATC", S.AWAITING_BANK_APPROVAL, "PATC"),
        ("RCVD ACTC PDNG", S.AWAITING_BANK_APPROVAL, "PDNG"),
        ("PDNG ACCP", S.ACCEPTED, "ACCP"),
        ("PDNG ACWC", S.ACCEPTED, "ACWC"),
        ("ACTC PDNG ACSP", S.ACCEPTED, "ACSP"),
        ("PDNG ACSC", S.EXECUTED, "ACSC"),
        ("ACTC PDNG RJCT", S.REJECTED, "RJCT"),
        ("PDNG CANC", S.CANCELLED, "CANC"),
    ],
)
def test_what_waits_in_the_bank_waits_in_whichever_order_it_is_told(
    reports: str, state: S, status: str
) -> None:
    for order in permutations(reports.split()):
        stands = None
        for code in order:
            stands = advance(stands, code)
        assert (told(S.SENT, list(order)), stands) == (state, status), order


def test_both_orders_of_the_codes_agree() -> None:
    """The state's order (`payment_life`) and the raw code's (`payment_status`) never differ."""
    for lower, higher in permutations(STATUS_ORDER, 2):
        if STATUS_ORDER[lower] < STATUS_ORDER[higher]:
            assert place(STATE_OF_STATUS[lower]) <= place(STATE_OF_STATUS[higher])


def test_every_status_the_bank_may_send_has_a_state_but_the_one_that_is_about_many() -> None:
    assert set(STATE_OF_STATUS) == {*STATUS_ORDER, *TERMINAL} == set(STATUSES) - {"PART"}


def test_what_the_account_says_is_believed_over_a_refusal_and_a_report_is_not() -> None:
    for refused in (S.REJECTED, S.CANCELLED):
        assert check_move(refused, S.SETTLED, "1") is S.SETTLED
        assert {after_report(refused, code) for code in STATE_OF_STATUS} == {refused}
    assert after_report(S.SETTLED, "RJCT") is S.SETTLED
    assert is_contradicted(S.SETTLED, "RJCT")


@pytest.mark.parametrize(
    ("status", "reasons", "only_the_copy"),
    [
        ("RJCT", {"DU01"}, True),
        ("RJCT", {"DU02", "DU01"}, True),
        ("RJCT", {"DU04"}, True),
        ("RJCT", {"AM05"}, False),
        ("RJCT", {"DU01", "FF01"}, False),
        ("RJCT", set(), False),
        ("PDNG", {"DU01"}, False),
    ],
)
def test_a_file_refused_for_its_id_alone_is_alive(
    status: str, reasons: set[str], only_the_copy: bool
) -> None:
    assert refuses_only_the_copy(status, frozenset(reasons)) is only_the_copy
    assert reasons <= set(REASONS)


MORNING, EVENING = datetime(2026, 11, 24, 9, 0), datetime(2026, 11, 24, 15, 0)
CUT_OFFS = (time(8, 15), time(14, 0))


@pytest.mark.parametrize(
    ("asked", "now", "day", "reason"),
    [
        (date(2026, 11, 26), MORNING, date(2026, 11, 26), "as_asked"),
        (date(2026, 11, 24), MORNING, date(2026, 11, 24), "as_asked"),
        (date(2026, 11, 24), EVENING, date(2026, 11, 25), "cut_off"),
        (date(2026, 11, 20), MORNING, date(2026, 11, 24), "past"),
        (date(2026, 11, 20), EVENING, date(2026, 11, 25), "cut_off"),
        (date(2026, 11, 28), MORNING, date(2026, 11, 27), "bank_day_before"),
        (date(2026, 12, 24), MORNING, date(2026, 12, 23), "bank_day_before"),
        (date(2026, 11, 28), datetime(2026, 11, 28, 9), date(2026, 11, 30), "bank_day_after"),
        (date(2026, 11, 27), datetime(2026, 11, 28, 9), date(2026, 11, 30), "past"),
        (date(2026, 12, 31), MORNING, date(2026, 12, 31), "as_asked"),
    ],
)
def test_the_day_it_leaves(asked: date, now: datetime, day: date, reason: str) -> None:
    found = pay_day(asked, now=now, cut_offs=CUT_OFFS)
    assert (found.day, found.reason.value) == (day, reason)


@given(
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.booleans(),
)
def test_it_leaves_on_a_bank_day_that_has_not_passed(
    asked: date, now: datetime, knows_cut_offs: bool
) -> None:
    found = pay_day(asked, now=now, cut_offs=CUT_OFFS if knows_cut_offs else ())
    assert is_bank_day(found.day) and found.day >= now.date()
    assert (found.day == asked) == (found.reason is DayReason.AS_ASKED)
    if found.reason is DayReason.BANK_DAY_BEFORE:
        assert not any(
            is_bank_day(date.fromordinal(n))
            for n in range(found.day.toordinal() + 1, asked.toordinal() + 1)
        )


def test_the_drawing_is_the_table() -> None:
    drawn = re.findall(r"^ {4}(\S+) --> (\S+)$", DOCS.read_text("utf-8"), re.MULTILINE)
    moves = {(a, b) for a, b in drawn if "[*]" not in (a, b)}
    assert moves == {(a.value, b.value) for a, targets in MOVES.items() for b in targets}
