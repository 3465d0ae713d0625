"""A provider's table: known by its header row, its cells read or refused with their line.

Source: docs/formats/settlements.md names the columns and who documents them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.cells import DateForm, one_line, read_amount, read_day
from avstem.formats.bank_csv.layouts import header_names
from avstem.formats.bank_csv.rows import DELIMITERS, Row, head_lines, text_rows
from avstem.formats.text_lines import stream_lines
from avstem.formats.values import notice
from avstem.formats.xml_reader import BoundedStream

#: Zettle writes sixteen rows about the shop above its header.
HEADER_ROWS_MAX = 40
#: The most lines of a file: the lines of a payout may stand anywhere in it, so all are held.
LINES_MAX = 250_000
#: The largest table, in bytes.
TABLE_BYTES_MAX = 128 * 1024**2
#: A cell's text beyond this is cut, with a notice.
TEXT_CHARACTERS_MAX = 500
#: What names a thing is never cut: two cut ones could be the same.
ID_CHARACTERS_MAX = 140


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table by role; `Fee|Gebyr` is one column under either name.

    A header fits with all required columns, and none of the named ones twice. Other columns may
    stand beside them.
    """

    name: str
    required: Mapping[str, str]
    optional: Mapping[str, str]

    def columns(self, header: Sequence[str]) -> dict[str, int] | None:
        """Where each role is; None where the header is not of this shape."""
        names = header_names(header)
        found: dict[str, int] = {}
        for role, wanted in (*self.required.items(), *self.optional.items()):
            known = wanted.casefold().split("|")
            places = [place for place, name in enumerate(names) if name in known]
            if len(places) > 1 or (not places and role in self.required):
                return None
            if places:
                found[role] = places[0]
        return found


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found: its shape, its columns, which row it is, what divides the cells."""

    shape: Shape
    columns: dict[str, int]
    width: int
    index: int
    delimiter: str


def find_header(lines: Iterable[str], shapes: Sequence[Shape]) -> Header | None:
    """The header of one of the shapes among the first rows of a text; it never raises."""
    kept = list(islice(lines, HEADER_ROWS_MAX))
    for delimiter in DELIMITERS:
        # A row that is wrong below the header is refused when the table is read.
        with suppress(UnreadableFileError):
            rows = text_rows(kept, delimiter, file="")
            if (found := header_in(rows, shapes, delimiter)) is not None:
                return found
    return None


def header_in(rows: Iterable[Row], shapes: Sequence[Shape], delimiter: str = "") -> Header | None:
    """The same among rows."""
    for index, row in enumerate(islice(rows, HEADER_ROWS_MAX)):
        for shape in shapes:
            if (columns := shape.columns(row.cells)) is not None:
                return Header(shape, columns, len(header_names(row.cells)), index, delimiter)
    return None


def claimed_shape(head: bytes, shapes: Sequence[Shape]) -> Shape | None:
    """The shape of the table in a file that begins so, or None; it never raises."""
    found = find_header(head_lines(head), shapes)
    return found.shape if found else None


class Table:
    """The rows below a header. One decimal mark holds for the whole file."""

    def __init__(
        self, header: Header, rows: Iterator[Row], *, file: str, notices: list[Notice]
    ) -> None:
        self.shape, self.file, self.notices = header.shape, file, notices
        self._columns, self._width, self._rows = header.columns, header.width, rows
        self._mark = ""

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything; one that is too short or too long is refused."""
        for count, row in enumerate(row for row in self._rows if not row.is_blank()):
            if count >= LINES_MAX:
                raise self.refuse(row, f"more than {LINES_MAX} rows", "a smaller file")
            if len(row.cells) < self._width or any(map(str.strip, row.cells[self._width :])):
                expected = f"{self._width} cells, as the header has"
                raise self.refuse(row, f"{len(row.cells)} cells", expected)
            yield row

    def has(self, role: str) -> bool:
        """Whether the table has that column."""
        return role in self._columns

    def raw(self, row: Row, role: str) -> str:
        """The cell as it stands; empty where the table has no such column."""
        return row.cells[self._columns[role]] if role in self._columns else ""

    def text_or_none(self, row: Row, role: str) -> str | None:
        """The cell on one line, cut with a notice where it is very long."""
        text = one_line(self.raw(row, role))
        if len(text) > TEXT_CHARACTERS_MAX:
            notice(self.notices, "text.cut", row.place, text)
        return text[:TEXT_CHARACTERS_MAX] or None

    def id_or_none(self, row: Row, *roles: str) -> str | None:
        """The first of these cells that names something; a very long one is refused."""
        found = next(filter(None, (one_line(self.raw(row, role)) for role in roles)), None)
        if found is not None and len(found) > ID_CHARACTERS_MAX:
            raise self.refuse(row, found, f"at most {ID_CHARACTERS_MAX} characters")
        return found

    def id(self, row: Row, role: str) -> str:
        """As `id_or_none`, where it must be there."""
        found = self.id_or_none(row, role)
        if found is None:
            raise self.refuse(row, "nothing", f"a value in the column {self._name(role)}")
        return found

    def currency(self, row: Row, default: str | None) -> str:
        """The row's currency, else `default`; refused where neither says it."""
        stated = self.raw(row, "currency").strip().upper() or default
        if stated is None:
            raise self.refuse(row, "no currency", "one said beside the file, as --currency NOK")
        try:
            return check_currency(stated)
        except InvalidValueError as wrong:
            raise self.refuse(row, wrong.found, wrong.expected) from wrong

    def amount(self, row: Row, role: str, currency: str) -> Money:
        """The signed amount in the cell; an empty cell is refused."""
        cell = self.raw(row, role)
        try:
            found = read_amount(cell, currency, self._mark)
        except InvalidValueError as wrong:
            raise self.refuse(row, wrong.found, wrong.expected) from wrong
        self._mark = self._mark or found.mark
        return found.money

    def day(self, row: Row, role: str, form: DateForm = DateForm.NORWEGIAN) -> date:
        """The day in the cell; a time behind it is let go."""
        try:
            return read_day(self.raw(row, role), form)
        except InvalidValueError as wrong:
            raise self.refuse(row, wrong.found, wrong.expected) from wrong

    def left_out(self, row: Row) -> None:
        """Keep a notice of a row that belongs to no payout."""
        notice(self.notices, "row.ignored", row.place, one_line(" ".join(row.cells)))

    def refuse(self, row: Row, found: str, expected: str) -> UnreadableFileError:
        """The refusal of something in the row."""
        return UnreadableFileError(row.place, found[:60] or "nothing", expected, self.file)

    def _name(self, role: str) -> str:
        return {**self.shape.required, **self.shape.optional}[role].split("|")[0]


