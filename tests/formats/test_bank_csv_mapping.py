"""An unknown table is asked about once, and never read before the user has said yes."""

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import (
    InvalidValueError,
    StateError,
    UnknownFormatError,
    UnreadableFileError,
)
from avstem.domain.money import Money
from avstem.domain.statement import EntryStatus, Notice
from avstem.formats.bank_csv import (
    CsvMapping,
    SignRule,
    mapping_key,
    propose_mapping,
    read_pasted,
    read_with_mapping,
    sample_rows,
)
from avstem.formats.bank_csv.cells import DateForm
from avstem.formats.bank_csv.plan import Columns
from avstem.formats.bank_csv.rows import Row, text_rows
from avstem.formats.bank_csv.sheet import sheet_rows
from avstem.formats.xml_reader import BoundedStream
from tests.support.bank_tables import ReadTable, cell, sheet, workbook

TEXT = 'Tid,Hva,Kroner,Ref\n01/31/2026,Kaffe,-42.50,R1\n02/01/2026,Lønn,"1,000.00",R2\n'
MAPPING = CsvMapping(
    columns=Columns(booking_date=0, text=(1,), amount=2, reference=3),
    column_count=4,
    delimiter=",",
    header_key=mapping_key(["Tid", "Hva", "Kroner", "Ref"]),
    date_form=DateForm.MONTH_FIRST,
    decimal_mark=".",
    currency="NOK",
    account="NO9386011117947",
)


def read(
    text: str | bytes, mapping: CsvMapping, notices: list[Notice] | None = None
) -> list[ReadTable]:
    data = text.encode() if isinstance(text, str) else text
    stream = BoundedStream(io.BytesIO(data), file="x.csv")
    kept = [] if notices is None else notices
    sources = read_with_mapping(stream, mapping, file="x.csv", notices=kept)
    return [ReadTable(source.head, list(source.entries)) for source in sources]


def proposal(text: str) -> CsvMapping:
    delimiter, rows = sample_rows(text.splitlines(), file="x")
    return propose_mapping(rows, delimiter)


def codes(mapping: CsvMapping) -> dict[str, str]:
    return {each.place: each.code for each in mapping.reasons}


def test_a_confirmed_mapping_reads_the_table() -> None:
    [table] = read(TEXT, MAPPING.confirm())
    assert (table.head.format, table.head.account) == ("csv.mapped", "NO9386011117947")
    assert table.amounts == ["-42.50", "1000.00"]
    assert [each.reference for each in table.entries] == ["R1", "R2"]
    assert table.head.to_date == date(2026, 2, 1)


def test_a_proposal_reads_nothing_before_the_yes() -> None:
    with pytest.raises(StateError) as refused:
        read(TEXT, MAPPING)
    assert refused.value.found == "proposed"


def test_a_mapping_is_not_for_a_bank_that_has_moved_its_columns() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(TEXT.replace("Tid,Hva", "Hva,Tid"), MAPPING.confirm())
    assert refused.value.place == "line 1"
    assert "map this one" in refused.value.expected


