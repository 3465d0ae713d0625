"""The rows of a table while it is read to its end: the first as they were read, the rest packed.

A table's balances stand below its rows, so all rows are seen before the first entry is given. What
was read of a row is packed as its bare values: a million of them take a few dozen megabytes.
"""

import marshal
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import EntryStatus, Reference
from avstem.formats.bank_csv.entries import Line, new_entry, new_transaction
from avstem.formats.bank_csv.rows import Row

#: So many rows, of so many characters, are kept as they were read.
KEPT_ROWS_MAX = 10_000
_KEPT_CHARACTERS_MAX = 4 * 1024**2
#: The most bytes that the packed rows of a table take.
PACKED_BYTES_MAX = 96 * 1024**2
_BLOCK_ROWS = 500
_BLOCK_CHARACTERS = 1024**2
_STATUSES = {each.value: each for each in EntryStatus}
_NAMES = {each: each.value for each in EntryStatus}


class HeldLines:
    """Lines in the order of the table; going through them again gives the same ones."""

    def __init__(self, *, file: str) -> None:
        self._file = file
        self._kept: list[Line] = []
        self._block: list[Line] = []
        self._packed: list[bytes] = []
        self._kept_characters = self._block_characters = self._packed_bytes = 0
        self.count = 0

    def add(self, row: Row, line: Line) -> None:
        """Hold what was read of a row."""
        self.count += 1
        characters = sum(map(len, row.cells))
        is_full = self._block or self._packed or len(self._kept) >= KEPT_ROWS_MAX
        if not is_full and self._kept_characters + characters <= _KEPT_CHARACTERS_MAX:
            self._kept.append(line)
            self._kept_characters += characters
            return
        self._block.append(line)
        self._block_characters += characters
        if len(self._block) >= _BLOCK_ROWS or self._block_characters > _BLOCK_CHARACTERS:
            self._pack(line.place)

    def __iter__(self) -> Iterator[Line]:
        yield from self._kept
        for packed in self._packed:
            # Not read from anywhere: bytes that this very object made a moment ago.
            yield from map(_unpacked, marshal.loads(zlib.decompress(packed)))  # noqa: S302  # ours
        yield from self._block

    def _pack(self, place: str) -> None:
        values = list(map(_values, self._block))
        packed = zlib.compress(marshal.dumps(values), 1)
        self._packed.append(packed)
        self._packed_bytes += len(packed)
        self._block, self._block_characters = [], 0
        if self._packed_bytes > PACKED_BYTES_MAX:
            expected = "a smaller table: split the period"
            raise UnreadableFileError(place, "more than can be held", expected, self._file)


def _values(line: Line) -> list[Any]:
    """All that `RowReader` fills in, in the order of `_unpacked`."""
    entry, balance = line.entry, line.balance
    (part,) = entry.transactions
    original = part.original_amount
    return [
        line.place,
        line.account,
        entry.amount.minor,
        entry.amount.currency,
        balance and (balance.minor, balance.currency),
        _NAMES[entry.status],
        entry.booking_date and entry.booking_date.toordinal(),
        entry.value_date and entry.value_date.toordinal(),
        (entry.reference, entry.code, entry.text),
        (part.counterparty, part.counterparty_account),
        [(each.kind, each.value) for each in part.references],
        part.remittance,
        original and (original.minor, original.currency),
    ]


def _unpacked(values: list[Any]) -> Line:
    place, account, minor, currency, balance, status, booked, valued, texts, other, *rest = values
    references, remittance, original = rest
    amount = Money(minor, currency)
    said = tuple(Reference(*each) for each in references) if references else ()
    part = new_transaction(amount, *other, said, remittance, original and Money(*original))
    booked, valued = booked and date.fromordinal(booked), valued and date.fromordinal(valued)
    entry = new_entry(amount, _STATUSES[status], booked, valued, *texts, (part,))
    return Line(place, account, entry, balance and Money(*balance))
