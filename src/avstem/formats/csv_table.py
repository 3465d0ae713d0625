"""A table that people or programs write: UTF-8, `,` or `;`, a header line, columns in any order.

A byte-order mark is accepted, and the line `sep=;` that spreadsheets write first. A header without
what it must have is refused with the file; a row that is not as long as the header, by its line.

Source: RFC 4180; docs/formats/invoices_csv.md and payment_list.md (the public contracts).
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO, TextIO

from avstem.domain.errors import InvalidValueError, RefusalError, UnreadableFileError

#: What a Norwegian spreadsheet writes where nobody asks it for UTF-8.
WINDOWS = "cp1252"
_PIECE = 1 << 16
#: Characters of a header; a longer one is cut, and then misses columns.
_HEADER_MAX = 1 << 16
_SEPARATOR = re.compile(r"\ufeff?sep=([,;])\s*\Z", re.IGNORECASE)
#: A line of the file (the header is line 1), and its values by column, or why it is refused.
TableRow = tuple[int, dict[str, str] | RefusalError]


def column_names(header: str) -> tuple[list[str], str]:
    """The columns as the header names them, in small letters, and what stands between them."""
    separator = ";" if header.count(";") > header.count(",") else ","
    names = next(csv.reader([header], delimiter=separator), [])
    return [name.strip().lower() for name in names], separator


def header_of(text: TextIO) -> tuple[int, list[str], str]:
    """How many lines the header ends after, its columns, and what stands between them."""
    first = text.readline(_HEADER_MAX)
    if _SEPARATOR.match(first):
        return (2, *column_names(text.readline(_HEADER_MAX)))
    return (1, *column_names(first))


def encoding_of(stream: BinaryIO) -> str:
    """UTF-8 where all of it is; else Windows-1252, as spreadsheets here save a table.

    The stream is read through and put back to its beginning.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WINDOWS
    finally:
        stream.seek(0)
    return "utf-8-sig"


def read_table(
    stream: BinaryIO,
    *,
    file: str,
    required: Collection[str],
    known: Collection[str],
    called: Callable[[str], str] = str,
    encoding: str = "utf-8-sig",
) -> Iterator[TableRow]:
    """The rows as they stream, empty ones left out; values without outer spaces.

    `called` gives a column's name where the header may use another word for it. A `known` column
    that stands there twice is refused: nobody knows which one is meant.
    """
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield from _rows(text, file, required, known, called)
    except UnicodeDecodeError as wrong:
        found = repr(wrong.object[wrong.start : wrong.start + 4])
        expected = "Windows-1252" if encoding == WINDOWS else "UTF-8"
        raise UnreadableFileError(f"byte {wrong.start}", found, expected, file) from wrong
    except csv.Error as wrong:
        expected = "rows of comma-separated values"
        raise UnreadableFileError("CSV", str(wrong)[:60], expected, file) from wrong
    finally:
        text.detach()


def _rows(
    text: io.TextIOWrapper, file: str, required: Collection[str], known: Collection[str],
    called: Callable[[str], str],
) -> Iterator[TableRow]:  # fmt: skip
    before, written, separator = header_of(text)
    names = [called(name) for name in written]
    _check_header(names, file, required, known)
    reader = csv.reader(text, delimiter=separator, strict=True)
    for values in reader:
        if any(value.strip() for value in values):
            yield before + reader.line_num, _row(names, values)


def _check_header(
    names: list[str], file: str, required: Collection[str], known: Collection[str]
) -> None:
    missing = [name for name in required if name not in names]
    if missing:
        found = ", ".join(names)[:60] or "nothing"
        names_missing = ", ".join(missing)
        one = len(missing) == 1
        wanted = f"the column {names_missing}" if one else f"the columns {names_missing}"
        raise UnreadableFileError("line 1", found, wanted, file)
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        raise UnreadableFileError("line 1", f"{twice[0]} twice", "each column once", file)


def _row(names: list[str], values: list[str]) -> dict[str, str] | RefusalError:
    if len(values) != len(names):
        return InvalidValueError("row", f"{len(values)} values", f"{len(names)} values")
    return {name: value.strip() for name, value in zip(names, values, strict=True)}
