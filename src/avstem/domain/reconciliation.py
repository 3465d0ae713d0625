"""A bank account's balance against the ledger's on a day, with what lies between them.

Amounts are signed minor units of the account. Nothing here is rounded or left out: what the named
differences do not explain stands as unexplained.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DifferenceKind(StrEnum):
    """Why the bank and the ledger differ on a day."""

    #: The bank has told of it; the ledger does not have it.
    UNBOOKED = "unbooked"
    #: Booked, on a later day than the bank's: in a period that was closed, or undone after it.
    BOOKED_LATER = "booked_later"
    #: Booked on an earlier day than the bank's.
    BOOKED_EARLIER = "booked_earlier"
    #: Typed by hand and booked; the bank has not told of it.
    TYPED = "typed"
    #: Posted on the ledger account without any bank transaction.
    POSTED_ALONE = "posted_alone"
    #: The bank's own balance is another than the sum of what it has told: a file is missing.
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One of what makes a difference; `minor` is what the bank has more of by it."""

    day: date
    text: str
    minor: int
    transaction_id: int | None = None
    voucher_id: int | None = None
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """All of one kind: the sum and how many; `lines` are the first of them."""

    kind: DifferenceKind
    minor: int
    count: int
    lines: tuple[DifferenceLine, ...]


@dataclass(frozen=True, slots=True)
class DayBalances:
    """The balances at the end of a day; `said_minor` is the bank's own word, where it gave one."""

    day: date
    bank_minor: int
    ledger_minor: int
    said_minor: int | None

    @property
    def difference_minor(self) -> int:
        """What the bank has more than the ledger."""
        return self.bank_minor - self.ledger_minor


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The account on `day`. `bank_minor` is the last closing balance and what came after it."""

    day: date
    opening_minor: int
    bank_minor: int
    ledger_minor: int
    statement_day: date | None
    statement_minor: int | None
    differences: tuple[Difference, ...]
    days: tuple[DayBalances, ...]

    @property
    def difference_minor(self) -> int:
        """What the bank has more than the ledger."""
        return self.bank_minor - self.ledger_minor

    @property
    def unexplained_minor(self) -> int:
        """The part of the difference that none of the named ones makes."""
        return self.difference_minor - sum(each.minor for each in self.differences)

    @property
    def began_on(self) -> date | None:
        """The day from which the balances have differed without a break; None if they agree."""
        began = None
        for each in self.days:
            if each.difference_minor == 0:
                began = None
            elif began is None:
                began = each.day
        return began


def balances_by_day(
    opening_minor: int,
    told: Mapping[date, int],
    posted: Mapping[date, int],
    said: Mapping[date, int],
) -> tuple[DayBalances, ...]:
    """The balances of each day on which something moved or the bank said its balance.

    `told` and `posted` are each day's sums; a day is there once, in order.

    >>> day = date(2026, 11, 2)
    >>> [line] = balances_by_day(0, {day: 500}, {}, {day: 500})
    >>> line.difference_minor
    500
    """
    return tuple(_running(opening_minor, sorted({*told, *posted, *said}), told, posted, said))


def _running(
    opening_minor: int,
    days: Sequence[date],
    told: Mapping[date, int],
    posted: Mapping[date, int],
    said: Mapping[date, int],
) -> Iterator[DayBalances]:
    bank = ledger = opening_minor
    for day in days:
        bank += told.get(day, 0)
        ledger += posted.get(day, 0)
        yield DayBalances(day, bank, ledger, said.get(day))
