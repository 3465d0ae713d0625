"""One payment of OCR giro: amount item 1, 2 and 3 of the layout.

Amounts are øre, signed: a credit note with KID carries `-`, and a reversal (types 18 and 20) is
money out of the account whatever its sign field says.

Source: OCR giro system specification 4.0, sections 2.3.1 to 2.3.3; docs/formats/ocr_giro.md.
"""

import re
from dataclasses import dataclass
from datetime import date

from avstem.domain import kid as kids
from avstem.domain.money import Money
from avstem.domain.statement import Notice, Reference, Transaction
from avstem.formats.fixed_width import Record
from avstem.formats.values import notice

CURRENCY = "NOK"
#: Transaction types that give money back: with KID, with free text.
REVERSALS = frozenset({"18", "20"})
_TYPES = frozenset(str(number) for number in range(10, 22))
_WITH_TEXT = frozenset({"20", "21"})
#: Types whose `archive reference` is something else: the payer's agreement, a card terminal's day.
_NO_ARCHIVE = frozenset({"12", "18", "19", "20", "21"})
_KID = re.compile(r"[0-9]+-?\Z", re.ASCII)


@dataclass(slots=True)
class Item:
    """A payment while its records pass; `line` is where it begins.

    `lump_sum` is what the bank's statement line goes by: centre, day, part and serial number.
    """

    line: int
    type: str
    number: str
    day: date
    lump_sum: str
    amount: Money
    kid: str
    archive_reference: str | None = None
    payer_account: str | None = None
    message: str | None = None
    has_second: bool = False

    @property
    def is_reversal(self) -> bool:
        """Whether it takes back a card payment."""
        return self.type in REVERSALS

    def identity(self, assignment: str) -> str:
        """The archive reference, as camt.054 names the payment too; else its place.

        Its place is told by the lump sum, which is the same however often the file is ordered; card
        terminals have none, and count within the assignment.
        """
        if self.archive_reference and self.type not in _NO_ARCHIVE:
            return self.archive_reference
        if self.lump_sum.strip("0"):
            return f"{self.day:%Y%m%d}-{self.lump_sum}-{self.number}"
        return f"{assignment}-{self.number}"

    def transaction(self, assignment: str) -> Transaction:
        """The payment as the rest of avstem knows it, in the assignment of that name."""
        return Transaction(
            amount=self.amount,
            bank_reference=self.identity(assignment),
            counterparty_account=self.payer_account,
            references=(Reference("kid", self.kid),) if self.kid else (),
            remittance=(self.message,) if self.message else (),
        )


def read_first(record: Record, notices: list[Notice]) -> Item:
    """Amount item 1 (`NY09tt30`): what was paid, when, with which KID."""
    kind = record.field(5, 6)
    if kind not in _TYPES:
        raise record.refuse(kind, "a transaction type from 10 to 21")
    # A KID stands to the right in its field: one that is cut off looks like a shorter KID.
    record.require_whole(49 if record.given == 49 else 74)
    item = Item(
        line=record.number,
        type=kind,
        number=record.digits(9, 15, "transaction number"),
        day=record.day_ddmmyy(16, "settlement date"),
        lump_sum=record.digits(22, 31, "serial number"),
        amount=_read_amount(record, kind),
        kid=record.text(50, 74),
    )
    _notice_kid(item, notices)
    return item


def read_second(item: Item, record: Record) -> None:
    """Amount item 2 (`NY09tt31`): the archive reference and the payer's account, where known."""
    _require_same(item, record)
    if item.has_second:
        raise record.refuse("a second amount item 2", "the next payment")
    record.require_whole(58)
    item.has_second = True
    item.archive_reference = _none_of_zeros(record.text(26, 34))
    if record.field(42, 47).strip("0 "):
        record.day_ddmmyy(42, "order date")
    item.payer_account = _none_of_zeros(record.text(48, 58))


def read_third(item: Item, record: Record, notices: list[Notice]) -> None:
    """Amount item 3 (`NY09tt32`): free text of up to 40 characters, for types 20 and 21."""
    _require_same(item, record)
    if item.message is not None:
        raise record.refuse("a second amount item 3", "the next payment")
    record.require_whole(min(record.given, 55))
    item.message = record.text(16, 55)
    if item.type not in _WITH_TEXT:
        notice(notices, "ocr_giro.text_unexpected", f"line {record.number}", item.type)


def _read_amount(record: Record, kind: str) -> Money:
    minor = record.count(33, 49, "amount")
    sign = record.field(32, 32)
    if sign not in ("-", "0"):
        raise record.refuse(sign, "the sign - or 0")
    is_out = sign == "-" or kind in REVERSALS
    return Money(-minor if is_out else minor, CURRENCY)


def _notice_kid(item: Item, notices: list[Notice]) -> None:
    place = f"line {item.line}"
    if not item.kid:
        if item.type not in _WITH_TEXT:
            notice(notices, "kid.missing", place)
    elif not _KID.match(item.kid):
        notice(notices, "kid.odd_characters", place, item.kid)
    elif not kids.is_valid(item.kid):
        notice(notices, "kid.check_digit", place, item.kid)


def _require_same(item: Item, record: Record) -> None:
    """Items 2 and 3 carry the type and number of the item 1 before them."""
    found = record.field(5, 6), record.field(9, 15)
    if found != (item.type, item.number):
        expected = f"type {item.type}, transaction {item.number} as in line {item.line}"
        raise record.refuse(" ".join(found), expected)


def _none_of_zeros(text: str) -> str | None:
    return text if text.strip("0") else None
