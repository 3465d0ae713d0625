"""`export saft`: valid against the published schema, and read back it is the same books."""

import io
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from avstem.formats.saft.model import SaftAccount, SaftHeader, SaftLine, SaftParty, SaftRecord
from avstem.formats.saft.reader import read_saft
from avstem.formats.schemas import validate
from avstem.formats.xml_reader import BoundedStream
from tests.cli.files import ORGNR, Books, Line, customer_invoice
from tests.support.corpus import FOLDER
from tests.support.saft import Saft, paid, sale
from tests.support.saft import SaftParty as Customer

pytestmark = pytest.mark.database

SCHEMA = FOLDER / "xsd" / "regnmed__Norwegian_SAF-T_Financial_Schema_v_1.30.xsd"
KID = "12345674"


def export(books: Books, *words: object, code: int = 0) -> Path:
    path = books.folder / "books.xml"
    books.run("export", "saft", "--company", ORGNR, path, *words, code=code)
    return path


def read(path: Path) -> list[SaftRecord]:
    """The records of a file that the schema accepts and that has nothing odd."""
    content = path.read_bytes()
    if SCHEMA.exists():
        assert validate(content, SCHEMA.read_bytes()) == []
    notices: list[Any] = []
    stream = BoundedStream(io.BytesIO(content), file=path.name)
    found = list(read_saft(stream, file=path.name, notices=notices))
    assert notices == []
    return found


def of(records: list[SaftRecord], kind: type) -> list[Any]:
    return [each for each in records if isinstance(each, kind)]


@pytest.fixture
def year(books: Books) -> Books:
    """An invoice paid by its KID, one overpaid, a supplier's bill paid, and names to escape."""
    books.invoices(
        customer_invoice("1001", "1250.00", KID, name="Æ & Ø <AS>"),
        customer_invoice("1002", "80.00"),
        "supplier_invoice,A-7,Verksted AS,923609016,15030001025,2026-02-01,NOK,300.00,,",
    )
    march = [Line("1300.00", "R1", kid=KID, name="Æ &amp; Ø &lt;AS>", text="Å &amp; Ø")]
    books.take(books.statement("2026-03-02", "100.00", march))
    books.take(books.statement("2026-04-02", "1400.00", [Line("-0.50", "R2", text="Gebyr")]))
    return books


def test_every_voucher_is_there_as_export_vouchers_has_it(year: Books) -> None:
    lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in of(read(export(year)), SaftLine):
        lines[each.voucher.id].append((each.account, each.amount.decimal()))
    vouchers = {
        voucher["number"]: [(each["account"], each["amount"]) for each in voucher["postings"]]
        for voucher in year.vouchers()
    }
    assert lines == vouchers
    assert vouchers


def test_the_header_says_whose_books_and_of_when(year: Books) -> None:
    path = export(year, "--contact", "Kari Nordmann", "--telephone", "22 33 44 55")
    (header,) = of(read(path), SaftHeader)
    assert (header.version, header.orgnr, header.name) == ("1.30", ORGNR, "Prøve AS")
    assert str(header.from_date) == min(each["date"] for each in year.vouchers())
    assert str(header.to_date) == max(each["date"] for each in year.vouchers())
    text = path.read_text(encoding="utf-8")
    assert "<LastName>Kari Nordmann</LastName>" in text
    assert "<Telephone>22 33 44 55</Telephone>" in text


def test_balances_are_what_was_posted_and_the_bank_begins_with_its_take_over(year: Books) -> None:
    records = read(export(year))
    accounts = {each.id: each for each in of(records, SaftAccount)}
    moved: dict[str, int] = defaultdict(int)
    for each in of(records, SaftLine):
        moved[each.account] += each.amount.minor
    for number, account in accounts.items():
        opening = 10_000 if number == "1920" else 0
        assert account.balance.opening.minor == opening, number
        assert account.balance.closing.minor == opening + moved[number], number
    assert accounts["1500"].grouping_code == "1500"
    assert (accounts["1920"].grouping_category, accounts["1920"].grouping_code) == (
        "balanseverdiForOmloepsmiddel", "1920",
    )  # fmt: skip


