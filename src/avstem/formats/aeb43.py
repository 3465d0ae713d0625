"""Reads Norma 43 (AEB 43, CSB 43): statements of account as Spanish banks write them.

Amounts have two implied decimals and a code of their own for the sign: 1 is debit (debe), money
out of the account, 2 is credit (haber).

Source: AEB/CECA/UNACC, Cuaderno 43, Información normalizada de cuenta corriente, June 2012;
docs/formats/aeb43.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from avstem.domain.money import MINOR_MAX, Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.fixed_statement import day_yymmdd, implied_money, require_few, texts
from avstem.formats.fixed_width import Record, Records
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "aeb43"
_START = re.compile(rb"\s*11[0-9]{18}[0-9]{12}[12][0-9]{14}[0-9]{3}[0-9 ]")
_DECIMALS = 2
_NINES = "9" * 18
_DEBIT = "1"
#: ISO 4217 numbers of the currencies that accounts in Spain are kept in.
_CURRENCIES = {
    "978": "EUR", "840": "USD", "826": "GBP", "756": "CHF", "578": "NOK", "752": "SEK",
    "208": "DKK", "392": "JPY", "124": "CAD", "036": "AUD", "985": "PLN", "203": "CZK",
    "348": "HUF", "484": "MXN", "504": "MAD", "554": "NZD", "156": "CNY", "344": "HKD",
    "702": "SGD", "710": "ZAR", "949": "TRY", "986": "BRL",
}  # fmt: skip
_CHECK_WEIGHTS = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


def claim_aeb43(head: bytes) -> FormatName | None:
    """A file that begins with the header record (11) of an account."""
    return FormatName(NAME) if _START.match(as_ascii(head).removeprefix(b"\xef\xbb\xbf")) else None


def read_aeb43(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each account with its entries; see `formats.read_statements`.

    Counts and sums that are not those of records 33 and 88 refuse the file at that line.
    """
    records, count = Records(stream, file=file), 0
    for record in records:
        if record.field(1, 2) == "88":
            _require_end(record, records, count)
            return
        account = _Account(record, name, notices)
        account.read(records)
        count += account.records
        yield account.source()
    raise records.cut_off("record 88, the end of the file")


AEB43 = StatementFormat(NAME, "Norma 43", claim_aeb43, read_aeb43)


def spanish_iban(bank: str, branch: str, account: str) -> str:
    """The IBAN of an account told without its check digits: 4, 4 and 10 digits.

    The two inner check digits go by modulus 11, the outer ones by modulus 97 (ISO 13616).

    >>> spanish_iban("2100", "0418", "0200051332")
    'ES9121000418450200051332'
    """
    checks = _check_digit(f"00{bank}{branch}") + _check_digit(account)
    bban = f"{bank}{branch}{checks}{account}"
    # `ES00` behind the number, its letters as 14 and 28.
    return f"ES{98 - int(bban + '142800') % 97:02d}{bban}"


def _check_digit(ten_digits: str) -> str:
    weighted = sum(
        int(digit) * weight for digit, weight in zip(ten_digits, _CHECK_WEIGHTS, strict=True)
    )
    return {10: "1", 11: "0"}.get(11 - weighted % 11, str(11 - weighted % 11))


def _require_end(end: Record, records: Records, count: int) -> None:
    """Record 88: how many records stand before it; nothing may follow."""
    if end.field(3, 20) != _NINES:
        raise end.refuse(end.field(3, 20), "18 nines at 3-20")
    stated = end.count(21, 26, "number of records")
    if stated != count:
        raise end.refuse(str(stated), f"number of records: {count}, as counted")
    for record in records:
        raise record.refuse(record.line, "nothing behind record 88")


@dataclass(slots=True)
class _Sums:
    """What record 33 must say: how many debits and credits, and their sums in minor units."""

    debits: int = 0
    credits: int = 0
    debit_minor: int = 0
    credit_minor: int = 0

    def add(self, minor: int, *, is_debit: bool) -> None:
        """Count a movement; one of nothing is a debit or a credit all the same."""
        if is_debit:
            self.debits, self.debit_minor = self.debits + 1, self.debit_minor - minor
        else:
            self.credits, self.credit_minor = self.credits + 1, self.credit_minor + minor


@dataclass(slots=True)
class _Movement:
    """An entry while its records 22, 23 and 24 pass."""

    amount: Money
    is_debit: bool
    day: date
    value_date: date
    code: str
    document: str | None
    references: tuple[str, ...]
    concepts: list[str] = field(default_factory=list)
    original: Money | None = None

    def entry(self) -> Entry:
        said = texts(*self.concepts)
        transaction = Transaction(
            amount=self.amount,
            remittance=said + self.references,
            original_amount=self.original,
        )
        return Entry(
            amount=self.amount,
            status=EntryStatus.BOOKED,
            booking_date=self.day,
            value_date=self.value_date,
            reference=None,
            entry_number=self.document,
            reversal=False,
            code=self.code,
            text=" ".join(said) or None,
            transactions=(transaction,),
        )


