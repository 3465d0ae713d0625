"""What an account will hold, day by day: what is known to leave it, and what may come in.

Amounts are signed minor units of the account. Two balances are told for each day: one with what
customers owe by then, and one that counts on nobody. Source: docs/payments.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: How far ahead anyone looks.
DAYS_MAX = 400


class FlowKind(StrEnum):
    """How sure a movement is, the surest first."""

    SENT = "sent"  # the bank has it, and the account does not show it yet
    APPROVED = "approved"  # leaves by itself on its day
    DUE = "due"  # a bill that nobody has approved, on the day it would be paid
    EXPECTED = "expected"  # what a customer owes, on its due day


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that moves on a day; negative is out of the account."""

    day: date
    minor: int
    kind: FlowKind


@dataclass(frozen=True, slots=True)
class CashDay:
    """A day's movements by kind, and the two balances at its end."""

    day: date
    sent_minor: int
    approved_minor: int
    due_minor: int
    expected_minor: int
    balance_minor: int
    without_expected_minor: int

    @property
    def moves(self) -> bool:
        """Whether anything happens."""
        parts = (self.sent_minor, self.approved_minor, self.due_minor, self.expected_minor)
        return any(parts)


@dataclass(frozen=True, slots=True)
class CashAhead:
    """The days from today on. `start_minor` is the bank's balance, before any of them."""

    start_minor: int
    days: tuple[CashDay, ...]

    @property
    def short(self) -> CashDay | None:
        """The first day that ends below zero though every customer pays on the due day."""
        return next((each for each in self.days if each.balance_minor < 0), None)

    @property
    def short_without_expected(self) -> CashDay | None:
        """The first day that ends below zero if no customer pays."""
        return next((each for each in self.days if each.without_expected_minor < 0), None)


def look_ahead(start_minor: int, flows: Iterable[Flow], *, today: date, days: int) -> CashAhead:
    """The balance at the end of today and of each of the `days` after it.

    What should have left before today leaves today; later movements than the last day are not
    counted.

    >>> monday = date(2026, 11, 23)
    >>> bill = Flow(date(2026, 11, 24), -150_00, FlowKind.DUE)
    >>> ahead = look_ahead(100_00, [bill], today=monday, days=2)
    >>> [each.balance_minor for each in ahead.days], ahead.short.day
    ([10000, -5000, -5000], datetime.date(2026, 11, 24))
    """
    assert 0 <= days <= DAYS_MAX, "a bounded number of days"
    sums: dict[tuple[date, FlowKind], int] = defaultdict(int)
    for flow in flows:
        sums[max(flow.day, today), flow.kind] += flow.minor
    found: list[CashDay] = []
    balance = certain = start_minor
    for day in (today + timedelta(days=n) for n in range(days + 1)):
        sent, approved, due, expected = (sums.get((day, kind), 0) for kind in FlowKind)
        certain += sent + approved + due
        balance += sent + approved + due + expected
        found.append(CashDay(day, sent, approved, due, expected, balance, certain))
    return CashAhead(start_minor, tuple(found))


def first_short(
    start_minor: int, flows: Iterable[Flow], *, today: date, days: int
) -> tuple[date, int] | None:
    """`look_ahead(…).short` as (day, balance), without the days between.

    >>> monday = date(2026, 11, 23)
    >>> first_short(100_00, [Flow(date(2026, 11, 24), -150_00, FlowKind.DUE)], today=monday, days=2)
    (datetime.date(2026, 11, 24), -5000)
    """
    sums: dict[date, int] = {today: 0}
    for flow in flows:
        day = max(flow.day, today)
        sums[day] = sums.get(day, 0) + flow.minor
    balance, last = start_minor, today + timedelta(days=days)
    for day in sorted(day for day in sums if day <= last):
        balance += sums[day]
        if balance < 0:
            return day, balance
    return None


def add_up(aheads: Sequence[CashAhead]) -> CashAhead:
    """Several accounts of one currency as one; they look the same days ahead.

    >>> monday = date(2026, 11, 23)
    >>> one = look_ahead(100, [Flow(monday, -30, FlowKind.DUE)], today=monday, days=0)
    >>> add_up([one, one]).days[0].balance_minor
    140
    """
    assert aheads, "there is an account"
    together = zip(*(each.days for each in aheads), strict=True)
    return CashAhead(sum(each.start_minor for each in aheads), tuple(map(_one_day, together)))


def _one_day(days: Sequence[CashDay]) -> CashDay:
    assert len({each.day for each in days}) == 1, "the same day of each account"
    return CashDay(
        days[0].day,
        sum(each.sent_minor for each in days),
        sum(each.approved_minor for each in days),
        sum(each.due_minor for each in days),
        sum(each.expected_minor for each in days),
        sum(each.balance_minor for each in days),
        sum(each.without_expected_minor for each in days),
    )
