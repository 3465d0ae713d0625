"""SAF-T: what is open in the books, and what makes a file or a party uncertain."""

import contextlib
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import InvalidValueError, RefusalError, UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind
from avstem.domain.statement import Notice
from avstem.formats.detect import claims
from avstem.formats.invoices import read_invoice_file
from avstem.formats.invoices_csv import InvoiceRow
from avstem.formats.saft import open_items
from avstem.formats.saft.model import SaftHeader, SaftLine, SaftParty, SaftRecord
from avstem.formats.saft.reader import claim_saft, read_saft
from avstem.formats.xml_reader import BoundedStream
from tests.support import saft
from tests.support.saft import COMPANY, CUSTOMER, KID, Saft, SaftRow, paid, sale

IBAN = "NO6115030001017"


def records(text: str | bytes, notices: list[Notice] | None = None) -> list[SaftRecord]:
    content = text.encode() if isinstance(text, str) else text
    stream = BoundedStream(io.BytesIO(content), file="f.xml")
    return list(read_saft(stream, file="f.xml", notices=[] if notices is None else notices))


def rows(file: Saft | str, orgnr: str = COMPANY) -> list[InvoiceRow]:
    text = file if isinstance(file, str) else file.xml()
    return list(read_invoice_file(io.BytesIO(text.encode()), file="f.xml", orgnr=orgnr))


def documents(file: Saft) -> dict[str, Document]:
    found = rows(file)
    assert [row.refusal for row in found if row.refusal] == []
    return {row.document.number: row.document for row in found if row.document}


def books(*vouchers: tuple[str, tuple[SaftRow, ...]], opening: str = "0", closing: str) -> Saft:
    return Saft(
        customers=(saft.SaftParty("1", opening=opening, closing=closing),), vouchers=vouchers
    )


ONE = books(("2026-01-02", sale("100", "F1", cid=KID, due="2026-01-16")), closing="100")


def test_the_file_is_known_by_its_root_and_namespace_alone() -> None:
    head = ONE.xml().encode()
    assert [form.family for form, _ in claims(head)] == ["saft"]
    prefixed = head.replace(b"<AuditFile xmlns=", b"<n1:AuditFile xmlns:n1=")
    assert claim_saft(prefixed) is not None
    for other in (b"<AuditFile/>", head.replace(b"Financial:NO", b"Financial:DK"), b"", b"<"):
        assert claim_saft(other) is None


def test_the_header_says_whose_books_they_are_and_of_when() -> None:
    header = records(ONE.xml())[0]
    assert header == SaftHeader(
        "1.30", COMPANY, "Prøve AS", "NOK", date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31)
    )


def test_a_period_in_numbers_is_kept_as_it_is_written() -> None:
    numbers = (
        "<PeriodStart>01</PeriodStart><PeriodStartYear>2025</PeriodStartYear>"
        "<PeriodEnd>12</PeriodEnd><PeriodEndYear>2025</PeriodEndYear></SelectionCriteria>"
    )
    begin, _, rest = ONE.xml().partition("<SelectionStartDate>")
    header = records(begin + numbers + rest.partition("</SelectionCriteria>")[2])[0]
    assert isinstance(header, SaftHeader)
    assert (header.period, header.to_date) == ("2025-01 to 2025-12", None)


def test_an_open_invoice_has_all_that_the_file_says_of_it() -> None:
    party = saft.SaftParty("1", closing="100", bank="15030001017")
    (document,) = documents(ONE.but(customers=(party,))).values()
    assert document.kind is ItemKind.CUSTOMER_INVOICE
    assert (document.party.name, document.party.orgnr) == ("Nordlys Bygg AS", CUSTOMER)
    assert document.amount == Money(10000, "NOK")
    assert (document.invoice_date, document.due_date) == (date(2026, 1, 2), date(2026, 1, 16))
    assert (document.kid, document.party_account) == (KID, IBAN)


@pytest.mark.parametrize("version", ["1.10", "1.20", "1.30"])
def test_every_version_reads_the_same(version: str) -> None:
    assert documents(ONE.but(version=version)) == documents(ONE)


def test_a_prefix_changes_nothing() -> None:
    parts = ONE.xml().split("<")
    prefixed = "<".join(
        part if not part or part[0] == "?" else f"/n:{part[1:]}" if part[0] == "/" else f"n:{part}"
        for part in parts
    ).replace("xmlns=", "xmlns:n=")
    assert records(prefixed) == records(ONE.xml())


