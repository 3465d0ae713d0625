"""The value of a voucher's lines in the company's own currency, and the exchange difference.

Source: regnskapsloven § 4-2; docs/adr/0047-money-in-two-currencies.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from avstem.domain.errors import RateUnknownError, ValueFarError
from avstem.domain.exchange import part_of, value_minor
from avstem.domain.money import Money
from avstem.domain.voucher import (
    LedgerRole,
    PostingLine,
    Settled,
    check_balance,
    drawing_postings,
    payment_lines,
    settling_lines,
)


@dataclass
class ItemValue:
    """How a foreign item stands: what is left and settled of it, in its own currency and in ours.

    All are unsigned minor units; `left_value` is None where nobody knows what it was booked at.
    It changes as parts are taken, so that vouchers made together share one item exactly.
    `direction` is the document's (+1: settling it brings money in, and credits the ledger).
    """

    currency: str
    day: date
    direction: int
    left: int
    left_value: int | None
    settled: int = 0
    settled_value: int = 0

    def take(self, minor: int, own: str) -> int:
        """Settle so much (negative: owed again); the answer is its value in `own`."""
        if self.left_value is None:
            raise RateUnknownError(self.currency, self.day.isoformat(), own)
        if minor >= 0:
            value = part_of(self.left_value, minor, self.left)
        else:
            value = -part_of(self.settled_value, -minor, self.settled)
        self.left, self.left_value = self.left - minor, self.left_value - value
        self.settled, self.settled_value = self.settled + minor, self.settled_value + value
        return value

    def value_of_posting(self, minor: int, own: str) -> int:
        """What a posting of so much (positive is debit) on the item is worth, and take it."""
        return -self.direction * self.take(-self.direction * minor, own)


@dataclass(frozen=True)
class Exchange:
    """What a voucher in other currencies needs: `own` is the company's currency.

    `price` is that of the bank line's currency (None in the company's own, or unknown), `items` the
    foreign items by id.
    """

    own: str
    day: date
    price: Fraction | None
    items: Mapping[int, ItemValue]


def exchanged_postings(
    *,
    bank_account: str,
    amount: Money,
    settled: Sequence[Settled],
    extra: Sequence[PostingLine] = (),
    accounts: dict[LedgerRole, str],
    exchange: Exchange,
) -> tuple[PostingLine, ...]:
    """As `domain.voucher.payment_postings`, where more than the company's currency is concerned.

    Where all is in one foreign currency the amounts must add up too: a difference of rates never
    hides money that is missing.
    """
    lines = payment_lines(bank_account, amount, settled, extra, accounts)
    if len({line.amount.currency for line in lines}) == 1:
        check_balance(lines)
    valued = with_values(lines, exchange, accounts)
    check_balance(valued)
    _check_difference(lines, valued)
    return valued


def _check_difference(lines: Sequence[PostingLine], valued: Sequence[PostingLine]) -> None:
    """No rate moves by half: what is more than that is something else, and a person's to find."""
    difference = sum(line.amount.minor for line in valued[len(lines) :])
    settled = sum(abs(_worth(line)) for line in valued if line.item_id is not None)
    if len({line.amount.currency for line in lines}) > 1 and 2 * abs(difference) > settled:
        raise ValueFarError(difference=str(valued[-1].amount))


def with_values(
    lines: Sequence[PostingLine], exchange: Exchange, accounts: Mapping[LedgerRole, str]
) -> tuple[PostingLine, ...]:
    """The lines with their values in the company's currency, the bank's line first.

    Items keep the value they were booked at, all else has that of the bank line's price; what the
    bank line is worth more or less is one line of gain or loss.
    """
    valued = [*_beside_items(lines, exchange), *_of_items(lines, exchange)]
    valued.sort(key=lambda pair: pair[0])
    return _with_difference(tuple(line for _, line in valued), exchange.own, accounts)


def drawn_postings(
    settled: Settled, *, credit: ItemValue, item: ItemValue, own: str,
    accounts: dict[LedgerRole, str],
) -> tuple[PostingLine, ...]:  # fmt: skip
    """As `domain.voucher.drawing_postings`, of a foreign credit for a foreign document.

    Each keeps the value it was booked at; what the one is worth more than the other is realised.
    """
    valued = tuple(
        replace(line, value_minor=of.value_of_posting(line.amount.minor, own))
        for line, of in zip(drawing_postings(settled, accounts), (credit, item), strict=True)
    )
    return _with_difference(valued, own, accounts)


def set_off_postings(
    pair: Sequence[Settled], items: Mapping[int, ItemValue], *, own: str,
    accounts: dict[LedgerRole, str],
) -> tuple[PostingLine, ...]:  # fmt: skip
    """A credit note and an invoice settled with each other: no money moves.

    Foreign ones keep the values they were booked at; what differs is a gain or loss of rates.
    """
    lines = settling_lines(pair, accounts)
    if all(line.amount.currency == own for line in lines):
        check_balance(lines)
        return lines
    valued = tuple(
        replace(line, value_minor=items[each.item_id].value_of_posting(line.amount.minor, own))
        for each, line in zip(pair, lines, strict=True)
    )
    return _with_difference(valued, own, accounts)


def _with_difference(
    lines: tuple[PostingLine, ...], own: str, accounts: Mapping[LedgerRole, str]
) -> tuple[PostingLine, ...]:
    rest = -sum(_worth(line) for line in lines)
    if not rest:
        return lines
    role = LedgerRole.RATE_LOSS if rest > 0 else LedgerRole.RATE_GAIN
    return (*lines, PostingLine(accounts[role], Money(rest, own)))


Placed = tuple[int, PostingLine]


def _of_items(lines: Sequence[PostingLine], exchange: Exchange) -> Iterable[Placed]:
    for place, line in enumerate(lines):
        item = exchange.items.get(line.item_id or 0)
        if item is not None:
            value = item.value_of_posting(line.amount.minor, exchange.own)
            yield place, replace(line, value_minor=value)
        elif line.item_id is not None:
            yield place, line


def _beside_items(lines: Sequence[PostingLine], exchange: Exchange) -> Iterable[Placed]:
    """Bank, charges and rests at one price: rounded together, so that they never leave an øre."""
    before = before_value = 0
    for place, line in enumerate(lines):
        if line.item_id is not None:
            continue
        if line.amount.currency == exchange.own:
            yield place, line
            continue
        if exchange.price is None:
            raise RateUnknownError(line.amount.currency, exchange.day.isoformat(), exchange.own)
        before += line.amount.minor
        until = value_minor(Money(before, line.amount.currency), exchange.price, exchange.own)
        yield place, replace(line, value_minor=until - before_value)
        before_value = until


def _worth(line: PostingLine) -> int:
    return line.amount.minor if line.value_minor is None else line.value_minor
