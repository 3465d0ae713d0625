"""The fields before the first entry of a message, and the closing balance behind the last one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice, StatementHead, StatementKind
from avstem.formats.mt940.claim import REPORT, STATEMENT
from avstem.formats.mt940.fields import (
    Balance,
    lacks_currency,
    read_account,
    read_balance,
    read_instant,
)
from avstem.formats.mt940.messages import Message
from avstem.formats.values import Refuse, notice

#: Fields of MT940 and MT942; the older `:NS:` is of some German banks.
TAGS = frozenset(
    "13 13D 20 21 25 25P 28 28C 34F 60F 60M 61 62F 62M 64 65 65F 86 90C 90D NS NSF".split()
)
# Of these there is one: two that differ leave it open which holds.
_ONCE = ("20", "25", "60F", "62F")
_ALSO = {"25P": "25", "28": "28C", "60M": "60F", "62M": "62F", "13": "13D"}
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_ABOVE_ZERO = re.compile(r"[1-9]", re.ASCII)
_CURRENCY_BEHIND = re.compile(r"\d ?([A-Z]{3})\Z", re.ASCII)
# A balance that stands behind the closing one; in a text `:65:` would be the end of a time.
_LATER_BALANCE = re.compile(r":6[45]F?:[CD]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its tag, its text with all lines, and the line where it begins."""

    tag: str
    text: str
    line: int

    @property
    def first_line(self) -> str:
        """Its text without the lines below."""
        return self.text.partition("\n")[0].strip()


def split_fields(text: str, line: int) -> Iterator[Field]:
    """The fields of a text that begins with one."""
    for each in text.removesuffix("\n").split("\n:"):
        text = each.removeprefix(":")
        tag, colon, value = text.partition(":")
        yield Field(tag, value, line) if colon else Field("", text, line)
        line += each.count("\n") + 1


class HeadReader:
    """The head of one message; `fields` are by their tag, the variants of one under one name."""

    def __init__(self, message: Message, name: str, notices: list[Notice]) -> None:
        self._message, self._notices = message, notices
        self.fields: dict[str, Field] = {}
        #: Whether entries below an amount are left out (`:34F:`).
        self.floor_limits = False
        #: The line of the closing balance; entries before it are not behind it.
        self.closing_line: int | None = None
        for each in split_fields(message.head_text(), message.line):
            self._keep(each)
        self.is_report = "60F" not in self.fields and (
            name == REPORT or "34F" in self.fields or "13D" in self.fields
        )

    def refusal(self, line: int) -> Refuse:
        """Refuses what stands on that line."""

        def refuse(_: str, found: str, expected: str) -> UnreadableFileError:
            return UnreadableFileError(f"line {line}", found[:60], expected, self._message.file)

        return refuse

    def read(self) -> StatementHead:
        """The head as the domain has it; what the message must have and has not is refused."""
        account = self._required("25", ":25:, the account")
        return self._report(account) if self.is_report else self._statement(account)

    def currency(self) -> str | None:
        """The currency of a report: of the floor limit, of the totals, or behind the account."""
        for tag, pattern in (("34F", _CURRENCY.match), ("25", _CURRENCY_BEHIND.search)):
            found = pattern(self.fields[tag].first_line) if tag in self.fields else None
            if found is not None:
                return found[found.re.groups]
        return None

    def _keep(self, field: Field) -> None:
        if field.tag not in TAGS:
            place, found = f"line {field.line}", f":{field.tag}:"
            return notice(self._notices, "mt940.unknown_field", place, found)
        tag = _ALSO.get(field.tag, field.tag)
        if tag == "34F":
            self.floor_limits |= _ABOVE_ZERO.search(field.first_line) is not None
        before = self.fields.setdefault(tag, field)
        if tag in _ONCE and before.text.strip() != field.text.strip():
            raise self.refusal(field.line)("", f"a second :{field.tag}:", "one of them")
        return None

    def _required(self, tag: str, expected: str) -> Field:
        if tag not in self.fields:
            raise self.refusal(self._message.line)("", f"no :{tag}:", expected)
        return self.fields[tag]

    def _statement(self, account: Field) -> StatementHead:
        first = self._required("60F", ":60F: or :60M:, the opening balance")
        opening = self._balance(first)
        last = self._closing_field()
        closing = self._closing(last, opening) if last is not None else None
        is_final = last is not None and (first.tag, last.tag) == ("60F", "62F")
        return StatementHead(
            format=STATEMENT,
            kind=StatementKind.STATEMENT,
            id=self._text("20"),
            sequence=self._text("28C"),
            account=read_account(account.first_line, opening.amount.currency),
            currency=opening.amount.currency,
            from_date=opening.day,
            to_date=closing.day if closing is not None else None,
            opening_balance=opening.amount,
            closing_balance=closing.amount if closing is not None else None,
            balances_booked=is_final and closing is not None,
        )

    def _report(self, account: Field) -> StatementHead:
        day, created = None, None
        if (moment := self.fields.get("13D")) is not None:
            day, created = read_instant(moment.first_line)
            if day is None:
                place = f"line {moment.line}"
                notice(self._notices, "mt942.moment_not_read", place, moment.first_line)
        currency = self.currency()
        return StatementHead(
            format=REPORT,
            kind=StatementKind.REPORT,
            id=self._text("20"),
            sequence=self._text("28C"),
            account=read_account(account.first_line, currency),
            currency=currency,
            from_date=day,
            to_date=day,
            opening_balance=None,
            closing_balance=None,
            created=created,
        )

    def _text(self, tag: str) -> str | None:
        return self.fields[tag].first_line or None if tag in self.fields else None

    def _closing_field(self) -> Field | None:
        """Behind the entries. A message without it is cut off, unless a balance that the standard
        has behind it tells that the entries had ended: then there is none, with a notice.
        """
        found = self._message.find_field(b":62", b"F:", b"M:")
        if found is not None:
            self.closing_line, text = found
            return Field(text[1:4], text[5:], self.closing_line)
        later = self._message.find_field(b":6", b"4:", b"5:", b"5F:")
        if later is None or not _LATER_BALANCE.match(later[1]):
            expected = ":62F: or :62M:, the closing balance"
            raise self.refusal(self._message.last_line())("", "the end of the statement", expected)
        notice(self._notices, "mt940.no_closing_balance", f"line {later[0]}", later[1])
        return None

    def _closing(self, field: Field, opening: Balance) -> Balance | None:
        """None where there is no currency: older German files, where it proves nothing."""
        place = f"line {field.line}"
        if lacks_currency(field.first_line):
            notice(self._notices, "mt940.balance_without_currency", place, field.first_line)
            return None
        closing = self._balance(field)
        if closing.amount.currency != opening.amount.currency:
            notice(self._notices, "mt940.other_currency", place, closing.amount.currency)
        return closing

    def _balance(self, field: Field) -> Balance:
        balance = read_balance(field.first_line, self.refusal(field.line))
        if balance.day is None:
            place = f"line {field.line}"
            notice(self._notices, "mt940.no_such_day", place, field.first_line)
        return balance