A_SALE, ANOTHER = ("2026-01-02", sale("100", "F1")), ("2026-01-03", sale("200", "F2"))

#: vouchers, opening, closing -> what is open by number, a minus is a credit note
SITUATIONS = {
    "paid by its number": ((A_SALE, ("2026-02-01", paid("100", "F1"))), "0", "0", {}),
    "paid in part": ((A_SALE, ("2026-02-01", paid("40", "F1"))), "0", "60", {"F1": 60}),
    "paid too much": ((A_SALE, ("2026-02-01", paid("130", "F1"))), "0", "-30", {"F1": -30}),
    "one of two paid": ((A_SALE, ANOTHER, ("2026-02-01", paid("100", "F1"))), "0", "200", {"F2": 200}),
    "paid by its kid alone": (
        (("2026-01-02", sale("100", "F1", cid=KID)), ANOTHER, ("2026-02-01", paid("100", None, cid=KID))),
        "0", "200", {"F2": 200},
    ),
    "paid by its kid before it is there": (
        (("2026-01-01", paid("100", None, cid=KID)), ("2026-01-02", sale("100", "F1", cid=KID)), ANOTHER),
        "0", "200", {"F2": 200},
    ),
    "a payment without reference may be of any": (
        (A_SALE, ANOTHER, ("2026-02-01", paid("100", None))), "0", "200", {"saldo 1 2026-03-31": 200},
    ),
    "nothing has a reference": (
        (("2026-01-02", sale("100", None)),), "0", "100", {"saldo 1 2026-03-31": 100},
    ),
    "references that miss each other, and a balance of zero": (
        (A_SALE, ("2026-02-01", paid("100", "B-7"))), "0", "0", {},
    ),
    "a payment of what was open before": (
        (A_SALE, ("2026-02-01", paid("70", "F0"))), "70", "100", {"F1": 100},
    ),
    "what is left from before": (
        (A_SALE, ("2026-02-01", paid("70", "F0"))), "300", "330", {"F1": 100, "saldo 1 2026-03-31": 230},
    ),
    "more was paid than was open before": (
        (A_SALE, ANOTHER, ("2026-02-01", paid("120", "F0"))), "70", "250", {"saldo 1 2026-03-31": 250},
    ),
    "all is from before": ((), "70", "70", {"saldo 1 2026-03-31": 70}),
    "a customer we owe": ((), "-70", "-70", {"saldo 1 2026-03-31": -70}),
    "a credit note of its own": ((A_SALE, ("2026-02-01", sale("-30", "K1"))), "0", "70", {"F1": 100, "K1": -30}),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_open(situation: str) -> None:
    vouchers, opening, closing, expected = SITUATIONS[situation]
    # Another customer's voucher, so that the file has some at all.
    other = ("2026-01-02", (SaftRow("1920", "1"), SaftRow("3000", "-1")))
    file = books(*vouchers, other, opening=opening, closing=closing)
    found = {
        number: each.amount.minor * each.kind.direction // 100
        for number, each in documents(file).items()
    }
    assert found == expected
    assert sum(found.values()) == int(closing)


def test_a_supplier_is_owed_by_its_credit() -> None:
    bill = (SaftRow("3000", "80"), SaftRow("2400", "-80", party="7", reference="A1", cid="99"))
    back = (SaftRow("3000", "-20"), SaftRow("2400", "20", party="7", reference="A2"))
    supplier = saft.SaftParty("7", closing="-60", name="Verksted AS")
    file = Saft(suppliers=(supplier,), vouchers=(("2026-01-02", bill), ("2026-01-03", back)))
    found = documents(file)
    assert {number: each.kind for number, each in found.items()} == {
        "A1": ItemKind.SUPPLIER_INVOICE,
        "A2": ItemKind.SUPPLIER_CREDIT_NOTE,
    }
    assert found["A1"].amount == Money(8000, "NOK")
    # A CID that is no KID is text.
    assert (found["A1"].kid, found["A1"].description) == (None, "Linje · 99")


def test_lines_on_other_accounts_that_name_the_customer_are_no_claims() -> None:
    lines = (
        SaftRow("1500", "125", party="1", reference="F1"),
        SaftRow("3000", "-125", party="1", reference="F1"),
    )
    found = documents(books(("2026-01-02", lines), closing="125"))
    assert found["F1"].amount == Money(12500, "NOK")


def test_an_invoice_in_euro_is_open_in_euro_and_a_rate_alone_is_no_claim() -> None:
    euro = {"currency": "EUR"}
    settled = sale("1000", "E1", **euro, currency_amount="100")
    money = paid("1050", "E1", **euro, currency_amount="100")
    still = sale("500", "E2", **euro, currency_amount="50")
    file = books(
        ("2026-01-02", settled), ("2026-02-02", money), ("2026-02-03", still), closing="450"
    )
    assert {number: each.amount for number, each in documents(file).items()} == {
        "E2": Money(5000, "EUR")
    }


def test_one_reference_in_two_currencies_is_refused_not_added() -> None:
    file = books(
        ("2026-01-02", sale("1000", "E1", currency="EUR", currency_amount="100")),
        ("2026-02-02", paid("400", "E1")),
        closing="600",
    )
    (row,) = rows(file)
    assert isinstance(row.refusal, InvalidValueError)
    assert row.refusal.kind == "currency"


def test_a_party_whose_balance_contradicts_its_lines_is_refused_and_the_others_are_taken() -> None:
    other = ("2026-01-03", (SaftRow("1500", "5", party="2", reference="F9"), SaftRow("3000", "-5")))
    file = ONE.but(
        customers=(saft.SaftParty("1", closing="101"), saft.SaftParty("2", closing="5")),
        vouchers=(*ONE.vouchers, other),
    )
    found = rows(file)
    assert [row.document.number for row in found if row.document] == ["F9"]
    (refused,) = [row.refusal for row in found if row.refusal]
    assert isinstance(refused, InvalidValueError)
    assert (refused.found, refused.expected[:10]) == ("101.00 NOK of 1", "100.00 NOK")


def test_a_party_that_the_file_does_not_know_is_refused() -> None:
    (row,) = rows(ONE.but(customers=(), suppliers=()).xml().replace(">NA<", ">1500<", 2))
    assert isinstance(row.refusal, InvalidValueError)
    assert row.refusal.kind == "party"


def test_without_balances_what_began_in_the_file_is_taken_and_the_rest_refused() -> None:
    bare = saft.SaftParty("1", opening=None, closing=None)
    text = ONE.but(customers=(bare,)).xml().replace(">NA<", ">1500<", 2)
    assert [row.document.number for row in rows(text) if row.document] == ["F1"]
    file = ONE.but(customers=(bare,), vouchers=(("2026-01-02", paid("100", "F0")),))
    (row,) = rows(file.xml().replace(">NA<", ">1500<", 2))
    assert isinstance(row.refusal, InvalidValueError)


def test_a_file_without_vouchers_gives_the_closing_balances() -> None:
    begin, _, rest = ONE.xml().partition("<GeneralLedgerEntries>")
    (row,) = rows(begin + rest.partition("</GeneralLedgerEntries>")[2])
    assert row.document is not None
    assert (row.document.number, row.document.amount.minor) == ("saldo 1 2026-03-31", 10000)
    assert "no vouchers" in row.warnings[0]


def test_another_companys_books_are_refused_whole() -> None:
    with pytest.raises(InvalidValueError) as refused:
        rows(ONE, orgnr="889640782")
    assert COMPANY in refused.value.found
    assert "889640782" in refused.value.expected


def test_what_is_odd_is_told_and_taken() -> None:
    lopsided = ("2026-01-05", (SaftRow("1920", "10"), SaftRow("9999", "-9")))
    file = ONE.but(
        version="1.40",
        customers=(saft.SaftParty("1", closing="100", orgnr="987654321", bank="12345678912"),),
        vouchers=(*ONE.vouchers, lopsided),
        totals={"NumberOfEntries": "4", "TotalDebit": None},
    )
    notices: list[Notice] = []
    records(file.xml(), notices)
    assert [each.code for each in notices] == [
        "saft.version_unknown",
        "party.orgnr_not_valid",
        "account.check_digits",
        "saft.voucher_unbalanced",
        "saft.lines_counted",
        "saft.total_missing",
        "saft.account_unknown",
    ]
    found = rows(file)
    assert [row.document.party.orgnr for row in found if row.document] == [None]
    assert len(found[-1].warnings) == len(notices)


def test_a_balance_that_the_lines_miss_is_told() -> None:
    text = ONE.xml().replace("<ClosingDebitBalance>100<", "<ClosingDebitBalance>101<", 1)
    notices: list[Notice] = []
    records(text, notices)
    assert [each.code for each in notices] == ["saft.account_balance"]


def test_negative_amounts_turn_the_side_and_either_way_of_counting_them_is_right() -> None:
    text = ONE.xml().replace("<Amount>100<", "<Amount>-100<")
    lines = [each for each in records(signed(text, "-100")) if isinstance(each, SaftLine)]
    assert [each.amount.minor for each in lines] == [-10000, 10000]
    assert records(signed(text, "100"))


def signed(text: str, total: str) -> str:
    for name in ("TotalDebit", "TotalCredit"):
        text = text.replace(f"<{name}>100<", f"<{name}>{total}<")
    return text


REFUSALS = {
    "the number of vouchers": (("<NumberOfEntries>1<", "<NumberOfEntries>3<"), "NumberOfEntries"),
    "the number is none": (("<NumberOfEntries>1<", "<NumberOfEntries>²<"), "NumberOfEntries"),
    "the sum of debit": (("<TotalDebit>100<", "<TotalDebit>100.01<"), "TotalDebit"),
    "the sum of credit": (("<TotalCredit>100<", "<TotalCredit>99<"), "TotalCredit"),
    "a sum that is none": (("<TotalCredit>100<", "<TotalCredit>1e2<"), "TotalCredit"),
    "a total twice": (("<TotalCredit>", "<TotalDebit>100</TotalDebit><TotalCredit>"), "TotalDebit"),
    "an amount with a comma": (("<Amount>100<", "<Amount>100,00<"), "DebitAmount/Amount"),
    "an amount with øre's parts": (("<Amount>100<", "<Amount>100.001<"), "DebitAmount/Amount"),
    "no amount": (("<Amount>100</Amount>", "<Amount/>"), "DebitAmount/Amount"),
    "an amount cut by an element": (("<Amount>100<", "<Amount>1<b/>00<"), "Amount"),
    "two amounts": (("<Amount>100<", "<Amount>1</Amount><Amount>100<"), "Amount"),
    "debit and credit": (("<DebitAmount>", "<CreditAmount/><DebitAmount>"), "CreditAmount"),
    "neither": (("<DebitAmount><Amount>100</Amount></DebitAmount>", ""), "Line[1]/DebitAmount"),
    "no account": (("<AccountID>3000</AccountID><Desc", "<Desc"), "Line[2]/AccountID"),
    "a day that is none": (("<TransactionDate>2026-01-02", "<TransactionDate>2026-02-30"), "TransactionDate"),
    "a due date that is none": (("<DueDate>2026-01-16", "<DueDate>16.01.2026"), "DueDate"),
    "no number of the voucher": (("<TransactionID>1</TransactionID>", ""), "TransactionID"),
    "a balance that is none": (("<OpeningDebitBalance>0<", "<OpeningDebitBalance>-<"), "Opening"),
    "an account twice": (("<AccountID>1920<", "<AccountID>1500<"), "AccountID"),
    "no currency": (("<DefaultCurrencyCode>NOK<", "<DefaultCurrencyCode>kr<"), "DefaultCurrencyCode"),
    "a later version": (("<AuditFileVersion>1.30", "<AuditFileVersion>2.00"), "AuditFileVersion"),
    "a line outside its voucher": (("<Journal>", "<Line/><Journal>"), "Line"),
    "two headers": (("<MasterFiles>", "<Header/><MasterFiles>"), "Header"),
    "no header": (("Header>", "Hodet>"), "AuditFile"),
    "a document type": (("<AuditFile ", "<!DOCTYPE AuditFile [<!ENTITY a 'b'>]><AuditFile "), "line 1"),
    "a long reference": (("<ReferenceNumber>F1", "<ReferenceNumber>" + "F" * 71), "ReferenceNumber"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_what_makes_a_value_uncertain_refuses_the_file(what: str) -> None:
    (old, new), place = REFUSALS[what]
    text = ONE.xml()
    assert old in text
    with pytest.raises(UnreadableFileError) as refused:
        records(text.replace(old, new) if old == "Header>" else text.replace(old, new, 1))
    assert place in refused.value.place
    assert refused.value.file == "f.xml"


def test_foreign_amount_with_another_sign_is_refused() -> None:
    file = books(
        ("2026-01-02", sale("1000", "E1", currency="EUR", currency_amount="-100")), closing="1000"
    )
    with pytest.raises(UnreadableFileError, match="CurrencyAmount"):
        records(file.xml())


def test_a_file_cut_off_anywhere_is_refused_and_only_so() -> None:
    content = ONE.xml().encode()
    for end in range(0, len(content) - 2, 7):
        with pytest.raises(RefusalError):
            records(content[:end])


def test_documents_that_are_not_read_are_passed_over() -> None:
    invoice = "<SourceDocuments><SalesInvoices><Invoice><Line><Amount>x</Amount></Line></Invoice>"
    asset = "<Asset><Supplier><Name>x</Name></Supplier></Asset>"
    file = ONE.but(extra=f"{invoice}</SalesInvoices></SourceDocuments>")
    text = file.xml().replace("</MasterFiles>", f"<Assets>{asset}</Assets></MasterFiles>")
    assert records(text) == records(ONE.xml())


def test_a_long_file_is_read_in_little_memory() -> None:
    one, count = ONE.xml(), 30_000
    head, _, rest = one.partition("<Transaction>")
    voucher, _, tail = rest.partition("</Transaction>\n")
    head = head.replace("<NumberOfEntries>1", f"<NumberOfEntries>{count}")
    head = head.replace("Debit>100<", f"Debit>{count}00<").replace(
        "Credit>100<", f"Credit>{count}00<"
    )

    class Source(io.RawIOBase):
        """Pieces made as they are asked for."""

        def __init__(self) -> None:
            self._left, self._first, self._last = count, head.encode(), tail.encode()

        def read(self, size: int = -1) -> bytes:
            if self._first:
                found, self._first = self._first, b""
                return found
            if self._left:
                many = min(self._left, 50)
                self._left -= many
                return f"<Transaction>{voucher}</Transaction>\n".encode() * many
            found, self._last = self._last, b""
            return found

    stream = BoundedStream(Source(), file="f.xml")  # type: ignore[arg-type]  # it can be read
    most = 0
    for _ in read_saft(stream, file="f.xml", notices=[]):
        most = max(most, stream.held)
    assert most < 1024**2


def test_settled_references_are_forgotten_when_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(open_items, "REFERENCES_MAX", 8)
    days = [("2026-01-02", (*sale("1", f"F{n}"), *paid("1", f"F{n}"))) for n in range(40)]
    file = books(*days, ("2026-01-03", sale("7", "LAST")), closing="7")
    assert list(documents(file)) == ["LAST"]
    many = [("2026-01-02", sale("1", f"F{n}")) for n in range(40)]
    with pytest.raises(UnreadableFileError):
        rows(books(*many, closing="40"))


def test_the_same_party_twice_is_refused() -> None:
    party = saft.SaftParty("1", closing="100")
    with pytest.raises(UnreadableFileError, match="Customer 1"):
        rows(ONE.but(customers=(party, party)))


def test_parties_are_read_with_their_numbers() -> None:
    found = [each for each in records(ONE.xml()) if isinstance(each, SaftParty)]
    assert [(each.id, each.is_customer, each.orgnr) for each in found] == [("1", True, CUSTOMER)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_the_bytes_only_refusals_come_out(data: st.DataObject) -> None:
    content = bytearray(LARGER.xml().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        new = data.draw(
            st.sampled_from([b"", b"<", b">", b"/", b"\x00", b"9", b"-", b"\xff", b"&"])
        )
        content[at : at + data.draw(st.integers(0, 40))] = new
    with contextlib.suppress(RefusalError):
        list(read_invoice_file(io.BytesIO(bytes(content)), file="f.xml", orgnr=COMPANY))


LARGER = ONE.but(
    suppliers=(saft.SaftParty("7", closing="-80", bank="15030001017"),),
    vouchers=(
        *ONE.vouchers,
        ("2026-01-04", (SaftRow("3000", "80"), SaftRow("2400", "-80", party="7"))),
    ),
)


def test_vouchers_carry_the_journal_they_stand_in() -> None:
    text = LARGER.xml().replace(
        "</Transaction>\n<Transaction>",
        "</Transaction></Journal><Journal><JournalID>B</JournalID><Transaction>",
    )
    assert [each.voucher.journal for each in records(text) if isinstance(each, SaftLine)] == [
        "A", "A", "B", "B",
    ]  # fmt: skip