class _Account:
    """From record 11 to record 33 of one account, held until record 33 has proved it."""

    def __init__(self, start: Record, name: FormatName, notices: list[Notice]) -> None:
        if start.field(1, 2) != "11":
            raise start.refuse(start.field(1, 2), "record 11, the start of an account, or 88")
        self._notices, self.records = notices, 1
        self._key = start.digits(3, 20, "account")
        self._currency = _currency(start, 48)
        self._entries: list[Entry] = []
        self._movement: _Movement | None = None
        self._sums = _Sums()
        self._head = StatementHead(
            format=name.name,
            kind=StatementKind.STATEMENT,
            id=None,
            sequence=None,
            account=spanish_iban(start.field(3, 6), start.field(7, 10), start.field(11, 20)),
            currency=self._currency,
            from_date=_day(start, 21, "first day"),
            to_date=_day(start, 27, "last day"),
            opening_balance=self._signed(start, 33, 34, 47),
            closing_balance=None,
            balances_booked=True,
        )

    def read(self, records: Records) -> None:
        """Read up to record 33, which must say the same."""
        for record in records:
            self.records += 1
            require_few(self.records, record.refuse)
            if record.field(1, 2) == "33":
                self._end_movement()
                self._end(record)
                return
            self._take(record)
        raise records.cut_off("record 33, the end of the account")

    def source(self) -> StatementSource:
        """The account as it was read."""
        return StatementSource(self._head, iter(self._entries))

    def _take(self, record: Record) -> None:
        kind = record.field(1, 2)
        if kind == "22":
            self._end_movement()
            self._movement = self._read_movement(record)
            self._notice_day(record, self._movement.day)
        elif kind == "23" and self._movement is not None:
            record.count(3, 4, "number of the concept")
            self._movement.concepts.append(record.field(5, 80))
        elif kind == "24" and self._movement is not None:
            currency = _currency(record, 5)
            self._movement.original = _amount(record, 8, 21, currency)
        else:
            raise record.refuse(record.field(1, 2), "a movement (22, 23, 24) or its end (33)")

    def _read_movement(self, record: Record) -> _Movement:
        return _Movement(
            amount=self._signed(record, 28, 29, 42),
            is_debit=record.field(28, 28) == _DEBIT,
            day=_day(record, 11, "booking date"),
            value_date=_day(record, 17, "value date"),
            code=f"{record.text(23, 24)}/{record.text(25, 27)}",
            document=_none_of_zeros(record.text(43, 52)),
            references=tuple(
                each
                for each in texts(record.field(53, 64), record.field(65, 80))
                if _none_of_zeros(each)
            ),
        )

    def _notice_day(self, record: Record, day: date) -> None:
        first, last = self._head.from_date, self._head.to_date
        if first and last and not first <= day <= last:
            notice(self._notices, "aeb43.day_outside", f"line {record.number}", day.isoformat())

    def _end_movement(self) -> None:
        if self._movement is not None:
            self._sums.add(self._movement.amount.minor, is_debit=self._movement.is_debit)
            self._entries.append(self._movement.entry())
        self._movement = None

    def _end(self, end: Record) -> None:
        if end.field(3, 20) != self._key:
            raise end.refuse(end.field(3, 20), f"{self._key}, the account of record 11")
        if (currency := _currency(end, 74)) != self._currency:
            raise end.refuse(currency, f"{self._currency}, the currency of record 11")
        self._require_sums(end)
        self._head = replace(self._head, closing_balance=self._signed(end, 59, 60, 73))

    def _require_sums(self, end: Record) -> None:
        """Refuse record 33 unless its counts and sums are those of the movements."""
        sums = self._sums
        if max(sums.debit_minor, sums.credit_minor) > MINOR_MAX:
            raise end.refuse("more than 64 bits", "amounts of at most 64 bits together")
        stated = (
            ("number of debits", end.count(21, 25, "number of debits"), sums.debits),
            ("debits", _amount(end, 26, 39, self._currency).minor, sums.debit_minor),
            ("number of credits", end.count(40, 44, "number of credits"), sums.credits),
            ("credits", _amount(end, 45, 58, self._currency).minor, sums.credit_minor),
        )
        for what, found, counted in stated:
            if found != counted:
                raise end.refuse(str(found), f"{what}: {counted}, as the movements add up to")

    def _signed(self, record: Record, sign: int, first: int, last: int) -> Money:
        """The amount with the sign of its code: 1 debit, 2 credit."""
        amount = _amount(record, first, last, self._currency)
        match record.field(sign, sign):
            case "1":
                return -amount
            case "2":
                return amount
            case found:
                raise record.refuse(found, f"1 (debit) or 2 (credit) at {sign}")


def _day(record: Record, first: int, what: str) -> date:
    return day_yymmdd(record.field(first, first + 5), what, record.refuse)


def _amount(record: Record, first: int, last: int, currency: str) -> Money:
    return implied_money(record.field(first, last), _DECIMALS, currency, record.refuse)


def _currency(record: Record, first: int) -> str:
    """The currency by its ISO 4217 number."""
    number = record.digits(first, first + 2, "currency")
    if number not in _CURRENCIES:
        raise record.refuse(number, "the ISO 4217 number of a currency, as 978 for EUR")
    return _CURRENCIES[number]


def _none_of_zeros(text: str) -> str | None:
    return text if text.strip("0 ") else None
