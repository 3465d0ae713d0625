"""Every real payment message of the corpus reads to what an independent reader found in it."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from avstem.domain.cancellation_answer import CancellationResolution
from avstem.domain.errors import RefusalError, UnknownFormatError, UnreadableFileError
from avstem.domain.payment_status import PaymentStatusReport
from avstem.domain.statement import Notice
from avstem.formats.detect import claims
from avstem.formats.payment_files import PaymentMessage, read_payment_message
from avstem.formats.payment_messages import CaseMessage, OrderMessage
from avstem.formats.port import HEAD_BYTES
from tests.support.corpus import FOLDER, corpus_rows

#: What is odd about a valid file, and kept.
NOTICES = {
    # Xmlns for xmlns: the elements are in no namespace at all.
    "pain002/iso20022js__pain_002_credit_accepted.xml": ["xml.no_namespace"],
    "pain002/iso20022js__pain_002_debit_accepted.xml": ["xml.no_namespace"],
    # And the bank could not read what was sent, so that it names no message.
    "pain002/iso20022js__pain_002_batch_rejected.xml": [
        "xml.no_namespace", "status.no_original_message"],
    # A template: the day is the letters YYYY-MM-DD, the sum is of another payment.
    "pain001/iso20022js__goldman_sachs_pain_001_ach_credit.xml": [
        "payment.no_execution_date", "payment.sum_differs"],
}  # fmt: skip
REFUSALS: dict[str, tuple[type[RefusalError], str]] = {
    # Valid by its schema, but it gives no status at any level.
    "pain002/moov-iso20022__valid_pain_v11.xml": (UnreadableFileError, "no status"),
    # Its namespace is other.002.001.03.
    "pain002/oca-payreturn__v13.0_test-sepa-pain-unpaid-invalid.xml": (
        UnknownFormatError, "XML with the root element Document"),
}  # fmt: skip
#: The manifest writes the Swiss name with the file ending of its schema; without a namespace, none.
NAMES = {"pain.002.001.03.ch.02.xsd": "pain.002.001.03.ch.02", "": "pain.002"}


def read(file: str, notices: list[Notice]) -> PaymentMessage:
    with (FOLDER / file).open("rb") as stream:
        return read_payment_message(stream, file=file, notices=notices)


def status_facts(report: PaymentStatusReport) -> dict[str, Any]:
    parts = (*report.batches, *report.transactions)
    reasons = [*report.group_reasons, *(reason for part in parts for reason in part.reasons)]
    return {
        "group_status": report.group_status,
        "orig_msg_id": report.original_message_id,
        "pmtinf_status": [each.status for each in report.batches if each.status],
        "reasons": sorted({each.code for each in reasons if each.code}),
        "tx_status": dict(Counter(each.status for each in report.transactions)),
    }


def order_facts(message: OrderMessage) -> dict[str, Any]:
    stated, amounts = message.stated, message.amounts
    return {
        "msg_id": message.message_id,
        "nb_of_txs": str(stated.count),
        "nb_ok": stated.count_holds(amounts),
        "ctrl_sum": stated.sum,
        "ctrl_sum_ok": stated.sum_holds(amounts),
        "payment_infos": len(message.batches),
        "transactions": len(amounts),
        "sum_by_ccy": {key: Decimal(each.decimal()) for key, each in message.sums().items()},
    }


def case_facts(message: CaseMessage) -> dict[str, Any]:
    parts = (*message.files, *message.batches, *message.payments)
    return {
        "case_ids": list(message.case_ids),
        "confirmation": [],
        "cancel_reasons": sorted({reason.code for part in parts for reason in part.reasons}),
        "orig_end_to_end_ids": [each.end_to_end_id for each in message.payments],
        "orig_msg_ids": sorted({part.original_message_id for part in parts}),
    }


def resolution_facts(message: CancellationResolution) -> dict[str, Any]:
    return {
        "case_ids": list(message.case_ids),
        "confirmation": [message.confirmation],
        "orig_end_to_end_ids": [each.end_to_end_id for each in message.payments],
        "orig_msg_ids": [each.original_message_id for each in message.messages],
    }


def facts(message: PaymentMessage) -> dict[str, Any]:
    """What we read, under the manifest's names."""
    match message:
        case PaymentStatusReport():
            found = status_facts(message)
        case OrderMessage():
            found = order_facts(message)
        case CaseMessage():
            found = case_facts(message)
        case CancellationResolution():
            found = resolution_facts(message)
    return {"message": message.format, **found}


def wanted(read: dict[str, Any]) -> dict[str, Any]:
    """The manifest's facts in the same types."""
    facts = {**read, "message": NAMES.get(read["message"], read["message"])}
    if "sum_by_ccy" in facts:
        facts["sum_by_ccy"] = {key: Decimal(each) for key, each in facts["sum_by_ccy"].items()}
        facts.setdefault("ctrl_sum_ok", None)
    if facts["message"].startswith("camt.029"):
        assert facts.pop("cancel_reasons") == [], "an answer has reasons for its status only"
    return facts


KINDS = ("pain001", "pain002", "pain008", "camt_other")


@pytest.mark.parametrize("row", corpus_rows(*KINDS, valid="yes"))
def test_a_real_message_reads_to_the_values_an_independent_reader_found(
    row: dict[str, Any],
) -> None:
    notices: list[Notice] = []
    message = read(row["file"], notices)
    assert facts(message) == wanted(row["expected"]["read"])
    assert [each.code for each in notices] == NOTICES.get(row["file"], [])


@pytest.mark.parametrize("row", corpus_rows(*KINDS, valid="no"))
def test_a_broken_real_message_is_refused(row: dict[str, Any]) -> None:
    kind, found = REFUSALS[row["file"]]
    with pytest.raises(kind) as refused:
        read(row["file"], [])
    assert refused.value.facts()["found"] == found
    assert refused.value.facts()["file"] == row["file"]


@pytest.mark.parametrize("row", corpus_rows(*KINDS, valid="yes"))
def test_one_format_alone_claims_the_file(row: dict[str, Any]) -> None:
    with (FOLDER / row["file"]).open("rb") as stream:
        found = claims(stream.read(HEAD_BYTES))
    family = NAMES.get(row["expected"]["read"]["message"], row["expected"]["read"]["message"])[:8]
    assert [each.family for each, _ in found] == [family]


@pytest.mark.parametrize("row", corpus_rows("camt052", "camt053", "camt054", "ubl", "saft"))
def test_no_payment_reader_claims_another_file(row: dict[str, Any]) -> None:
    with (FOLDER / row["file"]).open("rb") as stream:
        found = claims(stream.read(HEAD_BYTES))
    purposes = {getattr(each, "purpose", None) for each, _ in found}
    assert purposes.isdisjoint({"payment_status", "payment_order", "cancellation"})
