"""The upload page takes every kind of file, says what became of each, and minds whose it is."""

import gzip
import re
import zipfile
from pathlib import Path

import pytest

from avstem import wording
from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS
from tests.cli.conftest import books
from tests.cli.files import BBAN, HEADER, NOT_OURS, ORGNR, Books, Line, customer_invoice
from tests.support.ubl import KID, Ubl
from tests.web.acting import Page, Step, act, upload
from tests.web.test_languages import BOKMAAL

__all__ = ["books"]

pytestmark = pytest.mark.database

IBAN = "NO6115030001017"
NEIGHBOUR = "923609016"
DNB = (
    '"Dato";"Forklaring";"Rentedato";"Ut fra konto";"Inn på konto"\n'
    '"02.03.2026";"Innbetaling";"02.03.2026";"";"1.250,00"\n'
)
PAIN002 = (
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03">'
    "<CstmrPmtStsRpt/></Document>"
)
PAIN001 = PAIN002.replace("pain.002", "pain.001")
BILL = Ubl()
INVOICE = BILL.but(supplier=BILL.customer, customer=BILL.supplier)


def paid(books: Books, day: str = "2026-03-02", opening: str = "0.00", **more: str) -> Path:
    """A statement with a payment of the invoice."""
    return books.statement(day, opening, [Line("1250.00", f"R{day}", kid=KID)], **more)


def test_files_are_taken_in_the_order_of_their_content_and_matched(books: Books) -> None:
    second = books.statement("2026-03-03", "1250.00", [Line("5.00", "R2")], name="a.xml")
    first = paid(books, name="b.xml")
    invoice = books.file("c.xml", INVOICE.xml())
    page = upload(books.run, second, first, invoice)
    assert page.status == 200
    assert [name for name, _ in page.sections()] == ["c.xml", "b.xml", "a.xml"]
    for _, said in page.sections():
        assert said.startswith("Added 1 Already there 0")
    assert "Matched: 1 booked, 0 with a suggestion, 1 open." in page.text
    assert [line["status"] for line in books.matches()] == ["booked", "open"]
    books.verify()


def test_what_is_there_already_is_said(books: Books) -> None:
    paths = paid(books), books.file("f.xml", INVOICE.xml())
    upload(books.run, *paths)
    page = upload(books.run, *paths)
    assert "The same file is here already" in page.said("053-2026-03-02.xml")
    assert "Added 0 Already there 1" in page.said("f.xml")
    assert len(books.matches()) == 1


def test_many_files_with_nothing_odd_stand_in_one_table(books: Books) -> None:
    days = [f"2026-03-0{n}" for n in (2, 3, 4, 5)]
    balances = ["0.00", "10.00", "20.00", "30.00"]
    files = [
        books.statement(day, balance, [Line("10.00", f"R{day}")])
        for day, balance in zip(days, balances, strict=True)
    ]
    page = upload(books.run, *files, books.file("odd.txt", "hei"))
    assert [name for name, _ in page.sections()] == ["odd.txt"]
    told = re.findall(r"<tr><td>([^<]*)</td><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td></tr>", page.page)
    assert told == [(each.name, "1", "0") for each in files]


def test_rows_of_invoices_that_are_refused_are_named_with_their_line(books: Books) -> None:
    rows = [HEADER, customer_invoice("1001", "10.00"), customer_invoice("1002", "1.005")]
    page = upload(books.run, books.file("x.txt", "\n".join(rows) + "\n"))
    assert "Added 1 Already there 0 Refused 1" in page.said("x.txt")
    assert "3 Amount “1.005” is not right" in page.said("x.txt")


def test_a_table_of_invoices_that_lacks_a_column_is_told_which(books: Books) -> None:
    page = upload(books.run, books.file("x.csv", HEADER.replace("currency,", "") + "\n"))
    assert "currency" in page.said("x.csv")
    assert "Line 1: found" in page.said("x.csv")


@pytest.mark.parametrize(
    ("text", "label", "english", "bokmaal"),
    [
        (PAIN002, "pain.002", "the bank's answer to payments", "bankens svar på betalinger"),
        (PAIN001, "pain.001", "It belongs in the bank", "Den hører hjemme i banken"),
    ],
)
def test_a_file_of_another_purpose_is_answered_with_what_it_is_and_where_it_belongs(
    books: Books, text: str, label: str, english: str, bokmaal: str
) -> None:
    path = books.file("x.xml", text)
    for language, words in (("en", english), ("nb", bokmaal)):
        page = upload(books.run, path, language=language)
        assert label in page.said("x.xml")
        assert words in page.said("x.xml")
        assert "Matched:" not in page.text
    assert books.matches() == []


