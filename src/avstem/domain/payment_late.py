"""When a payment that has left should have been answered or paid, and what is late about it.

The bank's word is due the bank day after the file left, where the bank answers files; the debit is
due with the statement of the payment's day, and the margin after it. What is late is told; nothing
is made anew for it, and it is asked about until the bank or the account has answered.

>>> sent = Expected(OrderState.ACCEPTED, date(2026, 11, 25), date(2026, 11, 24), statement_days=1)
>>> sent.late(date(2026, 11, 27))
>>> sent.late(date(2026, 11, 30))
Late(kind=<LateKind.NOT_PAID: 'not_paid'>, due=datetime.date(2026, 11, 27))
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from avstem.domain.agreement import bank_days_after
from avstem.domain.payment_life import OrderState

#: Bank days that are given beyond the day on which something is due.
MARGIN_BANK_DAYS = 1


class LateKind(StrEnum):
    """What is late."""

    NOT_SENT = "not_sent"  # nobody knows whether the file has reached the bank
    NOT_CARRIED = "not_carried"  # a person was to take the file to the bank
    NO_ANSWER = "no_answer"  # the bank, which answers files, says nothing of this one
    NOT_APPROVED = "not_approved"  # it waits in the bank, and its day is past
    NOT_PAID = "not_paid"  # the statement that should show it is due, and no debit is there


_S = OrderState
#: In these something is still to come, from the bank or from ourselves.
AWAITED = frozenset(
    {
        _S.IN_FILE, _S.UNKNOWN_OUTCOME, _S.SENT, _S.RECEIVED, _S.AWAITING_BANK_APPROVAL,
        _S.ACCEPTED, _S.EXECUTED,
    }
)  # fmt: skip
_FIRST_WORD: Mapping[OrderState, LateKind] = {
    _S.IN_FILE: LateKind.NOT_SENT,
    _S.UNKNOWN_OUTCOME: LateKind.NOT_SENT,
    _S.SENT: LateKind.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Late:
    """What is late, and the last day on which it would have been in time."""

    kind: LateKind
    due: date


@dataclass(frozen=True, slots=True)
class Expected:
    """An order with the days its answers are counted from.

    `pay_day` is the bank day it leaves the account, `left_on` the day its file was made or sent,
    `statement_days` the bank days until a day's statement is due (`feed.FRESH_DAYS`), `is_answered`
    whether the bank has answered files by this agreement before; `is_by_hand` that a person carries
    them.
    """

    state: OrderState
    pay_day: date
    left_on: date
    statement_days: int
    is_answered: bool = False
    is_by_hand: bool = False

    def late(self, today: date) -> Late | None:
        """The first thing that is late, or None while all is in time."""
        if self.state not in AWAITED:
            return None
        found = min(self._deadlines(), key=lambda each: each.due)
        return found if found.due < today else None

    def _deadlines(self) -> list[Late]:
        shown = bank_days_after(self.pay_day, self.statement_days + MARGIN_BANK_DAYS)
        due = [Late(LateKind.NOT_PAID, shown)]
        kind = _FIRST_WORD.get(self.state)
        if kind is LateKind.NOT_SENT and self.is_by_hand:
            kind = LateKind.NOT_CARRIED
        if kind in (LateKind.NOT_SENT, LateKind.NOT_CARRIED) or (
            kind is LateKind.NO_ANSWER and self.is_answered
        ):
            due.append(Late(kind, bank_days_after(self.left_on, MARGIN_BANK_DAYS)))
        if self.state is _S.AWAITING_BANK_APPROVAL:
            due.append(Late(LateKind.NOT_APPROVED, self.pay_day))
        return due
