"""What is known of the rows of one account when all have gone by: days, balances, sums."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from avstem.domain.money import Money
from avstem.domain.statement import EntryStatus
from avstem.formats.bank_csv.entries import Line


@dataclass
class BalanceChain:
    """Whether each balance follows from the row before it, or from the row after it.

    Oldest row first or newest first; where the column proves not exactly one of them, or a booked
    row has no balance, there is no opening and closing.
    """

    first: tuple[int, Money] | None = None
    last: tuple[int, Money] | None = None
    is_whole: bool = True
    oldest_first: bool = True
    newest_first: bool = True

    def add(self, line: Line) -> None:
        """The next row in the order of the table; only booked ones move the balance."""
        if line.entry.status is not EntryStatus.BOOKED:
            return
        if line.balance is None:
            self.is_whole = False
            return
        minor, balance = line.entry.amount.minor, line.balance
        if self.last is not None:
            before_minor, before = self.last
            self.oldest_first &= before.minor + minor == balance.minor
            self.newest_first &= balance.minor + before_minor == before.minor
        self.first = self.first or (minor, balance)
        self.last = (minor, balance)

    def balances(self) -> tuple[Money, Money] | None:
        """Opening and closing."""
        if self.first is None or self.last is None or not self.is_whole:
            return None
        found = set()
        if self.oldest_first:
            found.add(_ends(self.first, self.last))
        if self.newest_first:
            found.add(_ends(self.last, self.first))
        return found.pop() if len(found) == 1 else None


def _ends(oldest: tuple[int, Money], newest: tuple[int, Money]) -> tuple[Money, Money]:
    minor, balance = oldest
    return balance - Money(minor, balance.currency), newest[1]


@dataclass
class Gathered:
    """The rows of one account in one currency; `place` is where the first of them stands."""

    place: str = ""
    count: int = 0
    from_date: date | None = None
    to_date: date | None = None
    chain: BalanceChain = field(default_factory=BalanceChain)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Gathered":
        """All these rows."""
        found = cls()
        for line in lines:
            found.add(line)
        return found

    def add(self, line: Line) -> None:
        """One more row."""
        self.place = self.place or line.place
        self.count += 1
        self.chain.add(line)
        day = line.entry.booking_date if line.is_booked else None
        if day is not None:
            self.from_date = min(self.from_date or day, day)
            self.to_date = max(self.to_date or day, day)


@dataclass
class Moved:
    """What came in (or went out) in all rows, in minor units: the booked ones, and all."""

    booked_minor: int = 0
    all_minor: int = 0

    def add(self, line: Line) -> None:
        """One more row of that direction."""
        self.all_minor += line.entry.amount.minor
        if line.is_booked:
            self.booked_minor += line.entry.amount.minor
