"""One statement of CODA: header (0), old balance (1), movements (2, 3), new balance (8), end (9).

Source: Febelfin, Coded statement of account (CODA) 2.6, annex I; docs/formats/coda.md.
"""

from collections.abc import Iterator
from dataclasses import replace

from avstem.domain.money import Money
from avstem.domain.statement import (
    Entry,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
)
from avstem.formats.coda.accounts import account_of_statement
from avstem.formats.coda.entries import Totalled
from avstem.formats.coda.movements import (
    TOTAL,
    Movement,
    optional_day,
    read_continued,
    read_first,
    read_information,
    signed_amount,
)
from avstem.formats.coda.totals import Totals
from avstem.formats.fixed_statement import require_few
from avstem.formats.fixed_width import Record
from avstem.formats.values import notice

_VERSIONS = ("1", "2")
_DUPLICATE = "D"


class Statement:
    """A statement while its records pass."""

    def __init__(self, header: Record, format: str, notices: list[Notice]) -> None:
        self._version = header.field(128, 128)
        if header.field(1, 5) != "00000":
            raise header.refuse(header.field(1, 5), "record 0, the header of a file")
        if self._version not in _VERSIONS:
            raise header.refuse(self._version, "version 1 or 2 at 128")
        self._format, self._header, self._notices = format, header, notices
        self._created = header.day_ddmmyy(6, "day of the file")
        self._entries: list[Entry] = []
        self._totals = Totals()
        self._head: StatementHead | None = None
        self._start: Record | None = None
        self._entry: Totalled | None = None
        self._movement: Movement | None = None
        self._last_number = 0

    def read(self, records: Iterator[Record]) -> Record | None:
        """Read up to record 9 and prove it; None where the file ends before it."""
        for record in records:
            if record.field(1, 1) == "9":
                self._end(record)
                return record
            self._totals.count(record)
            require_few(self._totals.records, record.refuse)
            self._take(record)
        return None

    def source(self) -> StatementSource:
        """The statement as it was read."""
        assert self._head is not None, "a statement is given only once it is proved"
        return StatementSource(self._head, iter(self._entries))

    def _take(self, record: Record) -> None:
        kind = record.field(1, 1)
        if self._head is None:
            if kind != "1":
                raise record.refuse(kind, "record 1, the old balance")
            self._begin(record)
        elif kind == "4":
            notice(self._notices, "coda.message", f"line {record.number}", record.text(33, 112))
        elif self._head.closing_balance is not None:
            raise record.refuse(kind, "record 4 or 9 behind the new balance")
        elif kind == "8":
            self._end_entry()
            self._close(record, self._head)
        else:
            self._take_movement(record, self._head)

    def _begin(self, record: Record) -> None:
        """Record 1: the account and its old balance."""
        structure = record.field(2, 2) if self._version != "1" else "0"
        account, currency = account_of_statement(record, 6, structure)
        self._start = record
        self._head = StatementHead(
            format=self._format,
            kind=StatementKind.STATEMENT,
            id=self._header.text(25, 34) or None,
            sequence=record.text(3, 5) or None,
            account=account,
            currency=currency,
            from_date=optional_day(record, 59, "day of the old balance"),
            to_date=None,
            opening_balance=signed_amount(record, 43, currency),
            closing_balance=None,
            balances_booked=True,
            is_copy=self._header.field(17, 17) == _DUPLICATE,
            created=self._created.isoformat(),
        )

    def _take_movement(self, record: Record, head: StatementHead) -> None:
        kind, part = record.field(1, 1), record.field(2, 2)
        if kind == "2" and part == "1":
            self._begin_movement(read_first(record, head.currency or ""), record)
        elif kind == "2" and part in ("2", "3") and self._movement is not None:
            read_continued(self._movement, record, self._version)
        elif kind == "3" and part in ("1", "2", "3") and self._movement is not None:
            read_information(self._movement, record)
        else:
            expected = "a movement (2.1, then 2.2 to 3.3) or the new balance (8)"
            raise record.refuse(record.field(1, 2), expected)

    def _begin_movement(self, movement: Movement, record: Record) -> None:
        self._movement = movement
        if movement.detail == TOTAL:
            self._end_entry()
            self._entry = Totalled(movement)
            self._totals.add(movement.amount.minor, record.field(32, 32), record)
            self._notice_number(movement)
        elif self._entry is not None and self._entry.movement.number == movement.number:
            self._entry.details.append(movement)
        else:
            raise record.refuse(record.field(3, 10), "a part of the movement before it")

    def _notice_number(self, movement: Movement) -> None:
        number = int(movement.number)
        if number != self._last_number + 1:
            notice(self._notices, "coda.numbering", f"line {movement.line}", movement.number)
        self._last_number = number

    def _end_entry(self) -> None:
        if self._entry is not None:
            self._entries.append(self._entry.entry(self._notices))
        self._entry = None

    def _close(self, record: Record, head: StatementHead) -> None:
        """Record 8: the new balance; other numbers than in record 1 are odd."""
        assert self._start is not None
        self._movement = None
        structure = self._start.field(2, 2) if self._version != "1" else "0"
        account, currency = account_of_statement(record, 5, structure)
        if currency != head.currency:
            raise record.refuse(currency, f"{head.currency}, the currency of record 1")
        place = f"line {record.number}"
        if account != head.account:
            notice(self._notices, "coda.account_differs", place, account)
        if record.text(2, 4) != head.sequence:
            notice(self._notices, "coda.sequence_differs", place, record.text(2, 4))
        closing = signed_amount(record, 42, currency)
        day = optional_day(record, 58, "day of the new balance")
        self._head = replace(head, closing_balance=closing, to_date=day)

    def _end(self, end: Record) -> None:
        head = self._head
        if head is None or head.closing_balance is None or head.opening_balance is None:
            raise end.refuse("9", "record 8, the new balance, before record 9")
        expected: Money = head.closing_balance - head.opening_balance
        is_balanced = sum(each.amount.minor for each in self._entries) == expected.minor
        self._totals.require_as_in(end, head.currency or "", self._notices, is_balanced=is_balanced)
