"""The form for matching by hand: all its state stands in the page, none on the server.

Amounts on the form are in the direction of the bank transaction: an invoice it pays counts
up towards the amount, a credit note down. A ledger line likewise, so that what is chosen
and the lines add up to the amount, and the difference is what is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from avstem.domain.errors import InvalidValueError
from avstem.domain.voucher import LedgerRole
from avstem.services.book_transaction import BookingLine
from avstem.store.models import BankTransaction, OpenItem
from avstem.web.inputs import find_amount, parse_amount
from avstem.wording import amount_text

#: Bounds of one voucher made by hand.
CHOSEN_MAX, LINES_MAX = 200, 50


@dataclass(frozen=True)
class Chosen:
    """An item with the amount typed beside it; `minor` is None where it cannot be read."""

    item: OpenItem
    typed: str
    minor: int | None

    def toward(self, sign: int) -> int:
        """What it counts towards the transaction."""
        return (self.minor or 0) * self.item.direction * sign


@dataclass(frozen=True)
class Line:
    """A ledger line as typed; `party_id` where it stays on a customer or supplier."""

    account: str
    typed: str
    minor: int | None
    text: str
    party_id: int | None = None
    party_name: str = ""


@dataclass(frozen=True)
class MatchForm:
    """What has been chosen so far for one transaction."""

    transaction: BankTransaction
    chosen: tuple[Chosen, ...] = ()
    lines: tuple[Line, ...] = ()
    words: str = ""

    @property
    def sign(self) -> int:
        """+1 for money in, -1 for money out."""
        return 1 if self.transaction.amount_minor >= 0 else -1

    @property
    def difference_minor(self) -> int:
        """What is left to explain, in the direction of the transaction."""
        explained = sum(each.toward(self.sign) for each in self.chosen)
        explained += sum(line.minor or 0 for line in self.lines)
        return abs(self.transaction.amount_minor) - explained

    @property
    def explained_minor(self) -> int:
        """What is chosen and written so far."""
        return abs(self.transaction.amount_minor) - self.difference_minor

    @property
    def can_be_booked(self) -> bool:
        """Something is chosen and nothing is left."""
        return bool(self.chosen or self.lines) and self.difference_minor == 0

    @property
    def sought_minor(self) -> int | None:
        """The amount that the search words are."""
        return find_amount(self.words, self.transaction.currency)

    def add(self, item: OpenItem) -> "MatchForm":
        """Choose an item, with as much of it as the difference has room for (else all of it)."""
        if any(each.item.pk == item.pk for each in self.chosen):
            return self
        room = self.difference_minor * item.direction * self.sign
        minor = min(item.remaining_minor, room) if room > 0 else item.remaining_minor
        return replace(self, chosen=(*self.chosen, self._chosen(item, minor)))

    def without_item(self, item_id: int) -> "MatchForm":
        """Take an item off again."""
        return replace(self, chosen=tuple(each for each in self.chosen if each.item.pk != item_id))

    def without_line(self, index: int) -> "MatchForm":
        """Take a ledger line off again."""
        return replace(self, lines=self.lines[:index] + self.lines[index + 1 :])

    def explain(self, line: Line) -> "MatchForm":
        """A ledger line for all that is left."""
        minor = self.difference_minor
        typed = amount_text(minor, self.transaction.currency, grouped=False)
        return replace(self, lines=(*self.lines, replace(line, typed=typed, minor=minor)))

    def as_part_payment(self) -> "MatchForm":
        """The last item that has room takes the difference: its rest stays open."""
        for index in reversed(range(len(self.chosen))):
            each = self.chosen[index]
            minor = (each.minor or 0) + self.difference_minor * each.item.direction * self.sign
            if 0 < minor <= each.item.remaining_minor:
                changed = self._chosen(each.item, minor)
                return replace(
                    self, chosen=(*self.chosen[:index], changed, *self.chosen[index + 1 :])
                )
        return self

    def settlements(self) -> list[tuple[int, int]]:
        """As the service takes them; an amount that cannot be read is refused."""
        currency = self.transaction.currency
        return [(each.item.pk, parse_amount(each.typed, currency)) for each in self.chosen]

    def booking_lines(self) -> list[BookingLine]:
        """As the service takes them: positive is debit, which is the other way for money in."""
        currency = self.transaction.currency
        return [
            BookingLine(
                line.account,
                -self.sign * parse_amount(line.typed, currency),
                line.party_id,
                line.text,
            )
            for line in self.lines
        ]

    def _chosen(self, item: OpenItem, minor: int) -> Chosen:
        return Chosen(item, amount_text(minor, item.currency, grouped=False), minor)


@dataclass(frozen=True)
class Reason:
    """A reason for the difference, and the role of the account it is booked to."""

    code: str
    role: LedgerRole | None = None
    on_party: bool = field(default=False)


def reasons(*, customers: bool) -> list[Reason]:
    """What a difference may be; the last one asks for an account."""
    ledger = LedgerRole.RECEIVABLES if customers else LedgerRole.PAYABLES
    return [
        Reason("part_payment"),
        Reason("rounding", LedgerRole.ROUNDING),
        Reason("bank_charge", LedgerRole.BANK_CHARGES),
        Reason("credit", ledger, on_party=True),
        Reason("other_account"),
    ]


def read_form(
    posted: QueryDict, transaction: BankTransaction, items: Mapping[int, OpenItem]
) -> MatchForm:
    """The form as it was sent; items that are not the company's are not among `items`."""
    currency = transaction.currency
    chosen = [
        Chosen(items[item_id], typed, _minor(typed, currency))
        for item_id in chosen_ids(posted)
        if item_id in items
        for typed in [posted.get(f"amount_{item_id}", "")]
    ]
    words = " ".join(posted.get("q", "")[:100].split())
    return MatchForm(transaction, tuple(chosen), tuple(_lines(posted, currency)), words)


def chosen_ids(posted: QueryDict) -> list[int]:
    """The ids of the chosen items, in order, each once."""
    ids = [int(each) for each in posted.getlist("item") if each.isdecimal() and len(each) < 19]
    return list(dict.fromkeys(ids))[:CHOSEN_MAX]


def _lines(posted: QueryDict, currency: str) -> list[Line]:
    columns: list[list[Any]] = [
        posted.getlist(f"line_{name}") for name in ("account", "amount", "text", "party", "name")
    ]
    return [
        Line(account, typed, _minor(typed, currency), text[:140], int(party or 0) or None, name)
        for account, typed, text, party, name in list(zip(*columns, strict=False))[:LINES_MAX]
        if not party or (party.isdecimal() and len(party) < 19)
    ]


def _minor(typed: str, currency: str) -> int | None:
    try:
        return parse_amount(typed, currency)
    except InvalidValueError:
        return None
