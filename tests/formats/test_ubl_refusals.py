"""What makes an amount, a day, a party or the kind of a document uncertain refuses it."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import FileTooLargeError, RefusalError, UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats.invoices import read_invoice_file
from avstem.formats.ubl import open_item, reader
from avstem.formats.ubl.model import UblDocument
from avstem.formats.ubl.reader import read_ubl
from avstem.formats.xml_reader import BoundedStream
from tests.support.ubl import COMPANY, Ubl, tag

GOOD = Ubl()


def read(xml: str | bytes, notices: list[Notice] | None = None) -> UblDocument:
    data = xml.encode() if isinstance(xml, str) else xml
    kept = [] if notices is None else notices
    return read_ubl(BoundedStream(BytesIO(data), file="f.xml"), file="f.xml", notices=kept)


def totals(**names: str | None) -> Ubl:
    return GOOD.but(totals=tuple(names.items()))


def refused(xml: str | bytes) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        read(xml)
    assert caught.value.file == "f.xml"
    return caught.value


SUM = "Invoice/LegalMonetaryTotal[1]"


@pytest.mark.parametrize(
    ("document", "place", "found"),
    [
        (totals(LineExtensionAmount="999.99"), f"{SUM}/LineExtensionAmount", "999.99"),
        (totals(TaxExclusiveAmount="1000.01"), f"{SUM}/TaxExclusiveAmount", "1000.01"),
        (totals(TaxInclusiveAmount="1249.00"), f"{SUM}/TaxInclusiveAmount", "1249.00"),
        (totals(PayableAmount="1205.00"), f"{SUM}/PayableAmount", "1205.00"),
        (GOOD.but(tax="250.01", totals=(("TaxInclusiveAmount", "1250.00"),)),
         f"{SUM}/TaxInclusiveAmount", "1250.00"),
        (totals(AllowanceTotalAmount="10.00"), f"{SUM}/AllowanceTotalAmount", "10.00"),
        (totals(PayableAmount=None), f"{SUM}/PayableAmount", "nothing"),
        (totals(PayableAmount="1.250,00"), f"{SUM}/PayableAmount", "1.250,00"),
        (totals(PayableAmount="1250.001"), f"{SUM}/PayableAmount", "1250.001"),
        (totals(PayableAmount="1.25e3"), f"{SUM}/PayableAmount", "1.25e3"),
        (totals(PayableAmount=""), f"{SUM}/PayableAmount", "nothing"),
        (totals(PayableAmount="12<x/>50"), f"{SUM}/PayableAmount", "an element inside a value"),
        (totals(PrepaidAmount="x"), f"{SUM}/PrepaidAmount", "x"),
        (GOOD.but(issue_date="2026-02-30"), "Invoice/IssueDate", "2026-02-30"),
        (GOOD.but(issue_date="01.02.2026"), "Invoice/IssueDate", "01.02.2026"),
        (GOOD.but(due_date="2026-13-01"), "Invoice/DueDate", "2026-13-01"),
        (GOOD.but(number=""), "Invoice/ID", "nothing"),
        (GOOD.but(currency="kr"), "Invoice/DocumentCurrencyCode", "kr"),
        (GOOD.but(type_code="381"), "Invoice/InvoiceTypeCode", "381"),
        (GOOD.but(root="CreditNote", type_code="380"), "CreditNote/CreditNoteTypeCode", "380"),
        (GOOD.but(extra=tag("ID", "F-2")), "Invoice/ID", "2 of them"),
        (GOOD.but(supplier=""), "Invoice/AccountingSupplierParty", "1 of them, or no Party"),
    ],
)  # fmt: skip
def test_an_uncertain_value_refuses_the_document_with_its_place(
    document: Ubl, place: str, found: str
) -> None:
    refusal = refused(document.xml())
    assert (refusal.place, refusal.found) == (place, found)


def test_a_line_whose_amount_cannot_be_read_refuses_the_document_with_its_number() -> None:
    refusal = refused(GOOD.xml().replace(">200.00<", ">2OO.00<"))
    assert refusal.place == "Invoice/InvoiceLine[2]/LineExtensionAmount"
    assert refusal.found == "2OO.00"


def test_an_amount_in_another_currency_than_the_document_is_refused() -> None:
    xml = GOOD.xml().replace(
        'currencyID="NOK">1250.00</cbc:Pay', 'currencyID="EUR">1250.00</cbc:Pay'
    )
    refusal = refused(xml)
    assert refusal.place == f"{SUM}/PayableAmount/@currencyID"
    assert (refusal.found, refusal.expected) == ("EUR", "NOK")


def test_two_sets_of_totals_are_refused() -> None:
    start, _, rest = GOOD.xml().partition("<cac:LegalMonetaryTotal>")
    sums = "<cac:LegalMonetaryTotal>" + rest.partition("</cac:LegalMonetaryTotal>")[0]
    xml = f"{start}{sums}</cac:LegalMonetaryTotal><cac:LegalMonetaryTotal>{rest}"
    assert refused(xml).place == "Invoice/LegalMonetaryTotal"


def test_tax_that_is_not_the_sum_of_its_parts_is_refused() -> None:
    part = (
        '<cac:TaxSubtotal><cbc:TaxAmount currencyID="NOK">200.00</cbc:TaxAmount></cac:TaxSubtotal>'
    )
    xml = GOOD.xml().replace("</cac:TaxTotal>", part + "</cac:TaxTotal>")
    assert refused(xml).place == "Invoice/TaxTotal[1]/TaxAmount"


def test_allowances_and_charges_count_with_their_sign() -> None:
    def one(indicator: str, amount: str) -> str:
        value = tag("ChargeIndicator", indicator) + tag("Amount", amount, currencyID="NOK")
        return f"<cac:AllowanceCharge>{value}</cac:AllowanceCharge>"

    changed = GOOD.but(
        extra=one("false", "100.00") + one("true", "40.00"),
        totals=(
            ("AllowanceTotalAmount", "100.00"), ("ChargeTotalAmount", "40.00"),
            ("TaxExclusiveAmount", "940.00"), ("TaxInclusiveAmount", "1190.00"),
            ("PayableRoundingAmount", "0.50"), ("PayableAmount", "1190.50"),
        ),
    )  # fmt: skip
    assert read(changed.xml()).totals.payable.minor == 119050
    wrong = changed.xml().replace(">true<", ">maybe<")
    assert refused(wrong).place == "Invoice/AllowanceCharge[2]/ChargeIndicator"


def test_a_sum_that_is_left_out_is_a_notice_for_the_others_still_prove_the_payable() -> None:
    notices: list[Notice] = []
    document = read(totals(TaxExclusiveAmount=None, TaxInclusiveAmount=None).xml(), notices)
    assert document.totals.payable.minor == 125000
    assert [each.place for each in notices] == [
        f"{SUM}/TaxExclusiveAmount", f"{SUM}/TaxInclusiveAmount",
    ]  # fmt: skip
    short = totals(TaxExclusiveAmount=None, TaxInclusiveAmount=None, PayableAmount="1249.00")
    assert refused(short.xml()).place == f"{SUM}/PayableAmount"


NESTED = "<cac:InvoiceLine><cac:InvoiceLine></cac:InvoiceLine></cac:InvoiceLine>"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<Invoice/>",
        "<Invoice>" * 300,
        '<!DOCTYPE x [<!ENTITY a "b">]>' + GOOD.xml().split("\n", 1)[1],
        GOOD.xml() + GOOD.xml().split("\n", 1)[1],
        f"<batch>{GOOD.xml().split(chr(10), 1)[1]}</batch>",
        GOOD.xml().replace("<cac:TaxTotal>", f"{NESTED}<cac:TaxTotal>"),
        GOOD.xml().replace("</Invoice>", GOOD.xml().split("\n", 1)[1] + "</Invoice>"),
        GOOD.xml().encode("utf-16")[:-40],
        GOOD.xml().replace("F-1", "F\x001").encode(),
        GOOD.xml().replace("Prøve", "Pr\xf8ve").encode("latin-1"),
    ],
)  # fmt: skip
def test_what_is_no_single_whole_document_is_refused(xml: str | bytes) -> None:
    refused(xml)


def test_a_document_in_the_networks_envelope_is_read() -> None:
    inner = GOOD.xml().split("\n", 1)[1]
    envelope = (
        '<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/'
        'StandardBusinessDocumentHeader"><StandardBusinessDocumentHeader/>'
    )
    xml = f"{envelope}{inner}</StandardBusinessDocument>"
    assert reader.claim_ubl(xml.encode()) is not None
    assert read(xml).number == "F-1"
    refused(f"{envelope}{inner}{inner}</StandardBusinessDocument>")


def test_a_document_over_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avstem.formats.invoices.DOCUMENT_BYTES_MAX", 500)
    with pytest.raises(FileTooLargeError):
        list(read_invoice_file(BytesIO(GOOD.xml().encode()), file="f", orgnr=COMPANY))


def test_a_hundred_thousand_lines_are_summed_and_forgotten() -> None:
    document = read(GOOD.but(lines=("0.01",) * 100_000).xml())
    assert (document.line_count, document.totals.lines) == (100_000, document.totals.tax_exclusive)
    assert document.totals.payable.decimal() == "1250.00"


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (GOOD.xml().encode(), "ubl.invoice"),
        (GOOD.but(root="CreditNote").xml().encode(), "ubl.credit_note"),
        (GOOD.xml().replace("UTF-8", "UTF-16").encode("utf-16"), "ubl.invoice"),
        (b"\xef\xbb\xbf" + GOOD.xml().encode(), "ubl.invoice"),
        (b"<!-- <Document> -->" + GOOD.xml().split("\n", 1)[1].encode(), "ubl.invoice"),
        (GOOD.xml().replace("<Invoice ", "<Order ").encode(), None),
        (GOOD.xml().replace("Invoice-2", "Order-2").encode(), None),
        (b"<!--" * 10_000, None),
        (b"Invoice " + GOOD.xml().encode(), None),
        (b"", None),
    ],
)
def test_a_file_is_claimed_by_its_root_and_namespace(head: bytes, claimed: str | None) -> None:
    found = reader.claim_ubl(head)
    assert (found.name if found else None) == claimed


@given(data=st.data())
def test_whatever_is_done_to_the_bytes_only_a_refusal_comes_out(data: st.DataObject) -> None:
    xml = bytearray(GOOD.xml().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(xml) - 1))
        xml[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=6))
    try:
        rows = list(read_invoice_file(BytesIO(bytes(xml)), file="f", orgnr=COMPANY))
    except RefusalError:
        return
    assert all(row.document or row.refusal or row.warnings for row in rows)


def test_every_notice_of_the_reader_has_words() -> None:
    folder = Path(reader.__file__).parent
    texts = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.stem != "open_item"
    )

    codes = set(re.findall(r'notice\([\w.]+, "([a-z_.]+)"', texts))
    assert len(codes) >= 8
    assert codes == set(open_item._WORDS)
