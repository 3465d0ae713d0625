"""Workbooks: the first sheet's cells mean what the spreadsheet shows, and no archive is trusted."""

import io
import struct
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnknownFormatError, UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import Notice
from avstem.formats.bank_csv import sheet as bank_sheet
from avstem.formats.bank_csv.cells import sheet_day
from tests.support.bank_tables import archive, cell, read, read_one, sheet, workbook

HEADER = ("Dato", "Forklaring", "Rentedato", "Ut fra konto", "Inn på konto")
NAMES = [cell(name) for name in HEADER]
DAY = cell("46023", kind="n", style=1)


def number(value: str, style: int = 0) -> str:
    return cell(value, kind="n", style=style)


def table(*rows: list[str], from_1904: bool = False) -> bytes:
    return workbook(sheet([NAMES, *rows]), from_1904=from_1904)


def test_a_sheet_of_dnb_reads_as_its_text_does() -> None:
    found = read_one(table([DAY, cell("Leie"), DAY, number("1234.5"), cell("")]))
    assert (found.head.format, found.amounts) == ("csv.dnb", ["-1234.50"])
    assert found.entries[0].booking_date == date(2026, 1, 1)


def test_shared_texts_places_and_left_out_cells_are_those_of_the_sheet() -> None:
    shared = (*HEADER, "Leie & strøm")
    names = "".join(f'<c r="{"ABCDE"[at]}3" t="s"><v>{at}</v></c>' for at in range(5))
    entry = '<c r="A7" s="2"><v>46023.75</v></c><c r="B7" t="s"><v>5</v></c><c r="E7"><v>75</v></c>'
    found = read_one(workbook(f'<row r="3">{names}</row><row r="7">{entry}</row>', shared=shared))
    assert found.entries[0].text == "Leie & strøm"
    assert found.amounts == ["75.00"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("1234.5599999999999", 123456), ("7.5E1", 7500), ("0.10000000000000001", 10), ("5", 500)],
)
def test_a_number_is_what_the_sheet_shows_of_it(value: str, wanted: int) -> None:
    found = read_one(table([DAY, cell("A"), cell(""), cell(""), number(value)]))
    assert found.entries[0].amount == Money(wanted, "NOK")


@pytest.mark.parametrize(
    ("serial", "from_1904", "wanted"),
    [
        ("1", False, "1900-01-01"), ("59", False, "1900-02-28"), ("60", False, None),
        ("61", False, "1900-03-01"), ("46023", False, "2026-01-01"), ("44561", True, "2026-01-01"),
        ("2958465", False, "9999-12-31"), ("2958466", False, None), ("-1", False, None),
        ("0", False, None), ("0", True, "1904-01-01"), ("x", False, None), ("1e99", False, None),
        ("2958465", True, None),
    ],
)  # fmt: skip
def test_a_serial_number_is_a_day_of_its_own_system(
    serial: str, from_1904: bool, wanted: str | None
) -> None:
    assert sheet_day(serial, from_1904=from_1904) == wanted


