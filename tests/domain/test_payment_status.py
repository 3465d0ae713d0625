"""Which status stands, whoever said what when; and who inherits what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.cancellation_answer import (
    OUTCOMES,
    BatchCancellation,
    CancellationOutcome,
    CancellationResolution,
    CancelledMessage,
    PaymentCancellation,
    resolve,
)
from avstem.domain.payment_status import (
    STATUS_ORDER,
    TERMINAL,
    BatchStatus,
    PaymentStatusReport,
    TransactionStatus,
    advance,
    contradicts,
    is_final,
)
from avstem.domain.reason_codes import (
    CANCELLATION_REASONS,
    CANCELLATION_STATUSES,
    REASONS,
    STATUSES,
    NextStep,
)

codes = st.sampled_from([*STATUS_ORDER, *TERMINAL, "PART", "ACFC", "XXXX"])


def stands(reports: list[str]) -> str | None:
    current = None
    for each in reports:
        current = advance(current, each)
    return current


@pytest.mark.parametrize(
    ("reports", "standing"),
    [
        pytest.param("RCVD ACTC ACCP ACSP ACSC", "ACSC", id="the whole way"),
        pytest.param("ACSC ACCP ACTC", "ACSC", id="late reports of earlier steps"),
        pytest.param("ACCP ACWC", "ACWC", id="accepted, then with a change"),
        pytest.param("ACWC ACCP", "ACCP", id="equal rank: the later one"),
        pytest.param("PDNG PATC ACCP", "ACCP", id="approved in part, then whole"),
        pytest.param("PDNG ACTC", "PDNG", id="a late word that the file can be read"),
        pytest.param("ACCP PDNG", "ACCP", id="no way back to waiting"),
        pytest.param("ACSP RJCT", "RJCT", id="refused on the day"),
        pytest.param("RJCT ACCP", "RJCT", id="refused stays refused"),
        pytest.param("CANC RJCT", "CANC", id="the first end is the end"),
        pytest.param("ACCP ACFC", "ACCP", id="an unknown code moves nothing"),
        pytest.param("ACFC RCVD", "RCVD", id="a known code over an unknown one"),
        pytest.param("ACFC XXXX", "XXXX", id="of two unknown ones the later"),
    ],
)
def test_a_payment_moves_forwards_only(reports: str, standing: str) -> None:
    assert stands(reports.split()) == standing


@given(st.lists(codes, min_size=1, max_size=8), codes)
def test_no_report_moves_a_payment_backwards(reports: list[str], late: str) -> None:
    before = stands(reports)
    after = advance(before, late)
    if before in TERMINAL:
        assert after == before
    elif before in STATUS_ORDER:
        assert after in TERMINAL or STATUS_ORDER[after] >= STATUS_ORDER[before]


@given(st.lists(codes, min_size=1, max_size=8))
def test_a_report_that_comes_twice_changes_nothing(reports: list[str]) -> None:
    assert stands([*reports, reports[-1]]) == stands(reports)


@given(st.lists(st.sampled_from(["RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACSC", "RJCT"])))
def test_the_order_of_arrival_does_not_matter_where_no_two_ranks_are_equal(
    reports: list[str],
) -> None:
    assert stands(reports) == stands(sorted(reports)) == stands(sorted(reports, reverse=True))


@given(codes, codes)
def test_two_reports_contradict_each_other_whichever_comes_first(one: str, other: str) -> None:
    assert contradicts(one, other) == contradicts(other, one)
    assert contradicts(one, other) == ({one, other} in ({"ACSC", "RJCT"}, {"ACSC", "CANC"}))


def test_nothing_more_is_expected_of_what_is_executed_refused_or_cancelled() -> None:
    assert {each for each in STATUSES if is_final(each)} == {"ACSC", "RJCT", "CANC"}
    assert not is_final(None)


def report(
    group: str | None, batches: dict[str, str | None], *, repeated: str | None = None
) -> PaymentStatusReport:
    parts = [BatchStatus(id, status) for id, status in batches.items()]
    parts += [] if repeated is None else [BatchStatus("B1", repeated)]
    return PaymentStatusReport("pain.002.001.03", "M", None, "O", None, group, batches=tuple(parts))


@pytest.mark.parametrize(
    ("found", "own", "status"),
    [
        pytest.param(report("ACTC", {"B1": "ACCP"}), "RJCT", "RJCT", id="its own"),
        pytest.param(report("ACTC", {"B1": "ACCP"}), None, "ACCP", id="its batch's"),
        pytest.param(report("ACTC", {"B1": None}), None, "ACTC", id="a silent batch: the file's"),
        pytest.param(report("RJCT", {}), None, "RJCT", id="no batch at all: the file's"),
        pytest.param(report("ACTC", {"B2": "RJCT"}), None, "ACTC", id="another batch's never"),
        pytest.param(report("ACTC", {"B1": "PART"}), None, None, id="in part: not said"),
        pytest.param(report("PART", {}), None, None, id="a file in part: not said"),
        pytest.param(report("PART", {"B1": "ACCP"}), None, "ACCP", id="a whole batch of it"),
        pytest.param(report(None, {"B1": "ACCP"}, repeated="ACCP"), None, "ACCP", id="named twice"),
        pytest.param(report(None, {"B1": "ACCP"}, repeated="RJCT"), None, None, id="two answers"),
    ],
)
def test_a_payment_inherits_the_nearest_status_that_speaks_of_it(
    found: PaymentStatusReport, own: str | None, status: str | None
) -> None:
    assert found.status_of(TransactionStatus("I", "E", "B1", own)) == status
    if own is None:
        assert found.inherited_status("B1") == status


def resolution(
    confirmation: str | None, message: str | None, batch: str | None
) -> CancellationResolution:
    return CancellationResolution(
        "camt.029.001.09", "M", None, ("C",), confirmation,
        messages=(CancelledMessage("O", None, message),),
        batches=(BatchCancellation("B1", "O", batch), BatchCancellation("B1", "P", "RJCR")),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "own", "outcome"),
    [
        pytest.param(resolution("RJCR", "PACR", "ACCR"), "PDCR", "pending", id="its own"),
        pytest.param(resolution("RJCR", "PACR", "ACCR"), None, "cancelled", id="its batch's"),
        pytest.param(resolution("RJCR", "ACCR", None), None, "cancelled", id="its file's"),
        pytest.param(resolution("RJCR", None, None), None, "refused", id="the case's"),
        pytest.param(resolution("CNCL", "PACR", None), None, None, id="in part: not said"),
        pytest.param(resolution("CNCL", None, None), "XXXX", None, id="an unknown code"),
        pytest.param(resolution(None, None, None), None, None, id="nothing said"),
    ],
)
def test_a_request_to_cancel_is_answered_by_the_nearest_level_that_speaks(
    found: CancellationResolution, own: str | None, outcome: str | None
) -> None:
    payment = PaymentCancellation("I", "E", "B1", "O", own)
    assert found.outcome_of(payment) == (outcome and CancellationOutcome(outcome))


def test_each_outcome_has_a_meaning_of_the_same_sense() -> None:
    for code, outcome in OUTCOMES.items():
        assert resolve(code) is outcome
        key = {"cancelled": "done"}.get(outcome, outcome)
        assert CANCELLATION_STATUSES[code].key == f"cancellation.{key}"


def test_every_status_in_the_order_has_a_meaning_and_the_other_way_round() -> None:
    assert STATUSES.keys() == {*STATUS_ORDER, *TERMINAL, "PART"}


def test_the_codes_named_for_norway_all_have_a_meaning() -> None:
    named = """AC01 AC02 AC03 AC04 AC06 AC07 AC13 AG01 AG03 AG06 AG08 AM01 AM02 AM03 AM04 AM05 AM09
    AM10 AM18 BE04 BE16 CH03 CH04 CH16 CH21 CNOR CURR CUST DT01 DU01 DU02 DU03 DU04 DU05 FF01 MS03
    NARR RC01 RF01 RR04 RR07 RR09 TM01 DS02 DS04""".split()
    assert list(REASONS) == sorted(REASONS)
    assert sorted(named) == list(REASONS)


def test_keys_are_stable_words_and_a_step_is_one_of_the_known() -> None:
    tables = (STATUSES, REASONS, CANCELLATION_REASONS, CANCELLATION_STATUSES)
    meanings = [each for table in tables for each in table.values()]
    assert {each.next_step for each in meanings} == set(NextStep)
    assert all(each.key.replace(".", "").replace("_", "").isalpha() for each in meanings)
    keys = [each.key for each in REASONS.values()]
    assert len(keys) == len(set(keys))
