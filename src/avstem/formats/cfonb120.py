"""Reads CFONB 120: statements of account as French banks write them.

An amount carries its sign in its last character, as punched cards did: `{ABCDEFGHI` are 0 to 9 of a
credit, `}JKLMNOPQR` of a debit. How many decimals it has stands in the record.

Source: CFONB, Relevé de compte sur support informatique, July 2004, and Évolutions du relevé de
compte 120 caractères, August 2007; docs/formats/cfonb120.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
)
from avstem.formats.cfonb120_details import Details
from avstem.formats.fixed_statement import implied_money, require_few
from avstem.formats.fixed_width import Record, Records
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "cfonb120"
_WIDTH = 120
_START = re.compile(rb"\s*0[1457][0-9]{5}[0-9A-Z ]{4}[0-9]{5}[A-Z]{3}[0-9][ 0-9A-Z]{12}")
_CREDIT, _DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"
#: What the national variant of ISO 646 shows for the braces.
_BRACES = str.maketrans("éè", "{}")
_RIB_KEY = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_ACCOUNT = re.compile(r"[0-9A-Z]{11}\Z", re.ASCII)


def claim_cfonb120(head: bytes) -> FormatName | None:
    """A file whose first record is one of 01, 04, 05 and 07, with a bank and a currency."""
    found = _START.match(as_ascii(head).removeprefix(b"\xef\xbb\xbf"))
    return FormatName(NAME) if found else None


def read_cfonb120(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each account with its entries; see `formats.read_statements`.

    The format has no control totals: old balance + entries = new balance is its only proof. A
    record outside the two balances refuses the file. A file of operations alone proves nothing: it
    is a report, whose entries are pending.
    """
    records = Records(stream, file=file, width=_WIDTH)
    kind: type[_Account] | None = None
    for record in records:
        kind = kind or (_Operations if record.field(1, 2) == "04" else _Account)
        account = kind(record, name, notices)
        account.read(records)
        yield account.source()


CFONB120 = StatementFormat(NAME, "CFONB 120", claim_cfonb120, read_cfonb120)


def french_iban(bank: str, branch: str, account: str) -> str:
    """The IBAN of an account told without its check digits: 5, 5 and 11 characters.

    The inner check digits (clé RIB) go by modulus 97, letters counting as 1 to 9; so do the outer
    ones (ISO 13616).

    >>> french_iban("20041", "01005", "0500013M026")
    'FR1420041010050500013M02606'
    """
    number = int(account.translate(_RIB_KEY))
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * number) % 97
    bban = f"{bank}{branch}{account}{key:02d}"
    # `FR00` behind the number, its letters as 15 and 27.
    digits = "".join(str(int(each, 36)) for each in bban + "FR")
    return f"FR{98 - int(digits + '00') % 97:02d}{bban}"


@dataclass(slots=True)
class _Operation:
    """An entry while its records 04 and 05 pass."""

    amount: Money
    day: date
    value_date: date | None
    label: str
    code: str
    number: str | None
    reject_reason: str | None
    reference: str
    details: Details = field(default_factory=Details)

    def entry(self, status: EntryStatus) -> Entry:
        """The entry, when its records have passed."""
        transaction = self.details.transaction(
            self.amount, label=self.label, reference=self.reference, reason=self.reject_reason
        )
        return Entry(
            amount=self.amount,
            status=status,
            booking_date=self.day,
            value_date=self.value_date,
            reference=None,
            entry_number=self.number,
            reversal=False,
            code=self.code or None,
            text=self.label or None,
            transactions=(transaction,),
        )


