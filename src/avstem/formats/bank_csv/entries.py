"""One row becomes one entry, or a notice why it is none; an uncertain value refuses the file.

Two equal rows are two entries: only the bank's own reference, if the table has one, tells which is
which.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import account_key, compact, is_creditor_reference
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import Entry, EntryStatus, Notice, Reference, Transaction
from avstem.formats.bank_csv.cells import SheetNumber, one_line, read_amount, read_day
from avstem.formats.bank_csv.plan import SINGLE_COLUMNS, Plan
from avstem.formats.bank_csv.rows import Row
from avstem.formats.drafts import draft
from avstem.formats.values import notice

#: A cell's text beyond this is cut, with a notice.
TEXT_CHARACTERS_MAX = 1_000
_KID = re.compile(r"[0-9]{2,25}\Z|[0-9]{1,24}-\Z", re.ASCII)
_ACCOUNT = re.compile(r"(?=[0-9A-Z]*[0-9]{3})[0-9A-Z]{3,34}\Z", re.ASCII)
_SHEET_DIGITS_MAX = 15
_NO_ENTRY_CURRENCY = "a currency: the table names none; map it once and say which one it is in"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, the account it is on (None where the table does not say), the balance after it."""

    place: str
    account: str | None
    entry: Entry
    balance: Money | None

    @property
    def is_booked(self) -> bool:
        """Whether it is money on the account."""
        return self.entry.status is EntryStatus.BOOKED


_new_transaction = draft(
    Transaction,
    "amount counterparty counterparty_account references remittance original_amount",
)
_new_entry = draft(
    Entry,
    "amount status booking_date value_date reference code text transactions",
    reversal=False,
)


def new_transaction(*given: Any) -> Transaction:
    """The one payment of a row: amount, name, account, references, texts, original amount."""
    made: Transaction = _new_transaction(*given)
    made.__class__ = Transaction
    return made


def new_entry(*given: Any) -> Entry:
    """A row's entry: amount, status, booking and value date, reference, code, text, payments."""
    made: Entry = _new_entry(*given)
    made.__class__ = Entry
    return made


# The same few in every row.
@lru_cache(maxsize=64)
def _own_key(text: str) -> str:
    return account_key(text)[:40]


