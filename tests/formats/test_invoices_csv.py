"""invoices.csv: the good rows are kept, each wrong one is answered with its line and reason."""

import io
from collections.abc import Iterator
from datetime import date

import pytest

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.formats.invoices_csv import InvoiceRow, read_invoices

HEADER = (
    "type,number,party_name,party_orgnr,party_account,invoice_date,due_date,currency,amount,kid"
)
GOOD = (
    "customer_invoice,1001,Nordlys Bygg AS,,97501100114,2026-03-01,2026-03-15,NOK,1000.00,00010017"
)


def read(text: str | bytes) -> list[InvoiceRow]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(read_invoices(io.BytesIO(raw), file="invoices.csv"))


def with_value(column: str, value: str) -> str:
    values = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    values[column] = value
    return f"{HEADER}\n{','.join(values.values())}\n"


def test_a_row_becomes_a_document() -> None:
    [row] = read(f"{HEADER}\n{GOOD}\n")
    document = row.document
    assert document is not None
    assert (document.number, str(document.amount), document.kid) == (
        "1001",
        "1000.00 NOK",
        "00010017",
    )
    assert document.party_account == "NO1097501100114"


def test_a_mark_semicolons_and_columns_in_another_order_are_taken() -> None:
    text = "\ufeffamount;currency;invoice_date;party_name;number;type\n285;NOK;2026-03-01;Kari Åsnes;7;customer_invoice\n"
    [row] = read(text)
    assert row.document is not None
    assert str(row.document.amount) == "285.00 NOK"
    assert row.document.party.key == "kari åsnes"


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("type", "faktura", "type"),
        ("number", "", "number"),
        ("amount", "1000,00", "row"),  # a comma makes one value too many
        ("amount", "1000.005", "amount"),
        ("amount", "-5.00", "amount"),
        ("amount", "0", "amount"),
        ("amount", "1e3", "amount"),
        ("amount", "NaN", "amount"),
        ("currency", "kr", "currency"),
        ("invoice_date", "2026-02-30", "invoice_date"),
        ("invoice_date", "01.03.2026", "invoice_date"),
        ("invoice_date", "20260301", "invoice_date"),
        ("due_date", "soon", "due_date"),
        ("kid", "00010018", "kid"),
        ("party_account", "97501100115", "account"),
        ("party_orgnr", "123456789", "orgnr"),
        ("party_name", "x" * 141, "party_name"),
    ],
)
def test_a_wrong_value_refuses_its_row_alone(column: str, value: str, kind: str) -> None:
    wrong, good = read(with_value(column, value) + GOOD + "\n")
    assert wrong.document is None
    assert wrong.line == 2
    assert wrong.refusal is not None
    assert wrong.refusal.facts()["kind"] == kind
    assert good.document is not None


@pytest.mark.parametrize("kid", ["00010017", "000006-", "RF18539007547034", "0001 0017"])
def test_a_right_reference_is_taken(kid: str) -> None:
    [row] = read(with_value("kid", kid))
    assert row.document is not None
    assert row.document.kid == kid.replace(" ", "")


def test_a_suppliers_wrong_kid_is_kept_with_a_warning() -> None:
    text = with_value("kid", "00010018").replace("customer_invoice", "supplier_invoice")
    [row] = read(text)
    assert row.document is not None
    assert row.document.kid == "00010018"
    assert row.warnings == ("the KID 00010018 fails its check digit",)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"number,amount\n1,2\n", "line 1"),
        (b"", "line 1"),
        (HEADER.encode() + b",amount\n", "line 1"),
        (
            HEADER.encode() + b"\ncustomer_invoice,1,\xe5s,,,2026-01-01,,NOK,1,\n",
            "byte",
        ),
        (HEADER.encode() + b'\ncustomer_invoice,"1\n', "CSV"),
    ],
)
def test_a_file_that_is_no_invoice_list_is_refused_whole(raw: bytes, place: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(raw)
    assert refused.value.place.startswith(place)
    assert refused.value.file == "invoices.csv"


def test_rows_stream() -> None:
    class Endless(io.RawIOBase):
        """A file that never ends: reading ahead of need would never come back."""

        def __init__(self) -> None:
            self.lines: Iterator[bytes] = iter([HEADER.encode() + b"\n"])

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase's own
            line = next(self.lines, GOOD.encode() + b"\n")
            buffer[: len(line)] = line
            return len(line)

    rows = read_invoices(io.BufferedReader(Endless(), 4096), file="endless.csv")
    assert next(rows).line == 2
    assert next(rows).line == 3


TERMS = f"{HEADER},order_number,vat_code,discount_percent,discount_until\n{GOOD}"


def test_order_vat_code_and_discount_are_read() -> None:
    [row] = read(f"{TERMS},7001,3,2.50,2026-03-11\n")
    document = row.document
    assert document is not None
    assert (document.order_number, document.vat_code) == ("7001", "3")
    assert document.discounts == (DiscountTerms(250, date(2026, 3, 11)),)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (",9,,", "vat_code"),
        (",1,,", "vat_code"),  # a code of purchases on a sale
        (",,2,", "discount_until"),
        (",,,2026-03-11", "discount_percent"),
        (",,2.505,2026-03-11", "discount_percent"),
        (",,0,2026-03-11", "discount_percent"),
        (",,60,2026-03-11", "discount_percent"),
        (",,2,2026-02-28", "discount_until"),
    ],
)
def test_terms_that_make_no_sense_are_refused_with_their_column(values: str, field: str) -> None:
    [row] = read(f"{TERMS},{values}\n")
    assert row.document is None
    assert isinstance(row.refusal, InvalidValueError)
    assert row.refusal.kind == field