def test_customers_and_suppliers_are_there_with_numbers_accounts_and_balances(year: Books) -> None:
    records = read(export(year))
    parties = {each.name: each for each in of(records, SaftParty)}
    assert set(parties) == {"Æ & Ø <AS>", "Nordlys Bygg AS", "Verksted AS"}
    supplier, customer = parties["Verksted AS"], parties["Æ & Ø <AS>"]
    assert (supplier.is_customer, supplier.orgnr) == (False, "923609016")
    assert [each[-11:] for each in supplier.accounts] == ["15030001025"]
    assert customer.balances[0].closing.minor == -130_000
    its = [each for each in of(records, SaftLine) if each.customer == customer.id]
    assert [(each.account, each.reference, each.cid) for each in its] == [
        ("1500", "1001", KID), ("1500", None, None),
    ]  # fmt: skip


def test_a_period_opens_with_what_was_posted_before_it(year: Books) -> None:
    records = read(export(year, "--from", "2026-04-01", "--to", "2026-12-31"))
    accounts = {each.id: each.balance for each in of(records, SaftAccount)}
    assert accounts["1500"].opening.minor == accounts["1500"].closing.minor == -130_000
    assert accounts["1920"].opening.minor == 140_000
    assert {str(each.voucher.day)[:7] for each in of(records, SaftLine)} <= {"2026-04"}


def test_books_without_vouchers_are_valid_too(books: Books) -> None:
    records = read(export(books))
    assert of(records, SaftLine) == []
    assert of(records, SaftAccount)


def test_the_answer_as_json(year: Books) -> None:
    path = year.folder / "x.xml"
    answer = year.run("export", "saft", "--company", ORGNR, path, "--json").json
    assert answer["vouchers"] == len(year.vouchers())
    assert (answer["file"], answer["from"]) == (str(path), "2026-03-02")


def test_money_in_another_currency_is_refused_and_no_file_is_left(books: Books) -> None:
    books.run(
        "account", "add", "--company", ORGNR, "--iban", "15030001025", "--kind", "currency",
        "--ledger-account", "1960", "--currency", "EUR", "--opening-balance", "5.00",
    )  # fmt: skip
    path = export(books, code=3)
    assert not path.exists()
    assert list(path.parent.glob(".saft-*")) == []


def test_a_place_that_cannot_be_written_is_refused_in_one_line(books: Books) -> None:
    answer = books.run("export", "saft", "--company", ORGNR, books.folder / "no" / "x.xml", code=3)
    assert "x.xml" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_open_items_come_in_once_and_a_payment_settles_them(books: Books) -> None:
    file = Saft(
        customers=(Customer("1", closing="60"),),
        vouchers=(
            ("2026-01-02", sale("100.00", "F1", cid=KID)),
            ("2026-02-02", paid("40.00", "F1")),
        ),
    )
    path = books.file("saft.xml", file.xml())
    words = ("invoices", "import", "--company", ORGNR, path, "--json")
    first, again = (books.run(*words).json["files"][0] for _ in range(2))
    assert (first["added"], first["already_there"], first["refused"]) == (1, 0, [])
    assert (again["added"], again["already_there"]) == (0, 1)
    books.take(books.statement("2026-03-02", "0.00", [Line("60.00", "R1", kid=KID)]))
    (match,) = books.matches()
    assert match["status"] == "booked"
    assert match["allocations"][0]["number"] == "F1"
    books.verify()


def test_another_companys_file_adds_nothing(books: Books) -> None:
    file = Saft(
        orgnr="889640782",
        customers=(Customer("1", closing="1"),),
        vouchers=(("2026-01-02", sale("1.00", "F1")),),
    )
    path = books.file("saft.xml", file.xml())
    answer = books.run("invoices", "import", "--company", ORGNR, path, "--json", code=3).json
    assert "889640782" in answer["refused_files"][0]["reason"]