def test_a_workbook_of_1904_has_other_days() -> None:
    found = read_one(
        table([number("44561", 1), cell("A"), cell(""), cell(""), number("1")], from_1904=True)
    )
    assert found.entries[0].booking_date == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ([number("46023"), cell("A"), cell(""), number("1")], "46023"),
        ([number("46023", 3), cell("A"), cell(""), number("1")], "46023"),
        ([number("60", 1), cell("A"), cell(""), number("1")], "60"),
        ([DAY, cell("A"), cell(""), number("1.005")], "1.005"),
        ([DAY, cell("A"), cell(""), cell("#N/A", kind="e")], "#N/A"),
        ([DAY, cell("A"), cell(""), cell("1.234")], "1.234"),
        ([DAY, cell("A"), cell(""), cell(""), number("1"), number("2")], "6 cells"),
        ([cell("9", kind="s")], "the shared text 9"),
        ([cell("", kind="s")], "the shared text"),
    ],
)
def test_an_uncertain_cell_refuses_the_workbook_at_its_row(row: list[str], found: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(table(row))
    assert (refused.value.place, refused.value.found) == ("row 2", found)


def test_a_long_kid_that_the_sheet_has_rounded_is_no_kid() -> None:
    names = [cell(name) for name in ("Dato", "Tekst", "Beløp", "KID")]
    notices: list[Notice] = []
    rows = [names, [DAY, cell("A"), number("1"), number("12345674")],
            [DAY, cell("B"), number("1"), number("1234567890123450000")]]  # fmt: skip
    found = read_one(workbook(sheet(rows)), notices)
    assert [each.transactions[0].kid for each in found.entries] == ["12345674", None]
    assert [(each.code, each.place) for each in notices] == [("kid.not_a_kid", "row 3")]


def test_a_sheet_with_an_unknown_header_must_be_mapped() -> None:
    with pytest.raises(UnknownFormatError) as refused:
        read(workbook(sheet([[cell("Foo"), cell("Bar")]])))
    assert "must be mapped once" in refused.value.expected
    assert "Foo, Bar" in refused.value.found


@pytest.mark.parametrize(
    ("bound", "value", "found"),
    [
        ("ELEMENTS_MAX", 1_000, "too many rows and cells"),
        ("UNPACKED_BYTES_MAX", 100_000, "more than a bank's workbook holds"),
        ("SHARED_TEXTS_MAX", 100, "more than 100 texts"),
        ("PACKED_BYTES_MAX", 100, "more than 100 bytes"),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked_whole(
    bound: str, value: int, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_sheet, bound, value)
    rows = sheet([NAMES]) + "<row></row>" * 40_000
    with pytest.raises(UnreadableFileError) as refused:
        read(workbook(rows, shared=["A"] * 200))
    assert refused.value.found == found


@pytest.mark.parametrize(
    "rows",
    [
        "<row>" + "<c/>" * 300 + "</row>",
        "<row>" + "<x/>" * 300_000 + "</row>",
        '<row><c r="ZZZ1"/></row>',
        '<row><c r="B1"/><c r="A1"/></row>',
        "<row>" * 300 + "</row>" * 300,
        "<row><c><v>1</v></c>",
    ],
)
def test_a_hostile_sheet_is_refused(rows: str) -> None:
    with pytest.raises(RefusalError):
        read(workbook(rows))


def test_a_document_type_declaration_is_refused() -> None:
    dtd = '<!DOCTYPE sst [<!ENTITY a "aaaa">]>'
    with pytest.raises(UnreadableFileError) as refused:
        read(workbook(sheet([NAMES]), dtd=dtd, shared=["A"]))
    assert "document type" in refused.value.found


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])  # fmt: skip
def test_a_workbook_without_one_of_its_parts_is_refused(missing: str) -> None:
    whole = zipfile.ZipFile(io.BytesIO(table()))
    parts: dict[str, str | bytes] = {
        name: whole.read(name) for name in whole.namelist() if name != missing
    }
    with pytest.raises(UnreadableFileError) as refused:
        read(archive(parts))
    assert refused.value.place.startswith(missing)


def test_styles_without_a_root_of_their_own_are_no_way_in() -> None:
    whole = zipfile.ZipFile(io.BytesIO(table()))
    parts: dict[str, str | bytes] = {name: whole.read(name) for name in whole.namelist()}
    for styles in ("<xf/>", "<numFmt/>", "<c/>"):
        parts["xl/styles.xml"] = styles
        assert read_one(archive(parts)).entries == []


def test_an_archive_with_a_huge_directory_is_refused_unread() -> None:
    data = table()
    end = data.rfind(b"PK\x05\x06")
    huge = data[: end + 12] + struct.pack("<L", 2**31) + data[end + 16 :]
    with pytest.raises(UnreadableFileError) as refused:
        read(huge)
    assert refused.value.found == "a directory that is too large"


def test_another_packing_than_deflate_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archived:
        archived.writestr("xl/_rels/workbook.xml.rels", "<a/>")
    with pytest.raises(UnreadableFileError) as refused:
        read(packed.getvalue())
    assert "deflate" in refused.value.found


WHOLE = table([DAY, cell("Leie"), DAY, number("1234.5"), cell("")])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(min_size=1, max_size=6), st.booleans())
def test_a_damaged_workbook_reads_or_is_refused_and_nothing_else(
    at: int, junk: bytes, cut: bool
) -> None:
    with suppress(RefusalError):
        read(WHOLE[:at] if cut else WHOLE[:at] + junk + WHOLE[at + len(junk) :])
