"""Reads BAI2: one statement an account identifier (03) with its transactions (16).

The file (01 to 99) holds groups (02 to 98) of one day, and they hold accounts (03 to 49). An
account is held until record 49 has proved it.

Source: BAI, Cash Management Balance Reporting Specifications Version 2; docs/formats/bai2.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice, StatementKind, StatementSource
from avstem.formats.bai2.account import Account
from avstem.formats.bai2.records import Record, stream_records
from avstem.formats.bai2.totals import Totals
from avstem.formats.bai2.values import read_currency, read_day
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "bai2"
_START = re.compile(
    rb"\s*01,[^,/\r\n]*,[^,/\r\n]*,[0-9]{6},[0-9]{0,4},[^,/\r\n]*,[0-9 ]*,[0-9 ]*,\s*2\s*/"
)
#: The standard's default, where neither the group nor the account names a currency.
_CURRENCY = "USD"
_UPDATE, _DELETION, _CORRECTION, _TEST = "1", "2", "3", "4"
#: As-of-date modifiers of a day that is over; the others are of a day still running.
_FINAL = frozenset({"", "2"})


def claim_bai2(head: bytes) -> FormatName | None:
    """A file header (01) of version 2."""
    return FormatName(NAME) if _START.match(as_ascii(head).removeprefix(b"\xef\xbb\xbf")) else None


def read_bai2(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each account of each group; see `formats.read_statements`.

    Control totals and counts of records 49, 98 and 99 that are not those of the file refuse it at
    that line.
    """
    yield from _File(stream, file, name, notices).statements()


BAI2 = StatementFormat(NAME, "BAI2", claim_bai2, read_bai2)


@dataclass(frozen=True, slots=True)
class Group:
    """What record 02 says of all its accounts."""

    day: date
    currency: str
    kind: StatementKind
    is_test: bool


class _File:
    """From record 01 to record 99."""

    def __init__(
        self, stream: BoundedStream, file: str, name: FormatName, notices: list[Notice]
    ) -> None:
        self._records = stream_records(stream, file=file, notices=notices)
        self._file, self._name, self._notices = file, name, notices
        self._line = 1
        self._totals = Totals()
        self._id: str | None = None
        self._created: date | None = None

    def statements(self) -> Iterator[StatementSource]:
        """The accounts of all groups, each proved; at last the file itself."""
        self._read_header(self._next("01, the file header"))
        while (record := self._next("99, the file trailer")).code != "99":
            yield from self._group(record)
        self._totals.records += record.count
        self._totals.require(record, "number of groups", self._notices)
        for rest in self._records:
            raise rest.refuse(rest.code, "nothing behind record 99")

    def _group(self, start: Record) -> Iterator[StatementSource]:
        group, totals = self._read_group(start), Totals(records=start.count)
        while (record := self._next("98, the group trailer")).code != "98":
            account = self._account(record, group)
            totals.add(account.totals)
            yield account.source()
        totals.records += record.count
        totals.require(record, "number of accounts", self._notices)
        self._totals.add(totals)

    def _account(self, start: Record, group: Group) -> Account:
        account = Account(
            start,
            currency=group.currency,
            day=group.day,
            is_test=group.is_test,
            notices=self._notices,
        )
        while (record := self._next("49, the account trailer")).code != "49":
            account.add(record)
        account.end(
            record,
            format=self._name.name,
            kind=group.kind,
            id=self._id,
            created=self._created.isoformat() if self._created else None,
        )
        return account

    def _next(self, expected: str) -> Record:
        for record in self._records:
            self._line = record.line
            return record
        place = f"line {self._line + 1}"
        raise UnreadableFileError(place, "the end of the file", f"record {expected}", self._file)

    def _read_header(self, header: Record) -> None:
        if header.code != "01":
            raise header.refuse(header.code, "record 01, the file header")
        fields = header.fields()
        sender = fields.take()
        fields.take()  # the receiver
        self._created = read_day(fields.take(), "day of the file", header)
        fields.take()  # the time of day
        self._id = "-".join(filter(None, (sender, f"{self._created:%Y%m%d}", fields.take())))
        self._totals.records += header.count

    def _read_group(self, start: Record) -> Group:
        if start.code != "02":
            raise start.refuse(start.code, "record 02, a group header, or 99")
        fields = start.fields()
        fields.take()  # the receiver
        fields.take()  # the originator: the bank
        status = self._read_status(fields.take(), start)
        day = read_day(fields.take(), "as-of date", start)
        fields.take()  # the time of day
        currency = fields.take() or _CURRENCY
        is_final = fields.take() in _FINAL and status != _TEST
        return Group(
            day=day,
            currency=read_currency(currency, start),
            kind=StatementKind.STATEMENT if is_final else StatementKind.REPORT,
            is_test=status == _TEST,
        )

    def _read_status(self, status: str, start: Record) -> str:
        """What the group does to what was sent before; a deletion is for people."""
        if status not in (_UPDATE, _CORRECTION, _TEST):
            found = f"{status} (deletion)" if status == _DELETION else status
            raise start.refuse(found, "a group status: 1 (update), 3 (correction) or 4 (test)")
        if status != _UPDATE:
            found = "correction" if status == _CORRECTION else "test"
            notice(self._notices, f"bai2.{found}", f"line {start.line}", status)
        return status
