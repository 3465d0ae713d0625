"""Real exports by others: known layouts read to what their own tests expect, others are mapped."""

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import UnknownFormatError, UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.statement import Entry, EntryStatus, Notice
from avstem.formats.bank_csv import CsvMapping, propose_mapping, read_with_mapping, sample_rows
from avstem.formats.bank_csv.rows import Row
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
#: What stands in the files of `csv_other`, read by eye: the manifest has their shape alone. Money in
#: and out as the columns, the sign or the word say; a card's purchases as the bank wrote them.
AMOUNTS = {
    "bankstatementparser__csv_european_decimals.csv": "-1234.56 3500.00 -4.50",
    "bankstatementparser__csv_french_headers.csv": "-1234.56 3500.00 -4.50",
    "bankstatementparser__sample_split_amounts.csv": "1250.50 -200.25",
    "bankstatementparser__sample_statement.csv": "2500.00 -1200.00",
    "csv2ofx__capitalone.csv": "-1000.00 1000.00",
    "csv2ofx__mint_headerless.csv": "-1000.00 -1500.00 2000.00 -2500.00",
    "csv2ofx__n26-fr.csv": "328.00 -328.00",
    "csv2ofx__pcmastercard.csv": "36.33 13.98",
    "csv2ofx__schwab-checking-baltest-case1.csv": "20.00 -103.00 -75.00 -57.27",
    "csv2ofx__schwab-checking-baltest-case2.csv": "20.00 -103.00 -57.27 -75.00",
    "csv2ofx__schwab-checking-baltest-case3.csv": "-57.27 -75.00 -103.00 20.00",
    "csv2ofx__schwab-checking-baltest-case4.csv": "20.00 -103.00 -75.00 -57.27",
    "csv2ofx__schwab-checking-baltest-case5.csv": "-57.27 -75.00 -103.00 20.00",
    "csv2ofx__schwab-checking-baltest-case6.csv": "20.00 -103.00 -75.00 -57.27",
    "csv2ofx__stripe-default.csv": "25.00 27.50 25.00 25.00 10.00",
    "oca-bsi__v14.0_empty_lines_statement.csv": "-33.50 1525.00 800.00",
    "oca-bsi__v17.0_balance.csv": "-33.50 1533.50",
    "oca-bsi__v17.0_meta_data_separated_credit_debit.csv": "-50.00 -100.00 -80.68 1300.00",
    "oca-bsi__v17.0_multi_currency.csv": "-33.50 1525.00",
    "oca-bsi__v17.0_original_currency.csv": "1525.00",
    "oca-bsi__v17.0_original_currency_no_header.csv": "1525.00",
    "oca-bsi__v17.0_sample_statement_credit_card_inverse_sign_en.csv": "33.50 -1525.00",
}
#: First and last day, where the days are not all one.
DAYS = {
    "bankstatementparser__csv_european_decimals.csv": ("2026-04-02", "2026-04-09"),
    "bankstatementparser__csv_french_headers.csv": ("2026-04-02", "2026-04-09"),
    "bankstatementparser__sample_split_amounts.csv": ("2026-03-20", "2026-03-21"),
    "bankstatementparser__sample_statement.csv": ("2026-03-20", "2026-03-21"),
    "csv2ofx__mint_headerless.csv": ("2015-06-12", "2015-06-14"),
    "csv2ofx__pcmastercard.csv": ("2018-12-15", "2019-01-10"),
    "csv2ofx__schwab-checking-baltest-case1.csv": ("2022-08-04", "2022-08-17"),
    "csv2ofx__schwab-checking-baltest-case2.csv": ("2022-08-04", "2022-08-17"),
    "csv2ofx__schwab-checking-baltest-case3.csv": ("2022-08-04", "2022-08-17"),
    "csv2ofx__schwab-checking-baltest-case4.csv": ("2022-08-04", "2022-08-17"),
    "csv2ofx__stripe-default.csv": ("2021-02-02", "2021-03-16"),
    "oca-bsi__v14.0_empty_lines_statement.csv": ("2018-02-25", "2018-02-27"),
    "oca-bsi__v17.0_meta_data_separated_credit_debit.csv": ("2020-04-01", "2020-04-02"),
}
#: And the one day of the others.
DAY = {
    "csv2ofx__capitalone.csv": "2016-01-02",
    "csv2ofx__n26-fr.csv": "2020-03-07",
    "csv2ofx__schwab-checking-baltest-case5.csv": "2022-08-17",
    "csv2ofx__schwab-checking-baltest-case6.csv": "2022-08-17",
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
    require_said(row, table.entries)


@pytest.mark.parametrize("row", known_or_not(known=False))
def test_an_unknown_header_is_refused_and_the_refusal_says_to_map_it(row: dict[str, Any]) -> None:
    with pytest.raises(UnknownFormatError) as refused:
        read(content(row))
    assert "an unknown layout must be mapped once" in refused.value.expected


def sampled(data: bytes) -> tuple[str, Sequence[Row]]:
    """The delimiter, and the rows."""
    return sample_rows(stream_lines(BoundedStream(io.BytesIO(data), file="x"), file="x"), file="x")


def proposed(data: bytes) -> CsvMapping:
    delimiter, rows = sampled(data)
    return propose_mapping(rows, delimiter)


def require_said(row: dict[str, Any], entries: Sequence[Entry]) -> None:
    """The amounts and days that stand in the file."""
    name = Path(row["file"]).name
    days = [each.booking_date.isoformat() for each in entries if each.booking_date]
    assert [each.amount.decimal() for each in entries] == AMOUNTS[name].split()
    assert (min(days), max(days)) == DAYS.get(name, (DAY.get(name, "2018-12-15"),) * 2)


@pytest.mark.parametrize("row", corpus_rows("csv_other", valid="yes"))
def test_a_table_has_the_shape_that_an_independent_reader_found(row: dict[str, Any]) -> None:
    told = row["expected"]["read"]
    delimiter, rows = sampled(content(row))
    assert delimiter == told["delimiter"]
    assert list(rows[0].cells) == told["header"]
    assert len(rows) == told["rows_incl_header"]


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
    sources = read_with_mapping(stream, mapping.confirm(), file="x", notices=notices)
    require_said(row, [entry for source in sources for entry in source.entries])


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
