"""Every real EHF, Peppol or EN 16931 document of the corpus reads to what others found in it."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from avstem.domain.errors import UnreadableFileError
from avstem.domain.identifiers import compact
from avstem.domain.money import Money
from avstem.domain.statement import Notice
from avstem.formats.detect import claims
from avstem.formats.port import HEAD_BYTES
from avstem.formats.ubl.model import UblDocument
from avstem.formats.ubl.reader import read_ubl
from avstem.formats.xml_reader import BoundedStream
from tests.support.corpus import FOLDER, corpus_rows

#: What we read otherwise than the manifest, and why.
DEVIATIONS = {
    # The manifest looks at DueDate alone; a credit note has its due date in PaymentMeans.
    "ubl/gobl-ubl__credit-note-peppol.xml": {"due_date": "2024-06-14"},
}


def read(file: str) -> tuple[UblDocument, list[Notice]]:
    notices: list[Notice] = []
    with (FOLDER / file).open("rb") as stream:
        bounded = BoundedStream(stream, file=file)
        return read_ubl(bounded, file=file, notices=notices), notices


def decimal(amount: Money | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.decimal())


def said(document: UblDocument) -> dict[str, Any]:
    """What we read, under the manifest's names."""
    totals, means = document.totals, document.payment_means
    return {
        "root": "CreditNote" if document.is_credit_note else "Invoice",
        "id": document.number,
        "issue_date": document.issue_date.isoformat(),
        "due_date": document.due_date.isoformat() if document.due_date else None,
        "type_code": document.type_code,
        "ccy": document.currency,
        "customization": document.customization,
        "lines": document.line_count,
        "billing_refs": list(document.billing_references),
        "payment_ids": [each.payment_id for each in means if each.payment_id],
        "LineExtensionAmount": decimal(totals.lines),
        "TaxExclusiveAmount": decimal(totals.tax_exclusive),
        "TaxInclusiveAmount": decimal(totals.tax_inclusive),
        "PayableAmount": decimal(totals.payable),
        "PrepaidAmount": decimal(totals.prepaid),
        "PayableRoundingAmount": decimal(totals.rounding),
    }


@pytest.mark.parametrize("row", corpus_rows("ubl", valid="yes"))
def test_a_real_document_reads_to_the_values_an_independent_reader_found(
    row: dict[str, Any],
) -> None:
    facts = row["expected"]["read"]
    wanted = {
        name: Decimal(value) if name.endswith("Amount") else value for name, value in facts.items()
    } | DEVIATIONS.get(row["file"], {})
    document, _ = read(row["file"])
    got = said(document)
    names = got.keys() & wanted.keys()
    assert len(names) >= 14
    assert {name: got[name] for name in names} == {name: wanted[name] for name in names}
    assert decimal(document.totals.tax) == Decimal(facts["tax_total"][0])
    accounts = [compact(each) for each in facts["payee_accounts"] if each]
    bban = [each.account for each in document.payment_means if each.account]
    assert [each.removeprefix("NO11") for each in bban] == accounts


@pytest.mark.parametrize("row", corpus_rows("ubl"))
def test_exactly_one_format_claims_a_real_document(row: dict[str, Any]) -> None:
    with (FOLDER / row["file"]).open("rb") as stream:
        found = claims(stream.read(HEAD_BYTES))
    kind = "invoice" if row["expected"]["read"]["root"] == "Invoice" else "credit_note"
    assert [(each.family, name.name) for each, name in found] == [("ubl", f"ubl.{kind}")]


def test_no_document_of_the_corpus_is_marked_as_broken() -> None:
    """When one is added, a test of its refusal belongs here."""
    broken = [each.values[0] for each in corpus_rows("ubl", valid="no")]
    assert [row["file"] for row in broken if row] == []


@pytest.mark.parametrize("row", corpus_rows("ubl"))
def test_a_real_document_that_is_cut_off_is_refused(row: dict[str, Any]) -> None:
    whole = (FOLDER / row["file"]).read_bytes().rstrip()
    for part in (len(whole) // 4, len(whole) // 2, len(whole) * 3 // 4, len(whole) - 3):
        with pytest.raises(UnreadableFileError):
            read_ubl(BoundedStream(BytesIO(whole[:part]), file="cut"), file="cut", notices=[])
