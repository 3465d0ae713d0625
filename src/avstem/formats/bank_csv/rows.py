"""Rows of cells out of text: quoted cells may hold line breaks; everything is bounded."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from avstem.domain.errors import UnreadableFileError
from avstem.formats.port import HEAD_BYTES
from avstem.formats.text_lines import LINE_BYTES_MAX, decode_line

#: The signs that may stand between the cells of a text file.
DELIMITERS = (";", ",", "\t")
#: The header stands among so many rows from the top.
HEADER_ROWS_MAX = 12
COLUMNS_MAX = 256
_LINES_IN_ROW_MAX = 1_000
#: The most lines that are read, empty ones counted.
LINES_MAX = 1_100_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `place` is `line 17`, or `row 17` of a sheet."""

    place: str
    cells: tuple[str, ...]

    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not "".join(self.cells).strip()


class _Lines:
    """The lines as the CSV reader takes them, counted since its last row began."""

    def __init__(self, lines: Iterable[str], file: str) -> None:
        self._lines, self._file = iter(lines), file
        self.number = self.in_row = self.characters = 0

    def __iter__(self) -> "_Lines":
        return self

    def place(self) -> str:
        """Where the row in hand began."""
        return f"line {self.number - max(self.in_row - 1, 0)}"

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        # Between rows an empty line is none; the CSV reader would make one of each.
        while not line and not self.in_row and self.number <= LINES_MAX:
            line = next(self._lines)
            self.number += 1
        self.in_row += 1
        self.characters += len(line)
        if self.number > LINES_MAX:
            expected = f"at most {LINES_MAX} lines: split the period"
            raise UnreadableFileError(f"line {self.number}", "more lines", expected, self._file)
        if self.in_row > _LINES_IN_ROW_MAX or self.characters > LINE_BYTES_MAX:
            found = f"a row of {self.in_row} lines"
            raise UnreadableFileError(f"line {self.number}", found, "a quote that ends", self._file)
        return line + "\n"


def text_rows(lines: Iterable[str], delimiter: str, *, file: str) -> Iterator[Row]:
    """The rows of a text file. A quote that never ends, or is no quote, is refused."""
    counted = _Lines(lines, file)
    reader = csv.reader(counted, delimiter=delimiter, strict=True)
    while True:
        counted.in_row = counted.characters = 0
        try:
            cells = next(reader, None)
        except csv.Error as wrong:
            place, found = counted.place(), str(wrong)[:60]
            raise UnreadableFileError(place, found, "a whole row", file) from wrong
        if cells is None:
            return
        place = counted.place()
        if len(cells) > COLUMNS_MAX:
            found = f"{len(cells)} columns"
            raise UnreadableFileError(place, found, f"at most {COLUMNS_MAX}", file)
        yield Row(place, tuple(cells))


def head_lines(head: bytes) -> list[str]:
    """The first lines of a file from its first bytes, as far as they are text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        lines = head[: len(head) // 2 * 2].decode("utf-16", "replace").splitlines()
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n").partition(b"\x00")[0]
        lines = [decode_line(line, 1, "") for line in text.split(b"\n") if line]
    cut_off = len(head) >= HEAD_BYTES and len(lines) > 1
    return lines[:-1] if cut_off else lines