def test_an_unknown_file_is_refused_with_what_is_taken_in_both_languages(books: Books) -> None:
    path = books.file("x.xml", "<html><body>Logg inn</body></html>")
    english = upload(books.run, path).said("x.xml")
    assert "Not a file avstem reads: a web page" in english
    assert "EHF or Peppol invoice" in english
    assert "camt.053" in english
    bokmaal = upload(books.run, path, language="nb").said("x.xml")
    assert "en nettside" in bokmaal
    assert "EHF- eller Peppol-faktura" in bokmaal
    assert " or " not in bokmaal


def test_a_broken_file_is_refused_and_the_others_are_taken(books: Books) -> None:
    good = paid(books)
    cut = books.file("cut.xml", good.read_text("utf-8")[:-300])
    broken = books.folder / "broken.zip"
    broken.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    empty = books.file("empty.xml", "")
    page = upload(books.run, broken, cut, good, empty)
    assert "Nothing of the file was taken" in page.said("cut.xml")
    assert "broken ZIP archive" in page.said("broken.zip")
    assert "an empty file" in page.said("empty.xml")
    assert len(books.matches()) == 1
    books.verify()


def test_an_archive_is_what_is_in_it_and_what_is_passed_over_is_said(books: Books) -> None:
    packed = books.folder / "bank.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", paid(books).read_text("utf-8"))
        archive.writestr("readme.txt", "Hei")
    gone = books.folder / "status.xml.gz"
    gone.write_bytes(gzip.compress(PAIN002.encode()))
    page = upload(books.run, packed, gone)
    assert "Added 1" in page.said("bank.zip")
    assert "bank.zip/readme.txt passed over" in page.said("bank.zip")
    assert "1 thing to note" in page.said("bank.zip")
    assert "pain.002" in page.said("status.xml.gz")
    bokmaal = upload(books.run, books.file("v.xml", BILL.but(payment_id="12345675").xml()),
                     language="nb")  # fmt: skip
    assert "1 ting å merke seg" in bokmaal.said("v.xml")


def test_a_file_that_names_no_account_asks_for_it_and_is_taken_with_it(books: Books) -> None:
    table = books.file("dnb.csv", DNB)
    english = upload(books.run, table)
    assert "Choose the account beside the file" in english.said("dnb.csv")
    assert "Velg kontoen ved siden av filen" in upload(books.run, table, language="nb").said(
        "dnb.csv"
    )
    assert books.matches() == []
    page = upload(books.run, table, account=IBAN)
    assert "Added 1" in page.said("dnb.csv")
    assert [line["account"] for line in books.matches()] == [IBAN]


def test_a_file_that_names_another_account_than_the_chosen_is_refused(books: Books) -> None:
    books.run(
        "account", "add", "--company", ORGNR, "--iban", "97501100114", "--kind", "savings",
        "--ledger-account", "1940",
    )  # fmt: skip
    page = upload(books.run, paid(books), account="NO1097501100114")
    assert BBAN in page.said("053-2026-03-02.xml")
    assert "NO1097501100114" in page.said("053-2026-03-02.xml")
    assert re.search(r'<option value="NO1097501100114" selected>', page.page)
    assert books.matches() == []


def neighbour(books: Books) -> None:
    books.run("company", "add", "--orgnr", NEIGHBOUR, "--name", "Nabo AS")


def test_a_user_of_another_company_finds_nothing_there_and_stores_nothing(books: Books) -> None:
    neighbour(books)
    page = upload(books.run, paid(books), books.file("f.xml", INVOICE.xml()), member_of=NEIGHBOUR)
    assert page.status == 404
    assert page.sections() == []
    assert books.matches() == []
    assert books.run("export", "matches", "--company", NEIGHBOUR).out == ""
    again = upload(books.run, paid(books), books.file("f.xml", INVOICE.xml()))
    for _, said in again.sections():
        assert said.startswith("Added 1 Already there 0"), "nothing was there before"
    books.verify()


def test_the_account_of_another_company_cannot_be_chosen(books: Books) -> None:
    neighbour(books)
    page = upload(
        books.run, books.file("dnb.csv", DNB), account=IBAN, company=NEIGHBOUR, member_of=NEIGHBOUR
    )
    assert page.status == 200
    assert f"There is no account {IBAN} here" in page.said("dnb.csv")
    assert books.matches() == []


