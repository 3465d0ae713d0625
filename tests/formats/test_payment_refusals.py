"""Payment messages that are refused, with the place; and heads of many shapes."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import (
    FileTooLargeError,
    RefusalError,
    UnknownFormatError,
    UnreadableFileError,
)
from avstem.domain.payment_status import PaymentStatusReport
from avstem.formats import payment_files, payment_node
from avstem.formats.detect import detect
from tests.support.payment_messages import ISO, ORDER, RESOLUTION, STATUS_REPORT, read, read_report

REPORT_PLACE = "Document/CstmrPmtStsRpt"
BATCH = f"{REPORT_PLACE}/OrgnlPmtInfAndSts[1]"
RESOLVED = "Document/RsltnOfInvstgtn"
BROKEN = {
    "an amount with a comma": (STATUS_REPORT, "1250.00", "1250,00",
        f"{BATCH}/TxInfAndSts[1]/OrgnlTxRef/Amt/InstdAmt"),
    "an amount without a currency": (STATUS_REPORT, ' Ccy="NOK"', "",
        f"{BATCH}/TxInfAndSts[1]/OrgnlTxRef/Amt/InstdAmt"),
    "a day that does not exist": (STATUS_REPORT, "2026-11-03", "2026-11-31",
        f"{BATCH}/TxInfAndSts[1]/OrgnlTxRef/ReqdExctnDt/Dt"),
    "an instant that does not exist": (STATUS_REPORT, "2026-11-02T07", "2026-13-02T07",
        f"{REPORT_PLACE}/GrpHdr/CreDtTm"),
    "two statuses of one payment": (STATUS_REPORT, "<TxSts>NYTT", "<TxSts>ACCP</TxSts><TxSts>NYTT",
        f"{REPORT_PLACE}/OrgnlPmtInfAndSts[2]/TxInfAndSts[1]/TxSts"),
    "elements inside a status": (STATUS_REPORT, "NYTT", "NY<b>T</b>T",
        f"{REPORT_PLACE}/OrgnlPmtInfAndSts[2]/TxInfAndSts[1]/TxSts"),
    "a number that is none": (STATUS_REPORT, ">7<", ">sju<", f"{BATCH}/NbOfTxsPerSts[1]/DtldNbOfTxs"),
    "a sum that is none": (STATUS_REPORT, "70.50", "1e9999999", f"{BATCH}/NbOfTxsPerSts[1]/DtldCtrlSum"),
    "a payment inside a payment": (STATUS_REPORT, "<TxSts>NYTT",
        "<TxInfAndSts><TxSts>ACCP</TxSts></TxInfAndSts><TxSts>NYTT",
        f"{REPORT_PLACE}/OrgnlPmtInfAndSts[2]/TxInfAndSts[1]/TxInfAndSts[1]"),
    "two headers": (STATUS_REPORT, "<GrpHdr>", "<GrpHdr/><GrpHdr>", f"{REPORT_PLACE}/GrpHdr"),
    "two messages": (STATUS_REPORT, "</CstmrPmtStsRpt>", "</CstmrPmtStsRpt><CstmrPmtStsRpt/>", "Document"),
    "a message inside an envelope": (STATUS_REPORT, "<CstmrPmtStsRpt>", "<Wrap><CstmrPmtStsRpt>", "Document"),
    "a resolution of nothing": (RESOLUTION, "<Conf>PDCR</Conf>", "", f"{RESOLVED}/Sts"),
    "two files in one answer": (RESOLUTION, "<OrgnlGrpInfAndSts>",
        "<OrgnlGrpInfAndSts/><OrgnlGrpInfAndSts>", f"{RESOLVED}/CxlDtls[1]/OrgnlGrpInfAndSts[2]/OrgnlMsgId"),
    "a bad amount to cancel": (RESOLUTION, "1250.00", "-1250.00",
        f"{RESOLVED}/CxlDtls[1]/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlInstdAmt"),
    "an order without an amount": (ORDER, '<Amt><InstdAmt Ccy="NOK">10.50</InstdAmt></Amt>', "",
        "Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]/Amt/InstdAmt"),
    "an amount that overflows": (ORDER, "10.50", "9" * 18,
        "Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]/Amt/InstdAmt"),
    "a control sum that is none": (ORDER, ">30.5<", ">30,5<", "Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_uncertain_refuses_the_whole_file_with_its_place(case: str) -> None:
    good, old, new, place = BROKEN[case]
    assert old in good
    bad = good.replace(old, new, 1)
    if case == "a message inside an envelope":
        bad = bad.replace("</CstmrPmtStsRpt>", "</CstmrPmtStsRpt></Wrap>")
    if case == "a resolution of nothing":
        bad = f"{bad[: bad.index('<CxlDtls>')]}</RsltnOfInvstgtn></Document>"
    with pytest.raises(UnreadableFileError) as refused:
        read(bad)
    assert refused.value.place == place
    assert refused.value.file == "f.xml"


@pytest.mark.parametrize("good", [STATUS_REPORT, RESOLUTION, ORDER], ids=["002", "029", "001"])
def test_a_file_cut_off_anywhere_is_refused(good: str) -> None:
    whole = good.encode()
    for length in range(1, len(whole), 37):
        with pytest.raises((UnreadableFileError, UnknownFormatError)):
            read(whole[:length])


def test_an_order_without_payments_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="no payment"):
        read(f'<Document xmlns="{ISO}pain.001.001.03"><CstmrCdtTrfInitn/></Document>')


@pytest.mark.parametrize("subset", ["", '[<!ENTITY a "RJCT">]', '[<!ENTITY a SYSTEM "a.txt">]'])
def test_a_document_type_is_refused_before_its_entities_are_used(subset: str) -> None:
    text = "&a;" if subset else "NYTT"
    with pytest.raises(UnreadableFileError, match="document type"):
        read(f"<!DOCTYPE Document {subset}>" + STATUS_REPORT.replace("NYTT", text))


@pytest.mark.parametrize(
    ("namespace", "format"),
    [
        ("pain.002.001.02", None),
        ("pain.002.001.03", "pain.002.001.03"),
        ("pain.002.001.15", "pain.002.001.15"),
        ("pain.002.001.16", None),
        ("pain.002.001.03.ch.02", "pain.002.001.03.ch.02"),
        ("other.002.001.03", None),
        ("pacs.002.001.03", None),
    ],
)
def test_a_version_is_known_by_its_name_or_not_at_all(namespace: str, format: str | None) -> None:
    head = STATUS_REPORT.replace("pain.002.001.10", namespace).encode()
    found = detect(head)
    assert (found and found[1].name) == format


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "<Document", "\ufeff<?xml version='1.0'?>\n<!-- <Document> -->\n<Document", id="prolog"
        ),
        pytest.param(" xmlns=", " xmlns:x='y' xmlns = ", id="another prefix"),
        pytest.param(f' xmlns="{ISO}pain.002.001.10"', "", id="no namespace"),
        pytest.param(" xmlns=", " Xmlns=", id="a misspelt one"),
        pytest.param(" xmlns=", " xmlns:ns2=", id="for a prefix that nobody uses"),
    ],
)
def test_a_writers_way_with_the_head_changes_nothing_of_what_is_read(old: str, new: str) -> None:
    found = read_report(STATUS_REPORT.replace(old, new, 1))
    assert found.transactions == read_report(STATUS_REPORT).transactions


def test_a_prefixed_message_in_utf_16_is_read() -> None:
    prefixed = STATUS_REPORT.replace("</", "</p:").replace("<", "<p:").replace("<p:/p:", "</p:")
    prefixed = prefixed.replace(" xmlns=", " xmlns:p=")
    found = read(('<?xml version="1.0" encoding="UTF-16"?>' + prefixed).encode("utf-16"))
    assert isinstance(found, PaymentStatusReport)
    assert found.transactions == read_report(STATUS_REPORT).transactions


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([STATUS_REPORT, RESOLUTION, ORDER]),
    st.integers(0, 2000),
    st.integers(0, 60),
    st.binary(max_size=20),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    good: str, place: int, cut: int, put: bytes
) -> None:
    whole = good.encode()
    with suppress(RefusalError):
        read(whole[:place] + put + whole[place + cut :])


@pytest.mark.parametrize(
    "head",
    [b"<!--" * 16_000, b"<!---->" * 9_000, b"<?x?>" * 13_000, b"<Document " * 6_500, b"<!DOCTYPE [" * 6_000, b"<Document xmlns"
     + b" " * 60_000, b"\xff\xfe" + b"<" * 60_000],
    ids=["open comments", "comments", "instructions", "open documents", "open document types", "spaces", "half UTF-16"],
)  # fmt: skip
def test_a_head_that_is_meant_to_take_long_is_looked_at_quickly(head: bytes) -> None:
    started = time.process_time()
    assert [each.claim(head) for each, _ in payment_files.READERS] == [None] * 7
    assert time.process_time() - started < 1


def test_a_message_of_more_than_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert payment_node.MESSAGE_BYTES_MAX == 100 * 1024**2
    monkeypatch.setattr(payment_node, "MESSAGE_BYTES_MAX", 1_000)
    with pytest.raises(FileTooLargeError):
        read(STATUS_REPORT)


@pytest.mark.parametrize(
    "junk", ["<a/>" * 900_000, "<a>" + "x" * 9_000_000 + "</a>"], ids=["tags", "text"]
)
@pytest.mark.parametrize("before", ["<GrpHdr>", "<TxInfAndSts>", "</OrgnlPmtInfAndSts>"])
def test_more_than_one_payment_can_be_is_not_held_in_memory(before: str, junk: str) -> None:
    with pytest.raises(UnreadableFileError, match="in one payment"):
        read(STATUS_REPORT.replace(before, junk + before, 1))


def test_strangers_between_the_payments_of_a_batch_are_refused() -> None:
    second = "<TxInfAndSts><OrgnlEndToEndId>E-3"
    with pytest.raises(UnreadableFileError, match="other elements") as refused:
        read(STATUS_REPORT.replace(second, "<PmtInfSts/>" + second))
    assert refused.value.place == f"{REPORT_PLACE}/OrgnlPmtInfAndSts[2]/TxInfAndSts[2]"
