"""One account of BAI2: identifier and summaries (03), transactions (16), trailer (49).

Amounts are minor units of the account's currency, unsigned for transactions: their type code tells
the direction.

Source: BAI, Cash Management Balance Reporting Specifications Version 2; docs/formats/bai2.md.
"""

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
from avstem.formats.bai2 import codes
from avstem.formats.bai2.records import Fields, Record
from avstem.formats.bai2.totals import Totals
from avstem.formats.bai2.values import read_count, read_currency, read_funds, read_minor
from avstem.formats.fixed_statement import require_few, texts
from avstem.formats.values import notice

#: The most characters of one account; they are held until its trailer.
CHARACTERS_MAX = 64 * 1024**2
_CODE_DIGITS = 3


class Account:
    """An account while its records pass; `totals` is what its trailer must say."""

    def __init__(
        self, start: Record, *, currency: str, day: date, is_test: bool, notices: list[Notice]
    ) -> None:
        if start.code != "03":
            raise start.refuse(start.code, "record 03, an account identifier, or 98")
        self._day, self._notices = day, notices
        self._status = EntryStatus.INFORMATION if is_test else EntryStatus.BOOKED
        self._entries: list[Entry] = []
        self._balances: dict[str, int] = {}
        self._characters, self._gross_minor = start.characters, 0
        self._head: StatementHead | None = None
        self.totals = Totals(records=start.count)
        fields = start.fields()
        self._number = fields.take()
        if not self._number:
            raise start.refuse(self._number, "an account number")
        self._currency = read_currency(fields.take() or currency, start)
        self._read_summaries(fields, start)

    def add(self, record: Record) -> None:
        """Take one transaction."""
        if record.code != "16":
            raise record.refuse(record.code, "record 16, a transaction, or 49")
        self.totals.records += record.count
        self._characters += record.characters
        require_few(self.totals.records, record.refuse)
        if self._characters > CHARACTERS_MAX:
            raise record.refuse(f"{self._characters} characters", "smaller accounts")
        self._read_transaction(record)

    def end(
        self, trailer: Record, *, format: str, kind: StatementKind, id: str | None,
        created: str | None,
    ) -> None:  # fmt: skip
        """Prove the account by its trailer (49)."""
        self.totals.records += trailer.count
        self.totals.require_account(trailer, self._notices)
        opening, closing = self._balance("010", "040"), self._balance("015", "045")
        self._head = StatementHead(
            format=format,
            kind=kind,
            id=id,
            sequence=None,
            account=self._number,
            currency=self._currency,
            from_date=self._day,
            to_date=self._day,
            opening_balance=opening,
            closing_balance=closing,
            balances_booked={codes.OPENING_LEDGER, codes.CLOSING_LEDGER} <= self._balances.keys(),
            created=created,
        )

    def source(self) -> StatementSource:
        """The account as it was read and proved."""
        assert self._head is not None, "an account is given only once it is proved"
        return StatementSource(self._head, iter(self._entries))

    def _balance(self, ledger: str, available: str) -> Money | None:
        minor = self._balances.get(ledger, self._balances.get(available))
        return None if minor is None else Money(minor, self._currency)

    def _read_summaries(self, fields: Fields, start: Record) -> None:
        """Type, amount, number of items, funds: as often as they come."""
        while fields.has_more:
            code, amount = fields.take(), fields.take()
            if items := fields.take():
                read_count(items, "number of items", start)
            read_funds(fields, start)
            if code:
                self._read_summary(code, amount, start)
            elif amount:
                raise start.refuse(amount, "a type code before the amount")

    def _read_summary(self, code: str, amount: str, start: Record) -> None:
        _read_code(code, start)
        if not amount:
            return
        minor = self._count(amount, start)
        self.totals.summaries_minor += minor
        if self._balances.setdefault(code, minor) != minor and code < codes.CREDITS_FROM:
            raise start.refuse(amount, f"one balance of type {code}: {self._balances[code]}")

    def _count(self, text: str, record: Record) -> int:
        """The amount, counted into the control total."""
        minor = read_minor(text, "amount", record)
        self._gross_minor += abs(minor)
        if self._gross_minor > MINOR_MAX:
            raise record.refuse(text, "amounts of at most 64 bits together")
        self.totals.sum_minor += minor
        return minor

    def _read_transaction(self, record: Record) -> None:
        fields = record.fields()
        code, text = fields.take(), fields.take()
        number = _read_code(code, record)
        minor = 0 if number == codes.NON_MONETARY and not text else self._count(text, record)
        if minor < 0 or text.startswith("-"):
            raise record.refuse(text, "an amount without a sign: its type code tells which way")
        value_date = read_funds(fields, record)
        bank_reference, customer_reference = fields.take(), fields.take()
        said = texts(*fields.take_texts())
        if number == codes.NON_MONETARY and minor == 0:
            notice(self._notices, "bai2.no_money", f"line {record.line}", " ".join(said))
            return
        direction = codes.direction(number)
        if direction is None:
            raise record.refuse(code, "a type code of a credit or a debit")
        amount = Money(direction * minor, self._currency)
        self._entries.append(
            Entry(
                amount=amount,
                status=self._status,
                booking_date=self._day,
                value_date=value_date,
                reference=bank_reference or None,
                entry_number=None,
                reversal=False,
                code=code,
                text=" ".join(said) or None,
                transactions=(
                    Transaction(
                        amount=amount,
                        end_to_end_id=customer_reference or None,
                        remittance=said,
                    ),
                ),
            )
        )


def _read_code(code: str, record: Record) -> int:
    if len(code) != _CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise record.refuse(code, "a type code of three digits")
    return int(code)
