"""Reads QIF, the text format of Quicken: the records of one bank, card or cash account.

The format has no currency (amounts come in `NO_CURRENCY`), no account number, no balance of a day
and no reference; the order of its days and its decimal mark are seen over the whole file. What is
not money on an account (categories, securities, investments) is left out.

Source: Quicken Interchange Format, Intuit's specification of 1997; docs/formats/qif.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from avstem.domain.errors import FileTooLargeError, InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import account_key, compact, is_iban, is_norwegian_account
from avstem.domain.money import NO_CURRENCY, Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.bank_csv.cells import read_amount
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.qif_days import BOTH, DayOrder, Written, written_day
from avstem.formats.text_lines import stream_lines
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "qif"
BYTES_MAX = 32 * 1024**2
#: The most records of money, which are held until the order of the days is known.
RECORDS_MAX = 200_000
_RECORD_LINES_MAX = 1_000
_TEXT_CHARACTERS_MAX = 1_000
_BEGINNING = re.compile(rb"!(?:Type:|Account\b|Option:|Clear:)", re.IGNORECASE)
_MONEY = frozenset(("bank", "ccard", "cash"))
#: Sections that are movements all the same, on accounts that are none of a bank.
_OTHER_MONEY = frozenset(("oth a", "oth l", "invst", "invoice"))
_ACCOUNTS = "account"
_LONGER = "a day that is read one way only: export a longer period, with a day past the 12th"
_NAMED = "each account named (!Account, N) and of one kind: export each to a file of its own"
_MARK_OPEN = "an amount that is read one way only: export a longer period, with decimals"


def claim_qif(head: bytes) -> FormatName | None:
    """A text whose first line, past blank ones and remarks (`#`), is a header of QIF."""
    text = as_ascii(head).removeprefix(b"\xef\xbb\xbf")
    for line in re.split(rb"[\r\n]+", text):
        if line.strip() and not line.startswith((b"#", b"^")):
            return FormatName(NAME) if _BEGINNING.match(line) else None
    return None


def read_qif(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """A statement for each account, where several are named; see `formats.read_statements`.

    Of one account alone the name is let go: it is a person's own, and the user says which it is.
    """
    records = list(_Sections(file, notices).records(stream_lines(stream, file=file)))
    yield from _Reader(file, name.name, notices).statements(records)


QIF = StatementFormat("qif", "QIF", claim_qif, read_qif)


@dataclass(slots=True)
class _Record:
    """One record of money; `line` is where it begins, `account` the name and kind it is under."""

    line: int
    account: tuple[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)


class _Sections:
    """Cuts the lines into records, and keeps those of money."""

    def __init__(self, file: str, notices: list[Notice]) -> None:
        self._file, self._notices = file, notices
        self._section = self._account = ""
        self._record: _Record | None = None
        self._lines_in_record = self._count = 0
        self._left_out: set[str] = set()

    def records(self, lines: Iterable[str]) -> Iterator[_Record]:
        """The records of bank, card and cash accounts."""
        size = number = 0
        for number, line in enumerate(lines, 1):
            size += len(line) + 1
            if size > BYTES_MAX:
                raise FileTooLargeError(size, BYTES_MAX, self._file)
            if line.startswith("!"):
                self._require_ended(number)
                self._begin(line, number)
            elif line.rstrip() == "^":
                yield from self._ended()
            elif line.strip() and not (self._record is None and line.startswith("#")):
                self._take(line, number)
        self._require_ended(number)

    def _begin(self, line: str, number: int) -> None:
        """A header; options change nothing of what is read here."""
        word, _, rest = line[1:].strip().casefold().partition(":")
        if word == "type":
            self._section = rest.strip()
            if self._section in _OTHER_MONEY and self._section not in self._left_out:
                self._left_out.add(self._section)
                notice(self._notices, "qif.section", f"line {number}", line[1:])
        elif word == _ACCOUNTS:
            self._section = _ACCOUNTS
        elif word not in ("option", "clear"):
            raise self._refuse(number, line, "a header of QIF, as !Type:Bank")

    def _take(self, line: str, number: int) -> None:
        if self._section == _ACCOUNTS:
            if line.startswith("N"):
                self._account = line[1:].strip()
            return
        if self._section not in _MONEY:
            if not self._section:
                raise self._refuse(number, line, "a header of QIF, as !Type:Bank")
            return
        if self._record is None:
            self._begin_record(number)
        self._lines_in_record += 1
        if self._lines_in_record > _RECORD_LINES_MAX:
            raise self._refuse(number, f"more than {_RECORD_LINES_MAX} lines", "^, a record's end")
        self._keep(line[0], line[1:].strip()[:_TEXT_CHARACTERS_MAX], number)

    def _begin_record(self, number: int) -> None:
        self._count += 1
        self._lines_in_record = 0
        if self._count > RECORDS_MAX:
            expected = f"at most {RECORDS_MAX} records: split the period"
            raise self._refuse(number, "more records", expected)
        self._record = _Record(number, (self._account, self._section))

    def _keep(self, code: str, text: str, number: int) -> None:
        """A split's own lines (`S`, `E`, `$`, a `D`) stand behind the record's."""
        assert self._record is not None, "a field is in a record"
        fields = self._record.fields
        if code == "$":
            self._record.splits.append(text)
        elif code == "D" and "S" in fields:
            return
        elif code in "DTU" and fields.get(code, text) != text:
            raise self._refuse(number, f"{code}{text}", f"one {code} in a record, ended by ^")
        else:
            fields.setdefault(code, text)

    def _ended(self) -> Iterator[_Record]:
        record, self._record = self._record, None
        if record is not None:
            yield record

    def _require_ended(self, number: int) -> None:
        if self._record is not None:
            raise self._refuse(number, "a record without its end", "^, a record's end")

    def _refuse(self, line: int, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(f"line {line}", found.strip()[:60], expected, self._file)


class _Reader:
    """The records as statements; sees first how the file writes its days and amounts."""

    def __init__(self, file: str, format_name: str, notices: list[Notice]) -> None:
        self._file, self._format, self._notices = file, format_name, notices
        self._mark = ""

    def statements(self, records: Sequence[_Record]) -> Iterator[StatementSource]:
        """One for each account; an empty one for a file without money."""
        groups = self._by_account(records)
        if not groups:
            notice(self._notices, "statement.empty", "QIF")
        order = self._order(records)
        self._mark = self._decimal_mark(records)
        for account, group in (groups or {"": []}).items():
            named = account if len(groups) > 1 or is_iban(account) else None
            yield self._statement(named, group, order)

    def _by_account(self, records: Sequence[_Record]) -> dict[str, list[_Record]]:
        """The records by the number of their account, else by its name.

        Refused: two kinds under one name, and records without a name beside those of another.
        """
        groups: dict[str, list[_Record]] = {}
        for record in records:
            name, kind = record.account
            group = groups.setdefault(_account_number(name) or name, [])
            group.append(record)
            if group[0].account[1] != kind or ("" in groups and len(groups) > 1):
                raise self._refuse(record, f"also records of {name or f'!Type:{kind}'}", _NAMED)
        return groups

    def _order(self, records: Sequence[_Record]) -> DayOrder:
        """The one order in which every day exists; any of them where both give the same days."""
        orders, doubtful = BOTH, None
        for record in records:
            day = self._written(record)
            if not orders & day.orders:
                expected = "a day in the same order as the others (day first, or month first)"
                raise self._refuse(record, record.fields["D"], expected)
            orders &= day.orders
            doubtful = doubtful or (record if day.needs_order else None)
        if len(orders) > 1 and doubtful is not None:
            raise self._refuse(doubtful, doubtful.fields["D"], _LONGER)
        return min(orders)

    def _written(self, record: _Record) -> Written:
        day = written_day(record.fields.get("D", ""))
        if day is None:
            raise self._refuse(record, record.fields.get("D", ""), "a day (D), as 31/12/2026")
        return day

    def _decimal_mark(self, records: Sequence[_Record]) -> str:
        """The mark that the amounts show; two different ones refuse the file."""
        shown = ""
        for record in records:
            try:
                mark = read_amount(_amount_text(record), NO_CURRENCY, "").mark
            except InvalidValueError:
                # It is refused when it is read, unless another amount shows the mark.
                continue
            if mark and shown and mark != shown:
                expected = f"the decimal mark “{shown}”, as in the others"
                raise self._refuse(record, _amount_text(record), expected)
            shown = shown or mark
        return shown

    def _statement(
        self, account: str | None, records: Sequence[_Record], order: DayOrder
    ) -> StatementSource:
        days = [self._written(record).in_order(order) for record in records]
        head = StatementHead(
            format=self._format,
            kind=StatementKind.STATEMENT,
            id=None,
            sequence=None,
            account=account,
            currency=None,
            from_date=min(days, default=None),
            to_date=max(days, default=None),
            opening_balance=None,
            closing_balance=None,
        )
        return StatementSource(head, self._entries(zip(records, days, strict=True)))

    def _entries(self, dated: Iterable[tuple[_Record, date]]) -> Iterator[Entry]:
        for record, day in dated:
            amount = self._amount(record, _amount_text(record))
            self._check(record, amount)
            if amount.minor == 0:
                notice(self._notices, "row.zero", f"line {record.line}", record.fields.get("P", ""))
            elif _is_opening(record.fields):
                notice(
                    self._notices, "qif.opening_balance", f"line {record.line}", amount.decimal()
                )
            else:
                yield _entry(record.fields, amount, day)

    def _check(self, record: _Record, amount: Money) -> None:
        """`U` says the same; splits are how a person divides the sum: the entry stays one."""
        again = record.fields.get("U") or _amount_text(record)
        if self._amount(record, again) != amount:
            raise self._refuse(record, f"T {amount.decimal()}, U {again}", "the same amount twice")
        if not record.splits:
            return
        parts = sum(self._amount(record, text).minor for text in record.splits if text)
        if parts != amount.minor:
            place = f"line {record.line}"
            notice(self._notices, "entry.details_differ", place, amount.decimal())

    def _amount(self, record: _Record, text: str) -> Money:
        try:
            return read_amount(text, NO_CURRENCY, self._mark).money
        except InvalidValueError as wrong:
            doubtful = "one way" in wrong.expected
            expected = _MARK_OPEN if doubtful else wrong.expected
            raise self._refuse(record, wrong.found, expected) from wrong

    def _refuse(self, record: _Record, found: str, expected: str) -> UnreadableFileError:
        place = f"line {record.line}"
        return UnreadableFileError(place, found[:60] or "nothing", expected, self._file)


def _amount_text(record: _Record) -> str:
    """`U` repeats `T` with more digits in newer files."""
    return record.fields.get("T") or record.fields.get("U", "")


def _is_opening(fields: dict[str, str]) -> bool:
    """What Quicken writes when an account is begun: moved from the account itself, so no money."""
    payee, category = fields.get("P", ""), fields.get("L", "")
    return payee.casefold() == "opening balance" and category.startswith("[")


def _account_number(name: str) -> str | None:
    """The account's number, where its name is one."""
    number = compact(name)
    return account_key(number) if is_norwegian_account(number) or is_iban(number) else None


def _entry(fields: dict[str, str], amount: Money, day: date) -> Entry:
    payee, memo, number = (fields.get(code) or None for code in "PMN")
    part = Transaction(
        amount=amount, counterparty=payee, remittance=tuple(filter(None, (memo, number)))
    )
    return Entry(
        amount=amount,
        status=EntryStatus.BOOKED,
        booking_date=day,
        value_date=None,
        reference=None,
        entry_number=None,
        reversal=False,
        code=None,
        text=payee or memo,
        transactions=(part,),
    )
