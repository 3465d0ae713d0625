"""A table without a header is known by its shape: what divides its cells, how many columns of what.

Another table may have the same shape. So a mapping remembered by shape must read every row, its
balances must follow each other, and it is not remembered where the shape leaves open which column
is the amount.

Source: docs/formats/bank_csv.md.
"""

import hashlib
import re
from collections.abc import Sequence

from avstem.domain.errors import InvalidValueError
from avstem.formats.bank_csv.cells import SheetDay, SheetNumber
from avstem.formats.bank_csv.plan import Columns
from avstem.formats.bank_csv.rows import Row

EMPTY, DAY, DIGITS, AMOUNT, CURRENCY, TEXT = "-", "D", "N", "A", "C", "T"
_DAY = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[./-])\d{1,2}(?P=mark)\d{1,4}(?:[ T].{0,30})?\Z", re.A
)
_DIGITS = re.compile(r"\d{1,40}\Z", re.ASCII)
_AMOUNT = re.compile(r"[-+\u2212]?[ ]?\d[\d .,\u00a0\u202f]{0,30}\Z", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


def column_kinds(rows: Sequence[Row]) -> tuple[str, ...] | None:
    """The kind of each column; None where the rows are not equally wide.

    Empty cells tell nothing; a column of several kinds is text. Days are told apart by their form.
    """
    width = max((len(row.cells) for row in rows), default=0)
    if width < 2 or any(len(row.cells) != width for row in rows):
        return None
    return tuple(_kind_of({_cell_kind(row.cells[at]) for row in rows}) for at in range(width))


def shape_key(rows: Sequence[Row], delimiter: str) -> str:
    """The fingerprint of the shape; empty where the rows have none, or hold no day or no amount."""
    kinds = column_kinds(rows)
    if kinds is None or not any(kind.startswith(DAY) for kind in kinds):
        return ""
    if not {AMOUNT, DIGITS} & set(kinds):
        return ""
    said = "\x1f".join(("no header", delimiter, *kinds))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def require_certain(rows: Sequence[Row], columns: Columns) -> None:
    """Refuse to remember by shape where another column could be the amount and no balance proves.

    Refused (`InvalidValueError`) too where there is no shape to remember it by.
    """
    kinds = column_kinds(rows)
    if kinds is None or not shape_key(rows, ""):
        raise _wrong("no header and no even columns", "a header line, or equally wide rows")
    if columns.balance is not None:
        return
    if columns.amount is None:
        raise _wrong("no header and two columns of amounts", "a header line, or a balance column")
    alike = {AMOUNT, kinds[columns.amount]}
    if sum(kind in alike for kind in kinds) > 1:
        expected = "a header line, or the column of balances: --set balance=COLUMN"
        raise _wrong("no header and several columns that may be the amount", expected)


def padded(rows: Sequence[Row]) -> list[Row]:
    """The rows of a sheet, which leaves out the empty cells at their ends, equally wide."""
    width = max((len(row.cells) for row in rows), default=0)
    return [Row(row.place, row.cells + ("",) * (width - len(row.cells))) for row in rows]


def _kind_of(found: set[str]) -> str:
    kinds = found - {EMPTY}
    if not kinds:
        return EMPTY
    if kinds <= {AMOUNT, DIGITS}:
        return AMOUNT if AMOUNT in kinds else DIGITS
    return kinds.pop() if len(kinds) == 1 else TEXT


def _cell_kind(cell: str) -> str:
    if isinstance(cell, SheetDay):
        return DAY
    if isinstance(cell, SheetNumber):
        return AMOUNT
    text = cell.strip()[:60]
    if not text:
        return EMPTY
    if (day := _DAY.match(text)) is not None:
        return f"{DAY}{day['mark']}{'y' if len(day['first']) == 4 else ''}"
    for kind, form in ((DIGITS, _DIGITS), (AMOUNT, _AMOUNT), (CURRENCY, _CURRENCY)):
        if form.match(text):
            return kind
    return TEXT


def _wrong(found: str, expected: str) -> InvalidValueError:
    return InvalidValueError("mapping", found[:60], expected)
