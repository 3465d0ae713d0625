"""What payment messages say at each level, and what our own writers say in them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.cancellation import cancel
from avstem.domain.cancellation_answer import CancellationOutcome, CancellationResolution
from avstem.domain.money import Money
from avstem.domain.payment_status import StatusCount, StatusReason
from avstem.domain.statement import Notice, Reference
from avstem.formats.camt055 import write_camt055
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.pain001.writer import write_pain001
from avstem.formats.payment_messages import CaseMessage, Stated
from tests.support.payment_messages import (
    ORDER,
    RESOLUTION,
    STATUS_REPORT,
    read,
    read_order,
    read_report,
)
from tests.support.payments import CREATED, SITUATIONS, file_of


def test_a_status_report_is_read_at_its_three_levels() -> None:
    found = read_report(STATUS_REPORT)
    assert (found.message_id, found.created) == ("BANK-1", "2026-11-02T07:00:00+01:00")
    assert (found.original_message_id, found.original_message_name) == ("OUR-1", "pain.001.001.09")
    assert found.group_status == "PART"
    assert [(each.payment_information_id, each.status) for each in found.batches] == [
        ("B-1", "PART"), ("B-2", "ACWC")]  # fmt: skip
    assert found.batches[0].counts == (StatusCount("ACCP", 7, "70.50"),)
    first = found.transactions[0]
    assert first.reasons == (
        StatusReason("RR09", None, ("Ugyldig KID", "Rett og send på nytt")),
        StatusReason(None, "K17"),
    )
    assert (first.instruction_id, first.end_to_end_id, first.status_id) == ("I-1", "E-1", "S-1")
    assert (first.amount, first.execution_date) == (Money(125000, "NOK"), date(2026, 11, 3))
    assert (first.creditor_name, first.creditor_account) == ("Ås Rør", "15030000001")
    assert first.bank_reference == "A-1"


def test_each_payment_knows_its_batch_and_inherits_from_it_alone() -> None:
    found = read_report(STATUS_REPORT)
    assert [(each.payment_information_id, found.status_of(each)) for each in found.transactions] == [
        ("B-1", "RJCT"), ("B-2", "NYTT"), ("B-2", "ACWC")]  # fmt: skip


def test_a_resolution_is_read_at_its_four_levels() -> None:
    found = read(RESOLUTION)
    assert isinstance(found, CancellationResolution)
    assert (found.message_id, found.case_ids, found.confirmation) == (
        "BANK-2", ("C-1", "C-2"), "PDCR")  # fmt: skip
    assert found.messages[0].cancellation_id == "G-1"
    assert found.batches[0].reasons == (StatusReason("LEGL"),)
    ids = [
        (each.original_message_id, each.payment_information_id, each.end_to_end_id)
        for each in found.payments
    ]
    assert ids == [("OUR-1", "B-1", "E-1"), ("OUR-1", "B-1", "E-2"), ("OUR-2", None, "E-9")]
    assert (found.payments[0].amount, found.payments[0].execution_date) == (
        Money(125000, "NOK"), date(2026, 11, 3))  # fmt: skip
    assert [found.outcome_of(each) for each in found.payments] == [
        CancellationOutcome.CANCELLED, CancellationOutcome.REFUSED, CancellationOutcome.PENDING,
    ]  # fmt: skip


def test_changes_that_the_bank_would_not_make_are_kept_in_old_and_new_shape() -> None:
    for rejected in ("<RjctdMod>UM01</RjctdMod>", "<RjctdMod><Cd>UM01</Cd></RjctdMod>"):
        found = read(RESOLUTION.replace("<Conf>PDCR</Conf>", rejected))
        assert isinstance(found, CancellationResolution)
        assert (found.confirmation, found.refused_changes) == (None, ("UM01",))


DIALECTS = {
    "03": Dialect(version=PAIN_001_03, initiator_id="00123456", division_id="XML1"),
    "09": Dialect(version=PAIN_001_09, account_form="IBAN", initiator_id="914512345"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_we_write_in_pain001_is_read_as_it_was_ordered(situation: str, dialect: str) -> None:
    file = file_of(*SITUATIONS[situation])
    notices: list[Notice] = []
    found = read_order(write_pain001(file, DIALECTS[dialect]), notices)
    assert (found.message_id, found.initiator) == (file.message_id, file.initiator_name)
    assert [each.id for each in found.batches] == [each.id for each in file.batches]
    for batch, ordered in zip(found.batches, file.batches, strict=True):
        assert {batch.execution_date} == {each.execution_date for each in ordered.orders}
        assert [
            (each.instruction_id, each.end_to_end_id, each.amount) for each in batch.instructions
        ] == [(each.instruction_id, each.end_to_end_id, each.amount) for each in ordered.orders]
    assert found.stated.count_holds(found.amounts) is True
    assert found.stated.sum_holds(found.amounts) in (True, None)
    assert notices == []


def test_the_initiators_two_ids_at_the_bank_are_both_read() -> None:
    found = read_order(
        write_pain001(file_of(*SITUATIONS["salary_beside_suppliers"]), DIALECTS["03"])
    )
    assert found.initiator_ids == ("00123456", "XML1")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("ids", "is_file", "whole_batches"),
    [
        ({"E-1", "E-2", "E-3"}, True, None),
        ({"E-1", "E-3"}, False, [True]),
        ({"E-3"}, False, [False]),
    ],
    ids=["file", "batch", "payment"],
)
def test_what_we_ask_to_cancel_is_read_as_it_was_asked(
    ids: set[str], is_file: bool, whole_batches: list[bool] | None, dialect: str
) -> None:
    file = file_of(*SITUATIONS["salary_beside_suppliers"])
    request = cancel(
        file, frozenset(ids), id="C-1", created=CREATED, message_name=PAIN_001_03, text="To ganger"
    )
    found = read(write_camt055(request, DIALECTS[dialect]))
    assert isinstance(found, CaseMessage)
    assert [each.original_message_id for each in found.files] == [file.message_id]
    assert found.files[0].is_whole is is_file
    assert [each.is_whole for each in found.batches] == (whole_batches or [])
    assert {each.end_to_end_id for each in found.payments} <= ids
    parts = (*found.files, *found.batches, *found.payments)
    reasons = {reason for part in parts for reason in part.reasons}
    assert reasons == {StatusReason("CUST", None, ("To ganger",))}


def test_references_carry_the_part_of_the_payment_that_is_theirs() -> None:
    first, second = read_order(ORDER).batches[0].instructions
    assert first.references == (
        Reference("credit_note", "K1", Money(200, "NOK")),
        Reference("kid", "12345674", Money(1250, "NOK")),
    )
    assert (second.amount, second.transfer_currency) == (Money(2000, "NOK"), "EUR")


def test_an_amount_for_two_documents_belongs_to_neither() -> None:
    two = "<RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>F2</Nb></RfrdDocInf><RfrdDocAmt>"
    first = (
        read_order(ORDER.replace("<RfrdDocAmt><CdtNote", two + "<CdtNote"))
        .batches[0]
        .instructions[0]
    )
    assert first.references[:2] == (Reference("credit_note", "K1"), Reference("invoice", "F2"))


def test_a_message_that_counts_itself_wrong_says_so_as_a_fact() -> None:
    notices: list[Notice] = []
    wrong = ORDER.replace("<CtrlSum>30.5<", "<CtrlSum>30.51<").replace(
        "B</PmtInfId><NbOfTxs>2", "B</PmtInfId><NbOfTxs>3"
    )
    found = read_order(wrong, notices)
    assert found.stated.sum_holds(found.amounts) is False
    assert found.stated.count_holds(found.amounts) is True
    assert found.batches[0].stated.count_holds(found.batches[0].amounts) is False
    assert [(each.code, each.place.rpartition("/")[2]) for each in notices] == [
        ("payment.count_differs", "NbOfTxs"), ("payment.sum_differs", "CtrlSum")]  # fmt: skip


def test_a_day_that_is_none_is_kept_as_it_stands_in_others_orders() -> None:
    notices: list[Notice] = []
    batch = read_order(ORDER.replace("2026-11-03", "2026-11-31"), notices).batches[0]
    assert (batch.execution_date, batch.execution_date_stated) == (None, "2026-11-31")
    assert [each.code for each in notices] == ["payment.no_execution_date"]


@given(
    st.lists(st.tuples(st.integers(0, 10**15), st.sampled_from(["NOK", "JPY", "KWD"])), min_size=1)
)
def test_a_control_sum_holds_exactly_or_not_at_all(parts: list[tuple[int, str]]) -> None:
    amounts = tuple(Money(minor, currency) for minor, currency in parts)
    scale = {"NOK": 10, "JPY": 1000, "KWD": 1}
    thousandths = sum(minor * scale[currency] for minor, currency in parts)
    for off, holds in ((0, True), (1, False)):
        total = thousandths + off
        stated = Stated(len(parts) + off, f"{total // 1000}.{total % 1000:03}")
        assert stated.sum_holds(amounts) is holds
        assert stated.count_holds(amounts) is holds
