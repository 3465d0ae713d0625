"""Reads OCR giro: one statement an assignment of service 09, one entry a lump sum on the account.

An assignment is held until its end record has proved it; that bounds how many payments it may have.

Source: OCR giro system specification 4.0; docs/formats/ocr_giro.md.
"""

import re
from collections.abc import Iterator
from datetime import date

from avstem.domain.identifiers import account_key, is_iban
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.fixed_width import Record, Records
from avstem.formats.ocr_giro.items import CURRENCY, Item, read_first, read_second, read_third
from avstem.formats.ocr_giro.totals import Totals
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "ocr_giro"
#: The most payments in one assignment; they are held in about 350 MB.
ITEMS_MAX = 500_000
_SERVICE = "09"
_START = re.compile(rb"\s*NY000010[0-9]{8}")
_SERVICES = {"21": "AvtaleGiro", "02": "Autogiro", "04": "direct remittance", "42": "eFaktura"}


def claim_ocr_giro(head: bytes) -> FormatName | None:
    """A transmission to or from Mastercard Payment Services, whichever services are in it."""
    found = _START.match(as_ascii(head).removeprefix(b"\xef\xbb\xbf"))
    return FormatName(NAME) if found else None


def read_ocr_giro(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each assignment with its lump sums; see `formats.read_statements`.

    Other services have no money on the account: a notice, and no statement. Counts, sums and days
    that are not those of the end record refuse the file at that line.
    """
    records = Records(stream, file=file)
    for record in records:
        yield from _Transmission(records, record, name, notices).statements()


OCR_GIRO = StatementFormat("ocr_giro", "OCR giro", claim_ocr_giro, read_ocr_giro)


class _Transmission:
    """From `NY000010` to `NY000089`; a file may hold several, one after another."""

    def __init__(
        self, records: Records, start: Record, name: FormatName, notices: list[Notice]
    ) -> None:
        if start.field(1, 8) != "NY000010":
            raise start.refuse(start.field(1, 8), "NY000010, the start of a transmission")
        self._records, self._name, self._notices = records, name, notices
        start.require_whole(31)
        self._number = start.digits(17, 23, "transmission number")
        self._totals = Totals(records=1)

    def statements(self) -> Iterator[StatementSource]:
        """The assignments of service 09, each proved by its end record."""
        for record in self._records:
            if record.field(1, 8) == "NY000089":
                self._totals.records += 1
                self._totals.require_as_in(record, self._notices)
                return
            if record.field(1, 4) == f"NY{_SERVICE}":
                yield self._payments(record)
            else:
                self._pass_over(record)
        raise self._records.cut_off("NY000089, the end of the transmission")

    def _payments(self, start: Record) -> StatementSource:
        if start.field(1, 8) != "NY090020":
            raise start.refuse(start.field(1, 8), "NY090020, the start of an assignment")
        start.require_whole(35)
        name = f"{self._number}-{start.digits(18, 24, 'assignment number')}"
        assignment = _Assignment(name, self._records, self._notices)
        end = assignment.read()
        self._totals.add(assignment.totals)
        head = self._head(name, start, end, assignment.totals)
        return StatementSource(head, assignment.entries())

    def _head(self, name: str, start: Record, end: Record, totals: Totals) -> StatementHead:
        return StatementHead(
            format=self._name.name,
            kind=StatementKind.NOTIFICATION,
            id=name,
            sequence=self._number,
            account=_account(start),
            currency=CURRENCY,
            from_date=totals.first_day,
            to_date=totals.last_day,
            opening_balance=None,
            closing_balance=None,
            created=_created(end),
        )

    def _pass_over(self, start: Record) -> None:
        """An assignment of another service: counted, so that the end record can be proved."""
        if start.field(1, 2) != "NY" or start.field(7, 8) != "20":
            raise start.refuse(start.field(1, 8), "NYss..20, the start of an assignment")
        service = start.field(3, 4)
        found = _SERVICES.get(service, f"service {service}")
        notice(self._notices, "ocr_giro.other_service", f"line {start.number}", found)
        count = 1
        for record in self._records:
            count += 1
            if record.field(1, 4) != f"NY{service}":
                raise record.refuse(record.field(1, 8), f"NY{service}: the assignment has no end")
            if record.field(7, 8) == "88":
                self._totals.add(Totals.stated_in(record, count))
                return
        raise self._records.cut_off(f"NY{service}..88, the end of the assignment")


class _Assignment:
    """From `NY090020` to `NY090088`: its payments, by the lump sum they were settled in."""

    def __init__(self, name: str, records: Records, notices: list[Notice]) -> None:
        self._name, self._records, self._notices = name, records, notices
        self.totals = Totals(records=1)
        self._lump_sums: dict[tuple[date, str], list[Item]] = {}
        self._item: Item | None = None
        self._last_number = ""

    def read(self) -> Record:
        """Read up to the end record, which must say the same; give it back."""
        for record in self._records:
            self.totals.records += 1
            if record.field(1, 8) == "NY090088":
                self._end_item()
                self.totals.require_as_in(record, self._notices)
                self.totals.require_days_as_in(record, self._notices)
                return record
            self._take(record)
        raise self._records.cut_off("NY090088, the end of the assignment")

    def entries(self) -> Iterator[Entry]:
        """One entry a lump sum, in the order they began; each is let go once it is given."""
        while self._lump_sums:
            key = next(iter(self._lump_sums))
            items = self._lump_sums.pop(key)
            yield _entry(*key, items, tuple(item.transaction(self._name) for item in items))

    def _take(self, record: Record) -> None:
        kind = record.field(7, 8) if record.field(1, 4) == f"NY{_SERVICE}" else ""
        if kind == "30":
            self._end_item()
            self._begin_item(record)
        elif kind == "31" and self._item is not None:
            read_second(self._item, record)
        elif kind == "32" and self._item is not None:
            read_third(self._item, record, self._notices)
        else:
            expected = "an amount item of the assignment (NY09tt30, 31, 32) or its end (NY090088)"
            raise record.refuse(record.field(1, 8), expected)

    def _begin_item(self, record: Record) -> None:
        if self.totals.transactions == ITEMS_MAX:
            found = f"more than {ITEMS_MAX} payments in one assignment"
            raise record.refuse(found, "smaller assignments")
        item = self._item = read_first(record, self._notices)
        if item.number <= self._last_number:
            notice(self._notices, "ocr_giro.numbering", f"line {record.number}", item.number)
        self._last_number = item.number
        self.totals.count(item.amount.minor, item.day, is_reversal=item.is_reversal)
        self._lump_sums.setdefault((item.day, item.lump_sum), []).append(item)

    def _end_item(self) -> None:
        if self._item is not None and not self._item.has_second:
            notice(self._notices, "ocr_giro.no_amount_item_2", f"line {self._item.line}")
        self._item = None


def _entry(
    day: date, lump_sum: str, items: list[Item], transactions: tuple[Transaction, ...]
) -> Entry:
    return Entry(
        amount=sum((each.amount for each in transactions[1:]), start=transactions[0].amount),
        status=EntryStatus.BOOKED,
        booking_date=day,
        value_date=day,
        reference=lump_sum if lump_sum.strip("0") else None,
        entry_number=None,
        reversal=all(item.is_reversal for item in items),
        code=None,
        text=None,
        transactions=transactions,
        batch_count=len(transactions),
        has_details=True,
        details_count=len(transactions),
    )


def _account(start: Record) -> str:
    """The assignment's account: an IBAN where the check digit fits, else as given."""
    number = start.digits(25, 35, "account")
    return account_key(number) if is_iban(account_key(number)) else number


def _created(end: Record) -> str | None:
    """The day the assignment was made; zeros where it is not told."""
    if not end.field(42, 47).strip("0 "):
        return None
    return end.day_ddmmyy(42, "day of the assignment").isoformat()
