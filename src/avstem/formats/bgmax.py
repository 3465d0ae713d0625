"""Reads BgMax, Bankgirot's file of incoming payments: one statement and one entry a deposit.

Amounts are öre or cent, unsigned: a payment (record 20) is money in, a deduction (21) money out. A
deposit is held until its record 15 has proved it; that bounds how many records it may have.

Source: Bankgiro Inbetalningar, technical manual, November 2019, section 3; docs/formats/bgmax.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import MINOR_MAX, Money, check_currency, minor_digits, total
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Notice,
    Reference,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.fixed_width import Record, Records
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "bgmax"
#: The most records between an opening record and its deposit record.
RECORDS_MAX = 500_000
_START = re.compile(rb"\s*01BGMAX {15}[0-9]{2}")
#: The reference is one that Bankgirot has checked against the payee's agreement.
_CHECKED = "2"


def claim_bgmax(head: bytes) -> FormatName | None:
    """A file that begins with the start record of BgMax, whichever version."""
    found = _START.match(as_ascii(head).removeprefix(b"\xef\xbb\xbf"))
    return FormatName(NAME) if found else None


def read_bgmax(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each deposit with its payments; see `formats.read_statements`.

    Counts and sums that are not those of the deposit or the end record refuse the file there.
    """
    records = Records(stream, file=file)
    for record in records:
        yield from _File(records, record, name, notices).statements()


BGMAX = StatementFormat("bgmax", "BgMax", claim_bgmax, read_bgmax)


@dataclass(slots=True)
class _Payment:
    """A payment or deduction while its records pass; `line` is where it begins."""

    line: int
    amount: Money
    serial: str
    bankgiro: str | None
    references: list[Reference] = field(default_factory=list)
    remittance: list[str] = field(default_factory=list)
    name: str | None = None
    #: What the extra references say in sum, signed; None where none of them has an amount.
    referred_minor: int | None = None

    def transaction(self, deposit: str) -> Transaction:
        """The payment as the rest of avstem knows it; its serial counts within the deposit."""
        return Transaction(
            amount=self.amount,
            bank_reference=f"{deposit}-{self.serial}",
            counterparty=self.name,
            counterparty_account=self.bankgiro,
            references=tuple(self.references),
            remittance=tuple(self.remittance),
        )


@dataclass(slots=True)
class _Counts:
    """How many records the end record must tell of."""

    payments: int = 0
    deductions: int = 0
    references: int = 0
    deposits: int = 0

    def require_as_in(self, end: Record) -> None:
        for first, what, counted in (
            (3, "number of payments", self.payments),
            (11, "number of deductions", self.deductions),
            (19, "number of extra references", self.references),
            (27, "number of deposits", self.deposits),
        ):
            stated = end.count(first, first + 7, what)
            if stated != counted:
                raise end.refuse(str(stated), f"{what}: {counted}, as counted")


class _File:
    """From record 01 to record 70; several files may stand one after another."""

    def __init__(
        self, records: Records, start: Record, name: FormatName, notices: list[Notice]
    ) -> None:
        if start.text(1, 22) != "01BGMAX":
            raise start.refuse(start.field(1, 22), "01BGMAX, the start of a file")
        if start.field(23, 24) != "01":
            raise start.refuse(start.field(23, 24), "version 01")
        if start.field(45, 45) == "T":
            notice(notices, "bgmax.test_file", f"line {start.number}")
        self._records, self._name, self._notices = records, name, notices
        self._made = start.day_yyyymmdd(25, "day of the file").isoformat()
        self._counts = _Counts()

    def statements(self) -> Iterator[StatementSource]:
        """The deposits, each proved by its record 15."""
        for record in self._records:
            kind = record.field(1, 2)
            if kind == "70":
                self._counts.require_as_in(record)
                return
            if kind != "05":
                raise record.refuse(kind, "a deposit's opening record (05) or the end record (70)")
            yield self._deposit(record)
        raise self._records.cut_off("the end record (70)")

    def _deposit(self, opening: Record) -> StatementSource:
        deposit = _Deposit(opening, self._records, self._counts, self._notices)
        entry, closing = deposit.read()
        self._counts.deposits += 1
        head = StatementHead(
            format=self._name.name,
            kind=StatementKind.NOTIFICATION,
            id=f"{entry.booking_date:%Y%m%d}-{entry.reference}",
            sequence=closing.field(46, 50),
            account=closing.digits(3, 37, "account").lstrip("0") or None,
            currency=deposit.currency,
            from_date=entry.booking_date,
            to_date=entry.booking_date,
            opening_balance=None,
            closing_balance=None,
            created=self._made,
        )
        return StatementSource(head, iter((entry,) if entry.transactions else ()))


