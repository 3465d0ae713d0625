"""The chain of statements: each opens with the balance another closed with.

A break means that a statement is missing, came wrong, or was changed; until it is explained
nothing on the account is booked by itself (matching.md 7.2, stage 0).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

#: How many statements may tell of the same days before the oldest of them is out of sight.
_OVERLAPS_MAX = 100


class BreakKind(StrEnum):
    """What is wrong with a statement."""

    BALANCE = "balance"  # opening + entries is not the closing balance
    GAP = "gap"  # no statement closes with this one's opening balance
    TAKEOVER = "takeover"  # the first statement does not open with the books' balance
    DOUBLED = "doubled"  # it repeats another one's days and balances, with other money
    ALARM = "alarm"  # the bank changed something under a known reference


@dataclass(frozen=True, slots=True)
class Link:
    """A statement with booked balances, in minor units of the account."""

    id: int
    from_date: date
    to_date: date
    sequence: str
    opening_minor: int
    closing_minor: int
    balance_holds: bool | None
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A statement that does not hold, with the balance that was expected, where one was.

    `after` and `before` are the days between which the difference came about: the last day told of
    (None: the books begin there) and the statement's first.
    """

    statement_id: int
    kind: BreakKind
    expected_minor: int | None = None
    found_minor: int | None = None
    after: date | None = field(default=None, compare=False)
    before: date | None = field(default=None, compare=False)

    def is_filled_by(self, moved_minor: int) -> bool:
        """Whether so much, told of in those days by something else than statements, explains it."""
        if self.expected_minor is None or self.found_minor is None:
            return False
        return self.expected_minor + moved_minor == self.found_minor


def find_breaks(links: Iterable[Link], takeover_minor: int | None = None) -> list[Break]:
    """The unexplained breaks, oldest first, whatever order the statements came in.

    `takeover_minor` is the ledger's balance where the books begin, None where nobody said.
    """
    ordered = sorted(links, key=lambda link: (link.to_date, link.from_date, link.sequence, link.id))
    breaks: list[Break] = []
    for place, link in enumerate(ordered):
        if not link.explained:
            if link.balance_holds is False:
                breaks.append(Break(link.id, BreakKind.BALANCE))
            breaks.extend(_opening_fault(ordered, place, takeover_minor))
    return breaks


def _opening_fault(ordered: list[Link], place: int, takeover_minor: int | None) -> list[Break]:
    link = ordered[place]
    if place == 0:
        if takeover_minor is None or takeover_minor == link.opening_minor:
            return []
        return [
            Break(link.id, BreakKind.TAKEOVER, takeover_minor, link.opening_minor,
                  before=link.from_date)
        ]  # fmt: skip
    if any(_leads_to(earlier, link) for earlier in _just_before(ordered, place)):
        return []
    last = ordered[place - 1]
    return [
        Break(link.id, BreakKind.GAP, last.closing_minor, link.opening_minor,
              after=last.to_date, before=link.from_date)
    ]  # fmt: skip


def _just_before(ordered: list[Link], place: int) -> Iterator[Link]:
    """The statements that overlap this one, and those of the last day before it; no older ones.

    An older statement may happen to close with the same balance; that would hide a gap.
    """
    first_day = ordered[place].from_date
    last_day: date | None = None
    for earlier in reversed(ordered[max(0, place - _OVERLAPS_MAX) : place]):
        if earlier.to_date <= first_day:
            last_day = last_day or earlier.to_date
            if earlier.to_date < last_day:
                return
        yield earlier


def _leads_to(earlier: Link, link: Link) -> bool:
    """It closes with this one's opening, or tells of the same days from the same balance."""
    if earlier.to_date <= link.from_date and earlier.closing_minor == link.opening_minor:
        return True
    overlaps = earlier.to_date >= link.from_date
    return overlaps and link.opening_minor in (
        earlier.opening_minor,
        earlier.closing_minor,
    )