class _Account:
    """From record 01, the old balance, to record 07, the new one; held until then."""

    _status = EntryStatus.BOOKED

    def __init__(self, start: Record, name: FormatName, notices: list[Notice]) -> None:
        self._notices, self._start, self._count = notices, start, 1
        self._currency = _currency(start)
        self._entries: list[Entry] = []
        self._operation: _Operation | None = None
        self._head = self._begin(start, name)

    def _begin(self, start: Record, name: FormatName) -> StatementHead:
        if start.field(1, 2) != "01":
            raise start.refuse(start.field(1, 2), "record 01, the old balance of an account")
        return StatementHead(
            format=name.name,
            kind=StatementKind.STATEMENT,
            id=None,
            sequence=None,
            account=_account(start),
            currency=self._currency,
            from_date=start.day_ddmmyy(35, "day of the old balance"),
            to_date=None,
            opening_balance=_amount(start, self._currency),
            closing_balance=None,
            balances_booked=True,
        )

    def read(self, records: Records) -> None:
        """Read up to record 07."""
        for record in records:
            self._count += 1
            require_few(self._count, record.refuse)
            if record.field(1, 2) == "07":
                self._end(record)
                return
            self._take(record)
        raise records.cut_off("record 07, the new balance of the account")

    def source(self) -> StatementSource:
        """The account as it was read."""
        return StatementSource(self._head, iter(self._entries))

    def _take(self, record: Record) -> None:
        kind = record.field(1, 2)
        if kind not in ("04", "05") or (kind == "05" and self._operation is None):
            raise record.refuse(kind, "an operation (04, then 05) or the new balance (07)")
        self._require_same_account(record)
        if kind == "04":
            self._end_operation()
            self._operation = _read_operation(record, self._currency)
        elif self._operation is not None:
            self._operation.details.add(record, self._currency, self._notices)

    def _end_operation(self) -> None:
        if self._operation is not None:
            self._entries.append(self._operation.entry(self._status))
        self._operation = None

    def _end(self, end: Record) -> None:
        self._end_operation()
        self._require_same_account(end)
        self._head = replace(
            self._head,
            to_date=end.day_ddmmyy(35, "day of the new balance"),
            closing_balance=_amount(end, self._currency),
        )

    def _require_same_account(self, record: Record) -> None:
        """Another number or currency refuses; another bank or branch code is odd."""
        start = self._start
        if record.field(22, 32) != start.field(22, 32):
            raise record.refuse(record.field(22, 32), f"{start.field(22, 32)}, as in the first")
        if record.field(17, 19) != self._currency:
            raise record.refuse(record.field(17, 19), f"{self._currency}, as in the first")
        if (record.field(3, 7), record.field(12, 16)) != (start.field(3, 7), start.field(12, 16)):
            found = f"{record.field(3, 7)} {record.field(12, 16)}"
            notice(self._notices, "cfonb120.bank_differs", f"line {record.number}", found)


class _Operations(_Account):
    """Operations without balances, as some banks and programs hand them on."""

    _status = EntryStatus.PENDING

    def _begin(self, start: Record, name: FormatName) -> StatementHead:
        self._operation = _read_operation(start, self._currency)
        notice(self._notices, "cfonb120.no_balances", f"line {start.number}")
        return StatementHead(
            format=name.name,
            kind=StatementKind.REPORT,
            id=None,
            sequence=None,
            account=_account(start),
            currency=self._currency,
            from_date=None,
            to_date=None,
            opening_balance=None,
            closing_balance=None,
        )

    def read(self, records: Records) -> None:
        """Read up to the end of the file; a balance here has lost its other one."""
        for record in records:
            self._count += 1
            require_few(self._count, record.refuse)
            self._take(record)
        self._end_operation()
        days = [entry.booking_date for entry in self._entries if entry.booking_date]
        self._head = replace(self._head, from_date=min(days), to_date=max(days))


def _read_operation(record: Record, currency: str) -> _Operation:
    return _Operation(
        amount=_amount(record, currency),
        day=record.day_ddmmyy(35, "booking date"),
        value_date=record.day_ddmmyy(43, "value date") if record.text(43, 48) else None,
        label=" ".join(record.field(49, 79).split()),
        code="/".join(filter(None, (record.text(33, 34), record.text(8, 11)))),
        number=_none_of_zeros(record.text(82, 88)),
        reject_reason=_none_of_zeros(record.text(41, 42)),
        reference=record.text(105, 120),
    )


def _amount(record: Record, currency: str) -> Money:
    """The signed amount at 91-104, with as many decimals as position 20 says."""
    decimals = record.count(20, 20, "number of decimals")
    text = record.field(91, 104).translate(_BRACES)
    last = text[-1]
    if last in _CREDIT:
        return implied_money(f"{text[:-1]}{_CREDIT.index(last)}", decimals, currency, record.refuse)
    if last in _DEBIT:
        return -implied_money(f"{text[:-1]}{_DEBIT.index(last)}", decimals, currency, record.refuse)
    raise record.refuse(text, "an amount at 91-104 that ends in one of {A-I or }J-R")


def _currency(record: Record) -> str:
    try:
        return check_currency(record.field(17, 19))
    except InvalidValueError as wrong:
        raise record.refuse(wrong.found, wrong.expected) from wrong


def _account(start: Record) -> str:
    """The IBAN, where bank, branch and number are all there; else the number as it stands."""
    bank, branch, number = start.field(3, 7), start.field(12, 16), start.field(22, 32)
    codes = bank + branch
    if codes.isascii() and codes.isdigit() and _ACCOUNT.match(number):
        return french_iban(bank, branch, number)
    if not number.strip():
        raise start.refuse(number, "an account number at 22-32")
    return number.strip()


def _none_of_zeros(text: str) -> str | None:
    return text if text.strip("0 ") else None