class _Deposit:
    """From record 05 to record 15: the payments that came to the account as one sum."""

    def __init__(
        self, opening: Record, records: Records, counts: _Counts, notices: list[Notice]
    ) -> None:
        self._records, self._counts, self._notices = records, counts, notices
        self.bankgiro = opening.digits(3, 12, "bankgiro number").lstrip("0")
        self.currency = _currency(opening, 23)
        self._payments: list[_Payment] = []

    def read(self) -> tuple[Entry, Record]:
        """Read up to the deposit record, which must say the same; the entry, and that record."""
        for count, record in enumerate(self._records, 1):
            if count > RECORDS_MAX:
                raise record.refuse(f"more than {RECORDS_MAX} records", "smaller deposits")
            if record.field(1, 2) == "15":
                self._end_payment()
                return self._entry(record), record
            self._take(record)
        raise self._records.cut_off("the deposit record (15)")

    def _take(self, record: Record) -> None:
        kind = record.field(1, 2)
        if kind in ("20", "21"):
            self._end_payment()
            self._begin_payment(record, is_deduction=kind == "21")
        elif kind in ("22", "23", "25", "26", "27", "28", "29") and self._payments:
            self._detail(kind, record)
        else:
            raise record.refuse(kind, "a record of the deposit: 20 to 29, or 15")

    def _detail(self, kind: str, record: Record) -> None:
        """What a payment says of itself. Its address and organisation number are not kept."""
        payment = self._payments[-1]
        match kind:
            case "22" | "23":
                self._extra_reference(payment, record, is_credit_note=kind == "23")
            case "25" if text := record.text(3, 52):
                payment.remittance.append(text)
            case "26":
                payment.name = record.text(3, 37) or None

    def _begin_payment(self, record: Record, *, is_deduction: bool) -> None:
        record.require_fields(69)
        minor = record.count(38, 55, "amount")
        payment = _Payment(
            line=record.number,
            amount=Money(-minor if is_deduction else minor, self.currency),
            serial=record.digits(58, 69, "serial number"),
            bankgiro=record.digits(3, 12, "bankgiro number").lstrip("0") or None,
        )
        _refer(payment, record, "kid", None)
        self._payments.append(payment)
        self._counts.payments += not is_deduction
        self._counts.deductions += is_deduction

    def _extra_reference(self, payment: _Payment, record: Record, *, is_credit_note: bool) -> None:
        record.require_fields(69)
        if record.field(58, 69) != payment.serial:
            expected = f"serial number {payment.serial}, as in line {payment.line}"
            raise record.refuse(record.field(58, 69), expected)
        minor = record.count(38, 55, "amount")
        amount = Money(minor, self.currency) if minor else None
        _refer(payment, record, "credit_note" if is_credit_note else "kid", amount)
        if minor:
            signed = -minor if is_credit_note else minor
            payment.referred_minor = (payment.referred_minor or 0) + signed
        self._counts.references += 1

    def _end_payment(self) -> None:
        """What is paid on each reference should be the payment; else the payment counts."""
        if not self._payments:
            return
        payment = self._payments[-1]
        referred = payment.referred_minor
        if referred is not None and referred != abs(payment.amount.minor):
            notice(self._notices, "bgmax.references_sum", f"line {payment.line}", str(referred))

    def _entry(self, closing: Record) -> Entry:
        amount = total((each.amount for each in self._payments), self.currency)
        self._require_as_in(closing, amount)
        day = closing.day_yyyymmdd(38, "day of payment")
        serial = closing.digits(46, 50, "serial number")
        transactions = tuple(each.transaction(f"{day:%Y%m%d}-{serial}") for each in self._payments)
        return _entry(amount, day, f"{self.bankgiro}-{serial}", transactions)

    def _require_as_in(self, closing: Record, amount: Money) -> None:
        if sum(abs(each.amount.minor) for each in self._payments) > MINOR_MAX:
            raise closing.refuse(str(amount), "amounts of at most 64 bits together")
        stated = closing.count(51, 68, "amount")
        if stated != amount.minor:
            raise closing.refuse(str(stated), f"amount: {amount.minor}, as the payments add up to")
        if (found := _currency(closing, 69)) != self.currency:
            raise closing.refuse(found, f"{self.currency}, as in the opening record")
        count = closing.count(72, 79, "number of payments")
        if count != len(self._payments):
            expected = f"number of payments: {len(self._payments)}, as counted"
            raise closing.refuse(str(count), expected)


def _entry(
    amount: Money, day: date, reference: str, transactions: tuple[Transaction, ...]
) -> Entry:
    return Entry(
        amount=amount,
        status=EntryStatus.BOOKED,
        booking_date=day,
        value_date=day,
        reference=reference,
        entry_number=None,
        reversal=False,
        code=None,
        text=None,
        transactions=transactions,
        batch_count=len(transactions),
        has_details=True,
        details_count=len(transactions),
    )


def _refer(payment: _Payment, record: Record, kind: str, amount: Money | None) -> None:
    """A reference that Bankgirot found right is a key; any other is the payer's words."""
    value = record.text(13, 37)
    if not value:
        return
    if record.field(56, 56) == _CHECKED:
        payment.references.append(Reference(kind, value, amount))
    else:
        payment.remittance.append(value)


def _currency(record: Record, first: int) -> str:
    """SEK or EUR; amounts have two decimals, so another currency must have them too."""
    found = record.field(first, first + 2)
    try:
        if minor_digits(check_currency(found)) == 2:
            return found
    except InvalidValueError:
        pass
    raise record.refuse(found, "a currency of two decimals, as SEK")