class RowReader:
    """Reads rows by one plan; remembers which marks and signs the file has shown."""

    def __init__(self, plan: Plan, *, file: str, notices: list[Notice]) -> None:
        self._plan, self._columns = plan, plan.columns
        # Asked for a score of times a row: the columns that are there, by role.
        self._index = {
            role: index
            for role in SINGLE_COLUMNS
            if (index := getattr(plan.columns, role)) is not None
        }
        self._has_sides = any(role.startswith(("from_", "to_")) for role in self._index)
        self._file, self._notices = file, notices
        self._mark, self._out_sign = plan.decimal_mark, 0
        self._known_currency = ""
        self._always_booked = not (
            "status" in self._index or plan.booked_statuses or plan.reserved_texts
        )

    def read(self, row: Row) -> Line | None:
        """The entry of a row; None, with a notice, where the row is none."""
        row = self._whole(row)
        currency = self._currency(row)
        money = self._amount(row, currency)
        if money is None or money.minor == 0:
            self._left_out("row.zero", row)
            return None
        status = self._status(row)
        booked, executed = self._booking_date(row, status), self._day(row, "executed_date")
        if booked is None:
            status = EntryStatus.PENDING
            if executed is None:
                self._left_out("row.undated", row)
                return None
        value_date = self._day(row, "value_date") or (executed if booked is None else None)
        texts = self._texts(row)
        reference, code = self._text_or_none(row, "reference"), self._text_or_none(row, "type")
        part = self._transaction(row, money, texts)
        text = texts[0] if texts else None
        entry = new_entry(money, status, booked, value_date, reference, code, text, (part,))
        return Line(row.place, self._own_account(row, money), entry, self._balance(row, currency))

    def _whole(self, row: Row) -> Row:
        """The row with exactly the table's columns; a short row is a file that was cut off."""
        width, cells = self._plan.width, row.cells
        if len(cells) == width:
            return row
        if len(cells) < width:
            raise self._refuse(row, f"{len(cells)} cells", f"{width} cells, as the header has")
        if any(cell.strip() for cell in cells[width:]):
            raise self._refuse(row, f"{len(cells)} cells", f"{width} cells, as the header has")
        return replace(row, cells=cells[:width])

    def _cell(self, row: Row, role: str) -> str:
        index = self._index.get(role)
        return "" if index is None else row.cells[index]

    def _currency(self, row: Row) -> str:
        stated = self._cell(row, "currency").strip().upper() or self._plan.currency
        if stated == self._known_currency != "":
            return stated
        if not stated:
            raise self._refuse(row, "nothing", _NO_ENTRY_CURRENCY)
        try:
            self._known_currency = check_currency(stated)
        except InvalidValueError as wrong:
            raise self._refuse(row, wrong.found, wrong.expected) from wrong
        return self._known_currency

    def _amount(self, row: Row, currency: str) -> Money | None:
        """The signed amount; None where both the in and the out column are empty."""
        if self._columns.amount is None:
            return self._in_or_out(row, currency)
        money = self._money(row, "amount", currency)
        if money is None:
            raise self._refuse(row, "nothing", "an amount")
        if self._columns.marker is not None:
            return self._marked(row, money)
        return -money if self._plan.inverse else money

    def _marked(self, row: Row, money: Money) -> Money:
        """A word says whether it is out or in; another word says nothing."""
        word, plan = self._cell(row, "marker").strip().casefold(), self._plan
        if money.minor < 0:
            raise self._refuse(row, self._cell(row, "amount"), "an amount without a sign")
        if word not in (*plan.out_words, *plan.in_words):
            known = ", ".join((*plan.out_words, *plan.in_words))
            raise self._refuse(row, word or "nothing", f"one of the words {known}")
        return -money if word in plan.out_words else money

    def _in_or_out(self, row: Row, currency: str) -> Money | None:
        paid_in = self._money(row, "paid_in", currency)
        paid_out = self._money(row, "paid_out", currency)
        if paid_in is not None and paid_in.minor < 0:
            raise self._refuse(row, self._cell(row, "paid_in"), "no minus on money in")
        if paid_out is None or paid_out.minor == 0:
            return paid_in if paid_in is not None else paid_out
        if paid_in is not None and paid_in.minor:
            raise self._refuse(row, f"{paid_in} and {paid_out}", "money in or out, not both")
        sign = 1 if paid_out.minor > 0 else -1
        # A minus where other rows have none may be money paid back: only the bank knows.
        if self._out_sign not in (0, sign):
            expected = "the same sign in every row of the column of money out"
            raise self._refuse(row, self._cell(row, "paid_out"), expected)
        self._out_sign = sign
        return -abs(paid_out)

    def _money(self, row: Row, role: str, currency: str) -> Money | None:
        cell = self._cell(row, role)
        if not cell.strip():
            return None
        try:
            found = read_amount(cell, currency, self._plan.decimal_mark)
        except InvalidValueError as wrong:
            raise self._refuse(row, wrong.found, wrong.expected) from wrong
        if found.mark and self._mark not in ("", found.mark):
            raise self._refuse(row, cell, f"the decimal mark of the other rows, {self._mark}")
        self._mark = self._mark or found.mark
        return found.money

    def _balance(self, row: Row, currency: str) -> Money | None:
        return self._money(row, "balance", currency)

    def _status(self, row: Row) -> EntryStatus:
        if self._always_booked:
            return EntryStatus.BOOKED
        plan, stated = self._plan, self._cell(row, "status").strip().casefold()
        if stated and stated in plan.reserved_statuses:
            return EntryStatus.PENDING
        if plan.booked_statuses and stated not in plan.booked_statuses:
            known = ", ".join((*plan.booked_statuses, *plan.reserved_statuses))
            raise self._refuse(row, stated or "no status", f"one of the statuses {known}")
        texts = (row.cells[index].casefold() for index in self._columns.text)
        reserved = any(mark in text for text in texts for mark in plan.reserved_texts)
        return EntryStatus.PENDING if reserved else EntryStatus.BOOKED

    def _booking_date(self, row: Row, status: EntryStatus) -> date | None:
        """None where the bank has not booked it yet; a status that says it has is refused."""
        if not self._plan.reserved_dates and not self._plan.booked_statuses:
            return self._day(row, "booking_date")
        stated = self._cell(row, "booking_date").strip().casefold()
        if stated and stated not in self._plan.reserved_dates:
            return self._day(row, "booking_date")
        if self._plan.booked_statuses and status is EntryStatus.BOOKED:
            raise self._refuse(row, stated or "no booking date", "a booking date of what is booked")
        return None

    def _day(self, row: Row, role: str) -> date | None:
        cell = self._cell(row, role)
        if not cell.strip():
            return None
        try:
            return read_day(cell, self._plan.date_form)
        except InvalidValueError as wrong:
            raise self._refuse(row, wrong.found, wrong.expected) from wrong

    def _own_account(self, row: Row, money: Money) -> str | None:
        found = self._cell(row, "account") or self._by_direction(row, money, "account", ours=True)
        return _own_key(found) if found.strip() else self._plan.account

    def _by_direction(self, row: Row, money: Money, what: str, *, ours: bool) -> str:
        """Of the two sides of a payment ours or theirs: what goes out comes from us."""
        if not self._has_sides:
            return ""
        from_us = money.minor < 0
        return self._cell(row, f"from_{what}" if from_us is ours else f"to_{what}")

    def _transaction(self, row: Row, money: Money, texts: tuple[str, ...]) -> Transaction:
        account = self._cell(row, "counterparty_account")
        account = account or self._by_direction(row, money, "account", ours=False)
        name = self._text_or_none(row, "counterparty")
        name = name or self._cut(self._by_direction(row, money, "name", ours=False), row) or None
        has_kid = "kid" in self._index
        kid = self._kid(row) if has_kid else ()
        said = (*texts, *self._odd_kid(row)) if has_kid and not kid else texts
        has_original = "original_amount" in self._index
        original = self._original(row, money.currency) if has_original else None
        number = self._account_or_none(account) if account else None
        return new_transaction(money, name, number, kid, said, original)

    def _account_or_none(self, cell: str) -> str | None:
        """Some banks write a name where they have no number."""
        return account_key(cell) if _ACCOUNT.match(compact(cell)) else None

    def _kid(self, row: Row) -> tuple[Reference, ...]:
        cell = self._cell(row, "kid")
        if not cell:
            return ()
        found = compact(cell)
        if _KID.match(found) and not self._rounded(row):
            return (Reference("kid", found),)
        return (Reference("kid", found),) if is_creditor_reference(found) else ()

    def _odd_kid(self, row: Row) -> Sequence[str]:
        """What stands in the KID column and is none is kept as text."""
        found = self._cut(self._cell(row, "kid"), row)
        if not found:
            return ()
        notice(self._notices, "kid.not_a_kid", row.place, found)
        return (found,)

    def _rounded(self, row: Row) -> bool:
        """A sheet has let go of the last digits of a long number."""
        cell = self._cell(row, "kid")
        return isinstance(cell, SheetNumber) and len(cell) > _SHEET_DIGITS_MAX

    def _original(self, row: Row, currency: str) -> Money | None:
        """What was paid in another currency, unsigned."""
        other = self._cell(row, "original_currency").strip().upper()
        if not other or other == currency or not self._cell(row, "original_amount").strip():
            return None
        try:
            money = self._money(row, "original_amount", check_currency(other))
        except InvalidValueError as wrong:
            raise self._refuse(row, wrong.found, wrong.expected) from wrong
        return None if money is None else abs(money)

    def _texts(self, row: Row) -> tuple[str, ...]:
        """Each text once, none empty; most tables have one column of it."""
        columns = self._columns.text
        if len(columns) == 1:
            only = self._cut(row.cells[columns[0]], row)
            return (only,) if only else ()
        texts = [self._cut(row.cells[index], row) for index in columns]
        return tuple(dict.fromkeys(filter(None, texts)))

    def _text_or_none(self, row: Row, role: str) -> str | None:
        index = self._index.get(role)
        return None if index is None else self._cut(row.cells[index], row) or None

    def _cut(self, cell: str, row: Row) -> str:
        if not cell:
            return cell
        text = one_line(cell)
        if len(text) <= TEXT_CHARACTERS_MAX:
            return text
        notice(self._notices, "text.cut", row.place, text)
        return text[:TEXT_CHARACTERS_MAX]

    def _left_out(self, code: str, row: Row) -> None:
        notice(self._notices, code, row.place, one_line(" ".join(row.cells)))

    def _refuse(self, row: Row, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(row.place, found[:60] or "nothing", expected, self._file)
