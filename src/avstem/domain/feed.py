"""The feed of an account: what the bank has told of each day, and what is wrong with it.

Only statements prove a day; notifications and reports tell of money, not of days. A day without a
statement lacks none where the next one opens with the balance that the one before closed with:
many banks send nothing of days without movement.

Source: docs/agreements.md, "The feed"; ADR 57.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from avstem.domain.agreement import Days, bank_days_after
from avstem.domain.calendar import is_bank_day
from avstem.domain.chain import Link

#: Bank days from a day until its statement is due at the latest, by how fresh the agreement is.
FRESH_DAYS: Mapping[str, int] = {
    "same_day": 0,
    "next_day": 1,
    "once_a_day": 1,
    "same_or_next_day": 1,
    "unknown": 2,
}
#: How many bank days are counted as late; more is not worse.
LATE_DAYS_MAX = 250


class DayState(StrEnum):
    """What a day is. The first that holds, in this order, is the day's state."""

    CHANGED = "changed"  # the bank has since told otherwise of money that was known
    DOUBLED = "doubled"  # two statements tell of the same days between the same balances
    UNBALANCED = "unbalanced"  # opening + entries is not the closing balance
    UNCHAINED = "unchained"  # it does not open with the balance the one before closed with
    MISSING = "missing"  # a later statement has come, and nothing shows that this lacks none
    LATE = "late"  # no statement yet, though it was due
    GAP = "gap"  # before the activation: the bank never sends it
    WAITING = "waiting"  # from the activation to the first statement
    AWAITED = "awaited"  # no statement yet, and it may still come in time
    TOLD = "told"  # told of, by a statement without balances to prove it
    PRESENT = "present"  # told of, chained and balanced
    QUIET = "quiet"  # no statement, and none lacks: the chain holds over it
    CLOSED = "closed"  # no bank day
    OUTSIDE = "outside"  # not of the feed: before the books, after the agreement, or to come


_S = DayState
#: What a person is to look at, and what a person may fill.
FAULTS = frozenset({_S.CHANGED, _S.DOUBLED, _S.UNBALANCED, _S.UNCHAINED, _S.MISSING, _S.LATE})
FILLABLE = frozenset({_S.MISSING, _S.LATE, _S.GAP, _S.WAITING})
_ORDER = {state: place for place, state in enumerate(DayState)}


