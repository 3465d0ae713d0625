"""Reads the rows of internet banks: CSV, text with tabs, the first sheet of an XLSX workbook.

The header row alone tells whose table it is. A table whose header is not known is never guessed at:
the user maps its columns once (`mapping`).

Source: docs/formats/bank_csv.md.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice

from avstem.domain.errors import UnknownFormatError, UnreadableFileError
from avstem.domain.statement import Notice, StatementSource
from avstem.formats.bank_csv.cells import one_line
from avstem.formats.bank_csv.layouts import Layout, layout_of
from avstem.formats.bank_csv.plan import Plan
from avstem.formats.bank_csv.rows import (
    DELIMITERS,
    HEADER_ROWS_MAX,
    Row,
    head_lines,
    text_rows,
)
from avstem.formats.bank_csv.sheet import is_workbook, sheet_rows
from avstem.formats.bank_csv.statements import Table
from avstem.formats.bank_csv.summary import Summary
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.text_lines import stream_lines
from avstem.formats.xml_reader import BoundedStream

WORKBOOK = "xlsx"
#: What a table whose header is not known needs; every refusal of one says so.
MAP_FIRST = "a table of a known bank; an unknown layout must be mapped once: avstem statement map"
LABEL = "rows from an internet bank (CSV or XLSX; an unknown layout must be mapped once first)"


@dataclass(frozen=True, slots=True)
class Header:
    """A known header: whose it is, how its rows are read, which row it is, what divides cells."""

    layout: Layout
    plan: Plan
    index: int
    delimiter: str


def claim_bank_csv(head: bytes) -> FormatName | None:
    """A table with a known header row, or a workbook, whose header is behind its packing."""
    if is_workbook(head):
        return FormatName(WORKBOOK)
    found = find_header(head_lines(head)[: 4 * HEADER_ROWS_MAX])
    return FormatName(found.plan.name) if found else None


def read_bank_csv(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """A statement for each account of ours in the table; see `formats.read_statements`."""
    if name.name == WORKBOOK:
        yield from read_rows(sheet_rows(stream, file=file), file=file, notices=notices)
    else:
        yield from read_known_lines(stream_lines(stream, file=file), file=file, notices=notices)


BANK_CSV = StatementFormat("bank_csv", LABEL, claim_bank_csv, read_bank_csv)


def find_header(lines: Iterable[str]) -> Header | None:
    """The known header among the first rows, whatever divides its cells; it never raises."""
    kept = list(lines)
    for delimiter in DELIMITERS:
        # A row that is wrong below the header is refused when the table is read.
        with suppress(UnreadableFileError):
            rows = (row for row in text_rows(kept, delimiter, file="") if not row.is_blank())
            if (found := header_in(rows, delimiter)) is not None:
                return found
    return None


def header_in(rows: Iterable[Row], delimiter: str) -> Header | None:
    """The known header among the first rows."""
    for index, row in enumerate(islice(rows, HEADER_ROWS_MAX)):
        if (found := layout_of(row.cells)) is not None:
            return Header(found[0], found[1], index, delimiter)
    return None


def read_known_lines(
    lines: Iterator[str], *, file: str, notices: list[Notice]
) -> Iterator[StatementSource]:
    """The statements of a text with a known header; another is refused: it must be mapped."""
    head = list(islice(lines, 4 * HEADER_ROWS_MAX))
    found = find_header(head)
    if found is None:
        raise _unknown(one_line(head[0]) if head else "", file)
    rows = text_rows(chain(head, lines), found.delimiter, file=file)
    yield from _below(found, (row for row in rows if not row.is_blank()), file, notices)


def read_rows(
    rows: Iterator[Row], *, file: str, notices: list[Notice]
) -> Iterator[StatementSource]:
    """The statements of a sheet with a known header; another is refused: it must be mapped."""
    first = list(islice(rows, HEADER_ROWS_MAX))
    found = header_in(first, "")
    if found is None:
        raise _unknown(", ".join(first[0].cells) if first else "", file)
    padded = (_as_wide(row, found.plan.width) for row in chain(first, rows))
    yield from _below(found, padded, file, notices)


def _below(
    found: Header, rows: Iterator[Row], file: str, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Read past the header, taking what stands above it."""
    above = list(islice(rows, found.index + 1))
    summary = Summary(file) if found.layout.summary else None
    if summary is not None:
        summary.take_above(above[:-1])
    table = Table(found.plan, file=file, notices=notices, summary=summary)
    yield from table.statements(rows)


def _as_wide(row: Row, width: int) -> Row:
    """A sheet leaves out the empty cells at the end of a row."""
    return Row(row.place, row.cells + ("",) * (width - len(row.cells)))


def _unknown(found: str, file: str) -> UnknownFormatError:
    return UnknownFormatError(f"a table that begins “{found[:60]}”", MAP_FIRST, file)
