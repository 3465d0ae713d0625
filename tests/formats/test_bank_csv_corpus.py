"""Real exports by others: known layouts read to what their own tests expect, others are mapped."""

import io
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from avstem.domain.errors import UnknownFormatError, UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.statement import EntryStatus, Notice
from avstem.formats.bank_csv import CsvMapping, propose_mapping, read_with_mapping, sample_rows
from avstem.formats.text_lines import stream_lines
from avstem.formats.xml_reader import BoundedStream
from tests.support.bank_tables import ReadTable, read
from tests.support.corpus import FOLDER, corpus_rows

KNOWN_LAYOUTS = {
    "csv_other/bankstatementparser__csv_european_decimals.csv": "csv.german",
    "csv_other/bankstatementparser__csv_french_headers.csv": "csv.french",
    "csv_other/bankstatementparser__sample_split_amounts.csv": "csv.english",
    "csv_other/bankstatementparser__sample_statement.csv": "csv.english",
    "csv_other/csv2ofx__n26-fr.csv": "csv.n26",
}
#: Rows of the table that are no entries: what stands above the header, blank ones, balances.
ROWS_ABOVE_AND_BELOW = {
    "csv_other/oca-bsi__v17.0_meta_data_separated_credit_debit.csv": 5,
    "csv_other/csv2ofx__mint_headerless.csv": 0,
    "csv_other/oca-bsi__v17.0_original_currency_no_header.csv": 0,
}


def content(row: dict[str, Any]) -> bytes:
    return (FOLDER / row["file"]).read_bytes()


def booked(tables: list[ReadTable]) -> list[Any]:
    return [each for table in tables for each in table.entries if each.status is EntryStatus.BOOKED]


def decimals(values: list[str]) -> list[Decimal]:
    return [Decimal(value) for value in values]


def said(tables: list[ReadTable]) -> dict[str, Any]:
    """What we read, under the names of the peers' own tests."""
    entries = booked(tables)
    amounts = [Decimal(each.amount.decimal()) for each in entries]
    by_account: dict[str | None, list[Decimal]] = defaultdict(list)
    for table in tables:
        by_account[table.head.account] += decimals(table.amounts)
    head = tables[0].head
    closing = None if head.closing_balance is None else Decimal(head.closing_balance.decimal())
    return {
        "transactions": len(entries),
        "amounts": amounts,
        "kid": [each.transactions[0].kid for each in entries],
        "descriptions": [each.text for each in entries],
        "account": head.account,
        "accounts": by_account,
        "opening": None
        if head.opening_balance is None
        else Decimal(head.opening_balance.decimal()),
        "closing": closing,
        "balance": closing,
        "closing_date": head.to_date and head.to_date.isoformat(),
        "start_date": head.from_date and head.from_date.isoformat(),
        "from_date": head.from_date and head.from_date.isoformat(),
        "end_date": head.to_date and head.to_date.isoformat(),
        "sum_in": sum(each for each in amounts if each > 0),
        "sum_out": sum(each for each in amounts if each < 0),
        "reserved_rows_skipped": sum(len(table.entries) for table in tables) - len(entries),
        "distinct_ids": len(entries),
    }


def expected(peer: dict[str, Any]) -> dict[str, Any]:
    wanted = dict(peer)
    for name in ("opening", "closing", "sum_in", "sum_out"):
        if wanted.get(name) is not None:
            wanted[name] = Decimal(wanted[name])
    if "amounts" in wanted:
        wanted["amounts"] = decimals(wanted["amounts"])
    if "account" in wanted:
        wanted["account"] = account_key(wanted["account"])
    if "accounts" in wanted:
        wanted["accounts"] = {
            account_key(account): decimals(amounts)
            for account, amounts in wanted["accounts"].items()
        }
    return wanted


@pytest.mark.parametrize("row", corpus_rows("csv_no", valid="yes"))
def test_a_norwegian_export_reads_to_what_its_own_test_expects(row: dict[str, Any]) -> None:
    tables = read(content(row))
    got, wanted = said(tables), expected(row["expected"]["peer"])
    names = got.keys() & wanted.keys()
    assert names
    assert {name: got[name] for name in names} == {name: wanted[name] for name in names}
    assert {table.head.currency for table in tables} == {"NOK"}


@pytest.mark.parametrize("row", corpus_rows("csv_no", valid="no"))
def test_an_amount_in_words_is_refused_with_its_line(row: dict[str, Any]) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(content(row))
    assert (refused.value.place, refused.value.found) == ("line 2", "fem kroner")


def known_or_not(*, known: bool) -> list[Any]:
    rows = corpus_rows("csv_other", valid="yes")
    return [
        each for each in rows
        if not each.values[0] or (each.values[0]["file"] in KNOWN_LAYOUTS) is known
    ]  # fmt: skip


@pytest.mark.parametrize("row", known_or_not(known=True))
def test_a_foreign_export_with_a_clear_header_is_read(row: dict[str, Any]) -> None:
    [table] = read(content(row))
    assert table.head.format == KNOWN_LAYOUTS[row["file"]]
    assert table.head.currency == "EUR"
    assert len(table.entries) == row["expected"]["read"]["rows_incl_header"] - 1


@pytest.mark.parametrize("row", known_or_not(known=False))
def test_an_unknown_header_is_refused_and_the_refusal_says_to_map_it(row: dict[str, Any]) -> None:
    with pytest.raises(UnknownFormatError) as refused:
        read(content(row))
    assert "an unknown layout must be mapped once" in refused.value.expected


def proposed(data: bytes) -> CsvMapping:
    lines = stream_lines(BoundedStream(io.BytesIO(data), file="x"), file="x")
    delimiter, rows = sample_rows(lines, file="x")
    return propose_mapping(rows, delimiter)


@pytest.mark.parametrize("row", known_or_not(known=False))
def test_an_unknown_header_reads_once_the_user_has_said_yes_to_the_mapping(
    row: dict[str, Any],
) -> None:
    mapping = proposed(content(row))
    if mapping.columns.currency is None:
        assert mapping.currency is None
        assert "mapping.currency_open" in {each.code for each in mapping.reasons}
        mapping = replace(mapping, currency="USD")
    notices: list[Notice] = []
    stream = BoundedStream(io.BytesIO(content(row)), file="x")
    found = [
        len(list(source.entries))
        for source in read_with_mapping(stream, mapping.confirm(), file="x", notices=notices)
    ]
    no_entries = ROWS_ABOVE_AND_BELOW.get(row["file"], 1)
    assert sum(found) == row["expected"]["read"]["rows_incl_header"] - no_entries


SCHWAB = "csv_other/csv2ofx__schwab-checking-baltest-case{}.csv"


@pytest.mark.parametrize(
    ("case", "closing"),
    [(1, "878.47"), (2, None), (3, "878.47"), (4, "878.47"), (5, "878.47"), (6, "878.47")],
)
def test_a_column_of_balances_proves_the_closing_one_whichever_row_is_the_newest(
    case: int, closing: str | None
) -> None:
    path = FOLDER / SCHWAB.format(case)
    if not path.exists():
        pytest.skip("no corpus")
    data, notices = path.read_bytes(), list[Notice]()
    mapping = replace(proposed(data), currency="USD").confirm()
    stream = BoundedStream(io.BytesIO(data), file="x")
    [source] = read_with_mapping(stream, mapping, file="x", notices=notices)
    found = source.head.closing_balance
    assert (found and found.decimal()) == closing
    assert ("balance.no_chain" in {each.code for each in notices}) is (closing is None)
