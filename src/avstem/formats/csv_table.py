"""A table that people or programs write: UTF-8, `,` or `;`, a header line, columns in any order.

A byte-order mark is accepted. A header without what it must have is refused with the file; a row
that is not as long as the header, by its line.

Source: RFC 4180; docs/formats/invoices_csv.md and payment_list.md (the public contracts).
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO

from avstem.domain.errors import InvalidValueError, RefusalError, UnreadableFileError

#: A line of the file (the header is line 1), and its values by column, or why it is refused.
TableRow = tuple[int, dict[str, str] | RefusalError]


def column_names(header: str) -> tuple[list[str], str]:
    """The columns as the header names them, in small letters, and what stands between them."""
    separator = ";" if header.count(";") > header.count(",") else ","
    names = next(csv.reader([header], delimiter=separator), [])
    return [name.strip().lower() for name in names], separator


def read_table(
    stream: BinaryIO,
    *,
    file: str,
    required: Collection[str],
    known: Collection[str],
    called: Callable[[str], str] = str,
) -> Iterator[TableRow]:
    """The rows as they stream, empty ones left out; values without outer spaces.

    `called` gives a column's name where the header may use another word for it. A `known` column
    that stands there twice is refused: nobody knows which one is meant.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield from _rows(text, file, required, known, called)
    except UnicodeDecodeError as wrong:
        found = repr(wrong.object[wrong.start : wrong.start + 4])
        raise UnreadableFileError(f"byte {wrong.start}", found, "UTF-8", file) from wrong
    except csv.Error as wrong:
        expected = "rows of comma-separated values"
        raise UnreadableFileError("CSV", str(wrong)[:60], expected, file) from wrong
    finally:
        text.detach()


def _rows(
    text: io.TextIOWrapper, file: str, required: Collection[str], known: Collection[str],
    called: Callable[[str], str],
) -> Iterator[TableRow]:  # fmt: skip
    written, separator = column_names(text.readline())
    names = [called(name) for name in written]
    _check_header(names, file, required, known)
    reader = csv.reader(text, delimiter=separator, strict=True)
    for values in reader:
        if any(value.strip() for value in values):
            yield reader.line_num + 1, _row(names, values)


def _check_header(
    names: list[str], file: str, required: Collection[str], known: Collection[str]
) -> None:
    missing = [name for name in required if name not in names]
    if missing:
        found = ", ".join(names)[:60] or "nothing"
        raise UnreadableFileError("line 1", found, f"the columns {', '.join(missing)}", file)
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        raise UnreadableFileError("line 1", f"{twice[0]} twice", "each column once", file)


def _row(names: list[str], values: list[str]) -> dict[str, str] | RefusalError:
    if len(values) != len(names):
        return InvalidValueError("row", f"{len(values)} values", f"{len(names)} values")
    return {name: value.strip() for name, value in zip(names, values, strict=True)}
