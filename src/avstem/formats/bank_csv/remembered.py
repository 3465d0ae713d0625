"""Tables that a user has explained before: text or workbook, by header or by shape without one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice, StatementSource
from avstem.formats.bank_csv.mapping import (
    SHEET,
    CsvMapping,
    mapping_key,
    read_mapped_rows,
    wide_rows,
)
from avstem.formats.bank_csv.proposal import SAMPLE_ROWS, sample_rows
from avstem.formats.bank_csv.reader import header_in, read_rows
from avstem.formats.bank_csv.rows import HEADER_ROWS_MAX, Row, head_lines
from avstem.formats.bank_csv.shape import padded, shape_key
from avstem.formats.bank_csv.sheet import is_workbook, sheet_rows
from avstem.formats.xml_reader import BoundedStream


def sample_table(stream: BoundedStream, head: bytes, *, file: str) -> tuple[str, list[Row]]:
    """What divides the cells of an unknown table, and its first rows; a sheet's are padded."""
    if is_workbook(head):
        return SHEET, padded(list(islice(sheet_rows(stream, file=file), SAMPLE_ROWS)))
    return sample_rows(head_lines(head), file=file)


def remembered_mapping(head: bytes, mappings: Mapping[str, CsvMapping]) -> CsvMapping | None:
    """The mapping of a text table that begins so, if it is among those explained."""
    if not mappings:
        return None
    try:
        delimiter, rows = sample_rows(head_lines(head), file="")
    except UnreadableFileError:
        return None
    return _mapping_of(rows, delimiter, mappings)


def read_workbook(
    stream: BoundedStream,
    *,
    mappings: Mapping[str, CsvMapping],
    file: str,
    notices: list[Notice],
) -> Iterator[StatementSource]:
    """The statements of a workbook of a known bank, or as the user has explained it."""
    rows = sheet_rows(stream, file=file)
    first = list(islice(rows, SAMPLE_ROWS))
    known = header_in(first, SHEET) is not None
    said = None if known else _mapping_of(padded(first), SHEET, mappings)
    if said is None:
        yield from read_rows(chain(first, rows), file=file, notices=notices)
        return
    wide = wide_rows(chain(first, rows), said.column_count)
    yield from read_mapped_rows(wide, said, file=file, notices=notices)


def _mapping_of(
    rows: Sequence[Row], delimiter: str, mappings: Mapping[str, CsvMapping]
) -> CsvMapping | None:
    """By the header among the first rows, else by the shape of them all.

    The same header in a workbook and in a text is one layout: only what divides the cells differs.
    """
    keys = [mapping_key(row.cells) for row in rows[:HEADER_ROWS_MAX]]
    keys.append(shape_key(rows, delimiter))
    said = next((mappings[key] for key in keys if key in mappings), None)
    if said is None or (said.delimiter == SHEET) is (delimiter == SHEET):
        return said
    return replace(said, delimiter=delimiter)