@dataclass(frozen=True, slots=True)
class Told:
    """A statement that counts: its days, both among them, and what is wrong with it.

    `is_proved`: it has booked balances. `faults` are of DOUBLED, UNBALANCED and UNCHAINED.
    """

    id: int
    first: date
    last: date
    is_proved: bool
    faults: frozenset[DayState] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be expected of the account.

    `books_begin` is where its books begin, `opening_is_said` that their balance there is known.
    `activation_date` and `confirmed_on` (the day of the bank's yes) are None without an agreement,
    or while it is awaited; `expected` is when the first statement is to come; nothing comes after
    `ended_on`. `bank_days` are those from a day until its statement is due (`FRESH_DAYS`). Where
    not `is_sent` a person carries the files, and none is late.
    """

    books_begin: date | None = None
    opening_is_said: bool = False
    activation_date: date | None = None
    confirmed_on: date | None = None
    expected: Days | None = None
    ended_on: date | None = None
    bank_days: int = FRESH_DAYS["unknown"]
    is_sent: bool = True


@dataclass(frozen=True, slots=True)
class FeedDay:
    """A day with all that holds of it, the worst first, and the statements that tell of it."""

    day: date
    states: tuple[DayState, ...]
    statement_ids: tuple[int, ...] = ()

    @property
    def state(self) -> DayState:
        """The worst that holds."""
        return self.states[0]

    @property
    def is_faulty(self) -> bool:
        """Whether a person is to look at it."""
        return self.state in FAULTS


@dataclass
class Feed:
    """An account's statements, asked about day by day. `changed` are days that were retold."""

    told: Sequence[Told]
    terms: Terms
    today: date
    changed: Collection[date] = frozenset()
    _firsts: list[date] = field(init=False)
    _last_before: list[Told] = field(init=False)

    def __post_init__(self) -> None:
        self.told = sorted(self.told, key=lambda each: (each.first, each.last, each.id))
        self._firsts = [each.first for each in self.told]
        self._last_before = []
        for each in self.told:
            newest = self._last_before[-1] if self._last_before else each
            self._last_before.append(each if each.last >= newest.last else newest)

    def days(self, first: date, last: date) -> list[FeedDay]:
        """Every day from `first` to `last`, both among them."""
        telling = self._telling(first, last)
        count = (last - first).days + 1
        return [self._day(first + timedelta(n), telling) for n in range(count)]

    def _telling(self, first: date, last: date) -> Mapping[date, list[Told]]:
        found: dict[date, list[Told]] = defaultdict(list)
        for each in self.told:
            begin, end = max(each.first, first), min(each.last, last)
            for n in range((end - begin).days + 1):
                found[begin + timedelta(n)].append(each)
        return found

    def _day(self, day: date, telling: Mapping[date, list[Told]]) -> FeedDay:
        by = telling.get(day, [])
        states = self._of_told(day, by) if by else {self._of_untold(day)}
        if day in self.changed:
            states.add(_S.CHANGED)
        ordered = sorted(states, key=_ORDER.__getitem__)
        return FeedDay(day, tuple(ordered), tuple(each.id for each in by))

    def _of_told(self, day: date, by: Sequence[Told]) -> set[DayState]:
        found = {_S.PRESENT if any(each.is_proved for each in by) else _S.TOLD}
        for each in by:
            # A break in the chain is between two days: it is shown on the first one after it.
            here = each.faults if day == each.first else each.faults - {_S.UNCHAINED}
            found |= here
        return found

    def _of_untold(self, day: date) -> DayState:
        before, after = self._neighbours(day)
        state = self._of_bank_day(day, before, after)
        return state if state is _S.OUTSIDE or is_bank_day(day) else _S.CLOSED

    def _neighbours(self, day: date) -> tuple[Told | None, list[Told]]:
        """The statement that ends last before the day, and those that begin first after it."""
        place = bisect_right(self._firsts, day)
        before = self._last_before[place - 1] if place else None
        if place == len(self.told):
            return before, []
        end = bisect_right(self._firsts, self._firsts[place])
        return before, list(self.told[place:end])

    def _of_bank_day(self, day: date, before: Told | None, after: Sequence[Told]) -> DayState:
        if self._is_bridged(day, before, after):
            return _S.QUIET
        begins = self.terms.activation_date
        if begins is not None and day < begins:
            return self._before_activation(day, before)
        if after:
            return self._between(day, before)
        return self._after_all(day, before)

    def _is_bridged(self, day: date, before: Told | None, after: Sequence[Told]) -> bool:
        """Whether the chain holds over the day, so that nothing moved on it."""
        holds = any(each.is_proved and _S.UNCHAINED not in each.faults for each in after)
        if before is not None:
            return holds and before.is_proved
        begin = self.terms.books_begin
        return holds and self.terms.opening_is_said and begin is not None and begin <= day

    def _before_activation(self, day: date, before: Told | None) -> DayState:
        begin = self.terms.books_begin
        is_ours = before is not None or (begin is not None and begin <= day)
        return _S.GAP if is_ours else _S.OUTSIDE

    def _between(self, day: date, before: Told | None) -> DayState:
        """Statements have come after the day, and do not show that it lacks none."""
        begins = self.terms.activation_date
        if begins is not None and (before is None or before.last < begins):
            return _S.WAITING
        begin = self.terms.books_begin
        is_ours = before is not None or (begin is not None and begin <= day)
        return _S.MISSING if is_ours else _S.OUTSIDE

    def _after_all(self, day: date, before: Told | None) -> DayState:
        """No statement has come of the day or any later one."""
        terms = self.terms
        is_over = terms.ended_on is not None and day > terms.ended_on
        if terms.activation_date is None or is_over or day > self.today:
            return _S.OUTSIDE
        has_come = before is not None and before.last >= terms.activation_date
        if terms.confirmed_on is None or (not has_come and day <= terms.confirmed_on):
            return _S.WAITING
        in_time = not has_come and terms.expected is not None and self.today <= terms.expected.last
        is_due = terms.is_sent and bank_days_after(day, terms.bank_days) < self.today
        return _S.LATE if is_due and not in_time else _S.AWAITED


def statements_late(last_day: date, today: date, bank_days: int) -> int:
    """Of how many bank days after `last_day` the statement was due before today; 250 at most.

    >>> statements_late(date(2026, 11, 24), date(2026, 11, 26), 1)  # of the 25th it is due today
    0
    >>> statements_late(date(2026, 11, 24), date(2026, 11, 27), 1)
    1
    """
    late, day = 0, bank_days_after(last_day, 1)
    while late < LATE_DAYS_MAX and bank_days_after(day, bank_days) < today:
        late += 1
        day = bank_days_after(day, 1)
    return late


def find_doubles(links: Iterable[Link]) -> dict[int, int]:
    """From each statement that repeats an earlier one's days and balances to that one.

    Both prove their balances, so together they tell of the same money; ids say which came first.
    Where nothing moved on balance (opening = closing) two of one day may both be right: those
    repeat only under the same sequence number.
    """
    first: dict[tuple[object, ...], int] = {}
    found: dict[int, int] = {}
    for link in sorted(links, key=lambda each: each.id):
        still = link.opening_minor == link.closing_minor
        sequence = link.sequence.strip("0 ")
        if link.balance_holds is not True or (still and not sequence):
            continue
        key = (link.from_date, link.to_date, link.opening_minor, link.closing_minor)
        earlier = first.setdefault((*key, sequence if still else ""), link.id)
        if earlier != link.id:
            found[link.id] = earlier
    return found