@pytest.mark.parametrize("account", [NOT_OURS, "x' OR 1=1 --", "🙂" * 500])
def test_an_account_that_nobody_has_is_refused(books: Books, account: str) -> None:
    page = upload(books.run, books.file("dnb.csv", DNB), account=account)
    assert "There is no account" in page.said("dnb.csv")
    assert books.matches() == []


def test_whoever_may_only_read_sends_nothing(books: Books) -> None:
    assert upload(books.run, paid(books), role="reader").status == 403
    assert books.matches() == []


def test_every_family_that_is_not_taken_has_its_answer_in_both_languages() -> None:
    english = re.compile(r"\b(or|and|an?|the|file|report|invoice|rows)\b")
    for each in OTHER_FORMATS:
        assert each.purpose == "invoices" or each.purpose in wording.PURPOSES, each.family
    for each in (*STATEMENT_FORMATS, *OTHER_FORMATS):
        if english.search(each.label):
            assert BOKMAAL.gettext(each.label) != each.label, each.label


def test_a_file_of_quicken_is_taken_on_the_account_that_is_chosen(books: Books) -> None:
    path = books.file("bank.qif", "!Type:Bank\nD27/02/2026\nT1,250.00\nPKari\n^\n")
    assert "Choose the account beside the file" in upload(books.run, path).said("bank.qif")
    assert "Added 1" in upload(books.run, path, account=IBAN).said("bank.qif")
    assert [line["amount"] for line in books.matches()] == ["1250.00"]


UNKNOWN = "Når;Hva;Pluss og minus\n02.03.2026;Leie;-1.200,50\n03.03.2026;Salg;300,00\n"
SAID = {"explain": "1", "column_0": "booking_date", "column_1": "text", "column_2": "amount",
        "date_form": "norwegian", "decimal_mark": ",", "currency": "nok", "account": IBAN}  # fmt: skip


def explain(books: Books, *, role: str = "bookkeeper", **said: str) -> Page:
    """Send the unknown table with what its columns are."""
    path = books.file("bank.csv", UNKNOWN)
    [page] = act(books.run, Step("upload/", {**SAID, **said}, (path,)), role=role)
    return page


def test_an_unknown_table_is_asked_about_shown_as_it_is_read_and_only_then_taken(
    books: Books,
) -> None:
    asked = upload(books.run, books.file("bank.csv", UNKNOWN))
    assert "The columns of this table are not known." in asked.text
    assert '<option value="amount" selected>' in asked.page
    shown = explain(books)
    assert "2 rows are read so." in shown.text
    assert "02.03.2026 Leie −1 200,50 NOK" in shown.text.replace("\u00a0", " ")
    assert books.matches() == [], "a look takes nothing"
    [seen] = re.findall(r'name="seen" value="(\w+)"', shown.page)
    other = explain(books, seen=seen, inverse="1")
    assert "1 200,50 NOK" in other.text.replace("\u00a0", " ")
    assert books.matches() == [], "what was not shown so is shown anew"
    taken = explain(books, seen=seen)
    assert "Added 2" in taken.said("bank.csv")
    assert sorted(books.amounts()) == ["-1200.50", "300.00"]
    later = books.file("later.csv", UNKNOWN.replace(".03.", ".04."))
    assert "Added 2" in upload(books.run, later, account=IBAN).said("later.csv")
    books.verify()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"column_2": ""}, "Mapping"),
        ({"column_0": "text"}, "the column of the day"),
        ({"column_1": "amount"}, "one column"),
        ({"column_1": "colour"}, "what a column may be"),
        ({"date_form": "mdy", "decimal_mark": "x"}, "decimal mark"),
        ({"date_form": "whenever"}, "norwegian"),
        ({"currency": "kroner"}, "KRONER"),
        ({"column_1": "amount", "column_2": "text"}, "line 2"),
    ],
)
def test_what_cannot_be_read_so_is_said_and_remembers_nothing(
    books: Books, said: dict[str, str], why: str
) -> None:
    page = explain(books, **said)
    assert why in page.text
    assert 'name="seen" value=""' in page.page
    assert "The columns of this table" in upload(books.run, books.file("b.csv", UNKNOWN)).text


def test_a_reader_explains_nothing_and_what_is_no_table_is_not_asked_about(books: Books) -> None:
    assert explain(books, role="reader").status == 403
    text = upload(books.run, books.file("x.csv", "Hei på deg\nog farvel\n"))
    assert "The columns of this table" not in text.text
    wrong = act(books.run, Step("upload/", SAID, (books.file("x.csv", "Hei på deg\n"),)))
    assert "message error" in wrong[0].page
