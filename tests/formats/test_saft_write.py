"""What is written as SAF-T is valid against the schema, and read back it is the same."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.money import Money
from avstem.domain.vat import VAT_CODES
from avstem.domain.voucher import LedgerRole
from avstem.formats.saft.grouping import grouping_of_role
from avstem.formats.saft.model import SaftAccount, SaftBalance, SaftHeader, SaftLine, SaftParty
from avstem.formats.saft.reader import read_saft
from avstem.formats.saft.tax import LineTax, TaxedLine, line_taxes
from avstem.formats.saft.write import BankAccount, Books, LineToWrite, VoucherToWrite, write_saft
from avstem.formats.schemas import validate
from avstem.formats.xml_reader import BoundedStream
from tests.support.payments import schema

SCHEMA = "regnmed__Norwegian_SAF-T_Financial_Schema_v_1.30.xsd"
DAY = date(2026, 3, 31)
NOTHING = Money(0, "NOK")
BOOKS = Books(
    orgnr="974760673",
    name="Prøve AS",
    currency="NOK",
    created=DAY,
    software_version="0.1.0",
    from_date=date(2026, 1, 1),
    to_date=DAY,
    voucher_count=0,
    debit=NOTHING,
    credit=NOTHING,
    bank_accounts=(BankAccount("NO6115030001017", "NOK", "1920"),),
)
CHART = [SaftAccount("1920", "Bank", SaftBalance("1920", NOTHING, NOTHING))]

# Text as people write it: single spaces, none at the ends.
words = st.text(st.characters(codec="utf-8"), max_size=300)
minor = st.integers(-(10**15), 10**15).filter(bool)
days = st.dates(date(1970, 1, 1), date(2100, 12, 31))
references = st.none() | st.text("ABC123-/& <", min_size=1, max_size=40)


taxes = st.builds(
    LineTax,
    code=st.sampled_from(list(VAT_CODES.values())),
    base=st.none() | minor.map(lambda each: Money(each, "NOK")),
    amount=st.integers(-(10**15), 10**15).map(lambda each: Money(each, "NOK")),
)


@st.composite
def lines(draw: st.DrawFn) -> LineToWrite:
    party = draw(st.sampled_from([(None, None), ("1", None), (None, "2")]))
    return LineToWrite(
        account=draw(st.sampled_from(["1500", "1920", "2400"])),
        amount=Money(draw(minor), "NOK"),
        text=draw(words),
        customer=party[0],
        supplier=party[1],
        reference=draw(references),
        cid=draw(references),
        due_date=draw(st.none() | days),
        tax=draw(st.none() | taxes),
    )


@st.composite
def vouchers(draw: st.DrawFn) -> list[VoucherToWrite]:
    rows = draw(st.lists(st.lists(lines(), min_size=1, max_size=4), max_size=4))
    return [
        VoucherToWrite("B", f"2026-{n}", draw(days), DAY, draw(words), "cli", tuple(each))
        for n, each in enumerate(rows, 1)
    ]


def written(its: list[VoucherToWrite], parties: tuple[SaftParty, ...] = ()) -> bytes:
    amounts = [line.amount.minor for each in its for line in each.lines]
    books = replace(
        BOOKS,
        voucher_count=len(its),
        debit=Money(sum(each for each in amounts if each > 0), "NOK"),
        credit=Money(-sum(each for each in amounts if each < 0), "NOK"),
        vat_codes=tuple(VAT_CODES.values()),
    )
    stream = io.BytesIO()
    write_saft(
        stream,
        books,
        accounts=CHART,
        customers=[each for each in parties if each.is_customer],
        suppliers=[each for each in parties if not each.is_customer],
        vouchers=its,
    )
    return stream.getvalue()


def seen(text: str, most: int) -> str:
    """As it is read: what no XML can hold is a space, long texts are cut, spaces are single."""
    kept = "".join(" " if ord(c) < 32 or ord(c) in (0xFFFE, 0xFFFF) else c for c in text)
    return " ".join(kept[:most].split())


def whole(reference: str | None) -> str | None:
    if reference is None or len(reference) > 35:
        return None
    return " ".join(reference.split()) or None


@settings(max_examples=60, deadline=None)
@given(vouchers())
def test_vouchers_are_valid_and_come_back_as_they_were(its: list[VoucherToWrite]) -> None:
    content = written(its)
    assert validate(content, schema(SCHEMA)) == []
    stream = BoundedStream(io.BytesIO(content), file="f")
    found = [each for each in read_saft(stream, file="f", notices=[]) if isinstance(each, SaftLine)]
    assert [
        (each.voucher.id, each.voucher.day, each.account, each.amount, each.customer,
         each.supplier, each.reference, each.cid, each.due_date)
        for each in found
    ] == [
        (each.id, each.day, line.account, line.amount, line.customer, line.supplier,
         whole(line.reference), whole(line.cid), line.due_date)
        for each in its for line in each.lines
    ]  # fmt: skip
    texts = [line.text or each.text or each.id for each in its for line in each.lines]
    assert [each.text for each in found] == [seen(text, 256) for text in texts]


party_names = st.text(st.characters(codec="utf-8", min_codepoint=33), min_size=1, max_size=60)


@given(st.booleans(), party_names, minor, minor)
def test_parties_come_back_with_their_balances(
    is_customer: bool, name: str, opening: int, closing: int
) -> None:
    number = "1500" if is_customer else "2400"
    balance = SaftBalance(number, Money(opening, "NOK"), Money(closing, "NOK"))
    party = SaftParty(is_customer, "7", name, "923609016", ("NO6115030001017",), (balance,))
    content = written([], (party,))
    assert validate(content, schema(SCHEMA)) == []
    stream = BoundedStream(io.BytesIO(content), file="f")
    records = list(read_saft(stream, file="f", notices=[]))
    (found,) = [each for each in records if isinstance(each, SaftParty)]
    assert replace(found, line=1, name="") == replace(party, name="")
    assert found.name == seen(name, 256)


def test_the_header_and_the_chart_come_back() -> None:
    stream = BoundedStream(io.BytesIO(written([])), file="f")
    header, account = read_saft(stream, file="f", notices=[])
    assert header == SaftHeader(
        "1.30", BOOKS.orgnr, BOOKS.name, "NOK", DAY, BOOKS.from_date, BOOKS.to_date
    )
    assert isinstance(account, SaftAccount)
    assert account == replace(CHART[0], grouping_category="NA", grouping_code="NA")


def test_totals_that_are_not_those_of_the_vouchers_are_our_mistake() -> None:
    its = [VoucherToWrite("B", "1", DAY, DAY, "", "", (LineToWrite("1920", Money(1, "NOK")),))]
    with pytest.raises(AssertionError, match="totals"):
        write_saft(io.BytesIO(), BOOKS, accounts=CHART, customers=(), suppliers=(), vouchers=its)


@pytest.mark.parametrize("role", LedgerRole)
def test_every_account_that_avstem_books_to_has_its_place(role: LedgerRole) -> None:
    assert "NA" not in grouping_of_role(role.value)


def test_the_line_that_was_taxed_tells_of_its_vat_in_the_words_of_the_schema() -> None:
    tax = LineTax(VAT_CODES["1"], Money(40_000, "NOK"), Money(10_000, "NOK"))
    line = LineToWrite("6800", Money(40_000, "NOK"), tax=tax)
    content = written([VoucherToWrite("B", "1", DAY, DAY, "", "", (line,))]).decode()
    assert (
        "<TaxInformation><TaxType>MVA</TaxType><TaxCode>1</TaxCode><TaxPercentage>25</TaxPercentage>"
        "<Country>NO</Country><TaxBase>400.00</TaxBase><DebitTaxAmount><Amount>100.00</Amount>"
        "</DebitTaxAmount></TaxInformation>"
    ) in content
    assert content.count("<TaxCodeDetails>") == len(VAT_CODES)
    assert validate(content.encode(), schema(SCHEMA)) == []


def test_without_vat_there_is_no_table_of_it() -> None:
    stream = io.BytesIO()
    write_saft(stream, BOOKS, accounts=CHART, customers=[], suppliers=[], vouchers=[])
    assert b"Tax" not in stream.getvalue().replace(b"TaxAccountingBasis", b"").replace(
        b"StandardAuditFile-Taxation", b""
    )


def test_a_code_that_is_not_in_the_table_is_our_mistake() -> None:
    tax = LineTax(VAT_CODES["3"], None, Money(-1, "NOK"))
    line = LineToWrite("2700", Money(-1, "NOK"), tax=tax)
    books = replace(BOOKS, voucher_count=1, credit=Money(1, "NOK"))
    its = [VoucherToWrite("B", "1", DAY, DAY, "", "", (line,))]
    with pytest.raises(AssertionError, match="table"):
        write_saft(io.BytesIO(), books, accounts=CHART, customers=[], suppliers=[], vouchers=its)


taxed_lines = st.builds(
    TaxedLine,
    amount=minor.map(lambda each: Money(each, "NOK")),
    code=st.none() | st.sampled_from([VAT_CODES[each] for each in ("1", "3", "5")]),
    is_vat=st.booleans(),
)


@given(st.lists(taxed_lines, max_size=8))
def test_the_vat_and_the_bases_of_a_code_sum_up_to_what_is_posted(its: list[TaxedLine]) -> None:
    told = [each for each in line_taxes(its) if each is not None]
    for code in VAT_CODES.values():
        mine = [each for each in its if each.code == code]
        vat = sum(each.amount.minor for each in mine if each.is_vat)
        assert sum(each.amount.minor for each in told if each.code == code) == vat
        net = sum(each.amount.minor for each in mine if not each.is_vat)
        assert sum(each.base.minor for each in told if each.code == code and each.base) == net
