"""EHF files through the real command: taken once, kept as received, refused with both numbers."""

from pathlib import Path

import pytest

from tests.cli.files import ORGNR, Books, Line
from tests.support.ubl import ACCOUNT, COMPANY, KID, SUPPLIER, Ubl, party

pytestmark = pytest.mark.database

THIRD = "889640782"
BILL = Ubl()
INVOICE = BILL.but(supplier=BILL.customer, customer=BILL.supplier)
NOTHING = {"added": 0, "already_there": 0, "refused": []}


def test_the_company_of_the_samples_is_the_one_of_these_books() -> None:
    assert COMPANY == ORGNR


def take(books: Books, *paths: Path, code: int = 0) -> list[dict[str, object]]:
    answer = books.run("invoices", "import", "--company", ORGNR, *paths, "--json", code=code)
    files: list[dict[str, object]] = answer.json["files"]
    return files


def test_our_own_invoice_is_settled_by_the_payment_with_its_kid(books: Books) -> None:
    (taken,) = take(books, books.file("f.xml", INVOICE.xml()))
    assert (taken["added"], taken["warnings"]) == (1, [])
    books.take(books.statement("2026-03-02", "0.00", [Line("1250.00", "R1", kid=KID)]))
    (match,) = books.matches()
    (allocation,) = match["allocations"]
    assert match["status"] == "booked"
    assert (allocation["type"], allocation["number"], allocation["party_orgnr"]) == (
        "customer_invoice", "F-1", SUPPLIER,
    )  # fmt: skip
    books.verify()


def test_the_same_document_again_adds_nothing_and_another_with_its_number_is_refused(
    books: Books,
) -> None:
    path = books.file("f.xml", BILL.xml())
    assert [each["added"] for each in take(books, path, path)] == [1, 0]
    again = books.file("again.xml", BILL.but(extra="<!-- other bytes -->").xml())
    assert take(books, again)[0]["already_there"] == 1
    other = books.file("other.xml", BILL.but(lines=("900.00",)).xml())
    (refused,) = take(books, other, code=3)[0]["refused"]  # type: ignore[misc]  # JSON
    assert refused["code"] == "exists.differs"
    books.verify()


def test_the_same_bill_from_a_table_and_as_ehf_is_one(books: Books) -> None:
    books.invoices(
        f"supplier_invoice,F-1,Leverandør,{SUPPLIER},{ACCOUNT},2026-02-01,NOK,1250,{KID},"
    )
    path = books.file("f.xml", BILL.but(due_date=None).xml())
    assert take(books, path)[0]["already_there"] == 1


def test_a_document_between_others_is_refused_with_the_line_and_both_numbers(
    books: Books,
) -> None:
    path = books.file("f.xml", BILL.but(customer=party(THIRD, "Annen AS")).xml())
    (refused,) = take(books, path, code=3)[0]["refused"]  # type: ignore[misc]  # JSON
    assert SUPPLIER in refused["reason"]
    assert THIRD in refused["reason"]
    assert refused["line"] > 1


def test_a_document_that_does_not_add_up_is_refused_and_the_others_are_taken(
    books: Books,
) -> None:
    wrong = BILL.but(totals=(("PayableAmount", "1249.00"),), number="F-2")
    paths = books.file("a.xml", wrong.xml()), books.file("b.xml", BILL.xml())
    answer = books.run("invoices", "import", "--company", ORGNR, *paths, "--json", code=1)
    assert [each["added"] for each in answer.json["files"]] == [1]
    assert "LegalMonetaryTotal[1]/PayableAmount" in answer.json["refused_files"][0]["reason"]


def test_nothing_to_pay_is_said_and_no_fault(books: Books) -> None:
    path = books.file("f.xml", BILL.but(prepaid="1250.00").xml())
    (taken,) = take(books, path)
    assert {name: taken[name] for name in NOTHING} == NOTHING
    (warning,) = taken["warnings"]  # type: ignore[misc]  # JSON
    assert "no open item" in warning["reason"]
    said = books.run("invoices", "import", "--company", ORGNR, path)
    assert "it was taken" not in said.err


@pytest.mark.parametrize("text", ["<Order/>", "%PDF-1.7", "<html></html>"])
def test_a_file_that_holds_no_invoices_is_refused_as_what_it_is(books: Books, text: str) -> None:
    answer = books.run(
        "invoices", "import", "--company", ORGNR, books.file("f.xml", text), "--json", code=3
    )
    assert "not a file avstem reads" in answer.json["refused_files"][0]["reason"]