def test_without_a_currency_the_refusal_says_what_to_do() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(TEXT, replace(MAPPING, currency=None).confirm())
    assert "map it once and say which one it is in" in refused.value.expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT.replace("01/31", "31/01"), "line 2"),
        (TEXT.replace("-42.50", "-42,5"), "line 2"),
        (TEXT.replace("R2", "R2,9"), "line 3"),
        (TEXT.replace(",R2", ""), "line 3"),
    ],
)
def test_a_mapped_table_is_refused_where_it_is_uncertain_as_any_other(
    text: str, place: str
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(text, MAPPING.confirm())
    assert refused.value.place == place


def test_an_inverse_sign_a_word_and_a_status_mean_what_the_mapping_says() -> None:
    inverse = replace(MAPPING, sign_rule=SignRule.INVERSE).confirm()
    assert read(TEXT, inverse)[0].amounts == ["42.50", "-1000.00"]
    marked = replace(
        MAPPING,
        columns=Columns(booking_date=0, text=(1,), amount=2, marker=3),
        header_key="", header_rows=0, sign_rule=SignRule.MARKER,
        out_words=("Debit",), in_words=("Credit",),
    ).confirm()  # fmt: skip
    rows = "01/31/2026,A,5,debit\n01/31/2026,B,6,CREDIT\n"
    assert read(rows, marked)[0].amounts == ["-5.00", "6.00"]
    for wrong in ("01/31/2026,A,5,\n", "01/31/2026,A,-5,debit\n", "01/31/2026,A,5,refund\n"):
        with pytest.raises(UnreadableFileError):
            read(wrong, marked)
    status = replace(
        MAPPING, columns=Columns(booking_date=0, amount=2, status=1), reserved_statuses=("kaffe",)
    ).confirm()
    statuses = [each.status for each in read(TEXT, status)[0].entries]
    assert statuses == [EntryStatus.PENDING, EntryStatus.BOOKED]


def test_rows_of_balances_are_passed_over_by_their_words_with_a_notice() -> None:
    notices: list[Notice] = []
    text = TEXT + "Saldo i dag,,900,\n"
    [table] = read(text, replace(MAPPING, ignored_rows=("SALDO",)).confirm(), notices)
    assert len(table.entries) == 2
    assert [(each.code, each.place) for each in notices] == [("row.ignored", "line 4")]
    with pytest.raises(UnreadableFileError):
        read(text, MAPPING.confirm())


def test_a_sheet_is_mapped_and_read_as_a_text_is() -> None:
    names = [cell(name) for name in ("Tid", "Hva", "Kroner")]
    row = [cell("46023", kind="n", style=1), cell("Kaffe"), cell("-42.5", kind="n")]
    data = workbook(sheet([names, row]))
    rows = list(sheet_rows(BoundedStream(io.BytesIO(data), file="x"), file="x"))
    mapping = replace(
        propose_mapping([Row("row 1", ("Date", "Text", "Amount")), *rows[1:]]),
        header_key=mapping_key(rows[0].cells), currency="NOK",
    ).confirm()  # fmt: skip
    [table] = read(data, mapping)
    assert (table.amounts, table.head.to_date) == (["-42.50"], date(2026, 1, 1))


def test_pasted_rows_read_by_their_header_or_by_a_mapping() -> None:
    rows = "20.01.2026\tKaffe\t20.01.2026\t42,50\t\n"
    header = "Dato\tForklaring\tRentedato\tUt fra konto\tInn på konto\n"
    [source] = read_pasted(header + rows, notices=[])
    assert [each.amount for each in source.entries] == [Money(-4250, "NOK")]
    with pytest.raises(UnknownFormatError) as refused:
        list(read_pasted(rows, notices=[]))
    assert "must be mapped once" in refused.value.expected
    mapping = CsvMapping(
        Columns(booking_date=0, text=(1,), paid_out=3, paid_in=4), 5, "\t", header_rows=0,
        sign_rule=SignRule.IN_OUT, currency="NOK",
    ).confirm()  # fmt: skip
    [source] = read_pasted(rows, notices=[], mapping=mapping)
    assert [each.amount for each in source.entries] == [Money(-4250, "NOK")]
    with pytest.raises(UnreadableFileError):
        list(read_pasted(rows + "\ud800", notices=[], mapping=mapping))


def test_what_cannot_be_seen_stays_open_in_the_proposal() -> None:
    found = proposal("Dato;Tekst;Beløp;Merknad\n01/02/2026;A;1,234;x\n02/03/2026;B;-5;y\n")
    assert codes(found)["date_form"] == "mapping.date_form_open"
    assert codes(found)["currency"] == "mapping.currency_open"
    assert found.decimal_mark == "."
    assert (found.currency, found.confirmed) == (None, False)
    open_mark = proposal("Dato;Tekst;Beløp;Merknad\n13/02/2026;A;5;x\n")
    assert codes(open_mark)["decimal_mark"] == "mapping.decimal_mark_open"
    assert open_mark.decimal_mark == ""


@pytest.mark.parametrize(
    "text",
    ["Hva,Kroner\nA,5\n", "Dato,Hva\n01.01.2026,A\n", "Date,Amount\n2026-01-01,x\n01/02/2026,1\n"],
)
def test_without_days_of_one_form_or_without_amounts_nothing_is_proposed(text: str) -> None:
    with pytest.raises(InvalidValueError):
        proposal(text)


def test_a_text_without_columns_is_no_table() -> None:
    for text in ("", "Hei\nhei\n", '"a\n'):
        with pytest.raises(UnreadableFileError):
            sample_rows(text.splitlines(), file="x")


WRONG = [
    {"columns": Columns(booking_date=0, amount=9)},
    {"columns": Columns(booking_date=-1, amount=2)},
    {"columns": Columns(booking_date=0)},
    {"columns": Columns(booking_date=0, paid_in=1), "sign_rule": SignRule.IN_OUT},
    {"sign_rule": SignRule.IN_OUT},
    {"sign_rule": SignRule.MARKER},
    {"delimiter": "|"},
    {"decimal_mark": "'"},
    {"header_rows": 99},
    {"column_count": 10_000},
    {"currency": "kroner"},
    {"ignored_rows": ("",)},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_mapping_that_could_not_read_a_row_is_not_confirmed(change: dict[str, object]) -> None:
    with pytest.raises(InvalidValueError):
        replace(MAPPING, **change).confirm()  # type: ignore[arg-type]  # the test's own names


def test_a_mapping_is_stored_and_comes_back() -> None:
    mapping = MAPPING.confirm()
    assert CsvMapping.from_json(mapping.to_json()) == mapping
    assert "reasons" not in json.loads(mapping.to_json())


small = st.integers(0, 7)
mappings = st.builds(
    CsvMapping,
    columns=st.builds(
        Columns, booking_date=small, text=st.lists(small, max_size=3).map(tuple), amount=small,
        balance=st.none() | small, kid=st.none() | small,
    ),
    column_count=st.integers(8, 200),
    delimiter=st.sampled_from([";", ",", "\t", ""]),
    header_rows=st.integers(0, 12),
    header_key=st.text(max_size=32),
    sign_rule=st.sampled_from([SignRule.SIGNED, SignRule.INVERSE]),
    date_form=st.sampled_from(DateForm),
    decimal_mark=st.sampled_from(["", ",", "."]),
    currency=st.none() | st.sampled_from(["NOK", "EUR"]),
    account=st.none() | st.text(max_size=34),
    ignored_rows=st.lists(st.text(min_size=1, max_size=20), max_size=3).map(tuple),
)  # fmt: skip


@given(mappings)
def test_every_mapping_survives_its_json(mapping: CsvMapping) -> None:
    assert CsvMapping.from_json(mapping.to_json()) == mapping


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)  # fmt: skip


@given(st.sampled_from(sorted(json.loads(MAPPING.to_json()))), json_values)
def test_a_stored_mapping_that_was_tampered_with_is_refused_or_whole(
    name: str, value: object
) -> None:
    values = {**json.loads(MAPPING.to_json()), name: value}
    try:
        found = CsvMapping.from_json(json.dumps(values))
    except InvalidValueError:
        return
    assert json.loads(found.to_json()) == values


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000, '"x"' * 9_000, "{", "1"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        CsvMapping.from_json(text)


def test_two_headers_share_a_key_only_if_their_names_are_the_same() -> None:
    assert mapping_key(["Dato", "Beløp"]) == mapping_key([" dato ", "BELØP", "", ""])
    assert mapping_key(["Dato", "Beløp"]) != mapping_key(["Beløp", "Dato"])
    assert mapping_key(["ab", "c"]) != mapping_key(["a", "bc"])


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=8))
def test_a_proposal_of_anything_is_a_mapping_or_refused(table: list[list[str]]) -> None:
    rows = [Row(f"line {at}", tuple(cells)) for at, cells in enumerate(table, 1)]
    try:
        found = propose_mapping(rows)
    except InvalidValueError:
        return
    assert found.confirm().columns == found.columns


def test_the_rows_of_a_text_know_their_first_line() -> None:
    rows = list(text_rows(["a;b", '"c', 'd";e', "f;g"], ";", file="x"))
    assert [(each.place, each.cells) for each in rows] == [
        ("line 1", ("a", "b")), ("line 2", ("c\nd", "e")), ("line 4", ("f", "g")),
    ]  # fmt: skip