def text_table(
    stream: BoundedStream, shapes: Sequence[Shape], *, file: str, notices: list[Notice]
) -> Table:
    """The table in a text file; refused where its header is none of the shapes."""
    lines = stream_lines(stream, file=file)
    first = list(islice(lines, HEADER_ROWS_MAX))
    header = find_header(first, shapes)
    if header is None:
        raise _no_header(first[0] if first else "", file)
    rows = text_rows(chain(first, lines), header.delimiter, file=file)
    return Table(header, islice(rows, header.index + 1, None), file=file, notices=notices)


def sheet_table(
    rows: Iterator[Row], shapes: Sequence[Shape], *, file: str, notices: list[Notice]
) -> Table:
    """The table in a sheet, which leaves out the empty cells at the end of a row."""
    first = list(islice(rows, HEADER_ROWS_MAX))
    header = header_in(first, shapes)
    if header is None:
        raise _no_header(" ".join(first[0].cells) if first else "", file)
    below = (
        replace(row, cells=row.cells + ("",) * (header.width - len(row.cells)))
        for row in chain(first[header.index + 1 :], rows)
    )
    return Table(header, below, file=file, notices=notices)


def _no_header(found: str, file: str) -> UnreadableFileError:
    expected = "the header of a settlement report"
    return UnreadableFileError("line 1", one_line(found)[:60] or "nothing", expected, file)
