"""An agreement with a bank: its life, what may be typed while it waits, and what is late.

An agreement is with one bank and has one activation for each account, with a life of its own: the
bank may take one account and say no to another. Both move by the same table.

Days are bank days in Europe/Oslo. Source: docs/agreements.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from avstem.domain.calendar import next_bank_day
from avstem.domain.errors import (
    AccountNotPermittedError,
    InvalidValueError,
    StateError,
    WaitingForBankError,
)
from avstem.domain.identifiers import is_iban

#: The kinds of account that a bank sends statements of to an accounting system.
PERMITTED_KINDS = ("operating", "currency")
#: Bank days from the bank's yes until the first statement, as is usual here.
FIRST_STATEMENT_DAYS = (1, 3)
#: How far from today an activation date may be, either way.
ACTIVATION_DAYS_MAX = 366


class AgreementState(StrEnum):
    """Where an agreement, or an activation, is in its life."""

    ORDERED = "ordered"  # written down here; the bank has not had it
    AWAITING_BANK = "awaiting_bank"  # the bank has it
    ACTIVE = "active"
    IN_ERROR = "in_error"  # something must be mended; it goes back to where it was
    ENDED = "ended"
    REJECTED = "rejected"


_S = AgreementState

#: From a state to those it may move to: the one table, drawn in docs/agreements.md.
MOVES: Mapping[AgreementState, frozenset[AgreementState]] = {
    _S.ORDERED: frozenset({_S.AWAITING_BANK, _S.REJECTED, _S.ENDED}),
    _S.AWAITING_BANK: frozenset({_S.ACTIVE, _S.REJECTED, _S.IN_ERROR, _S.ENDED}),
    _S.ACTIVE: frozenset({_S.IN_ERROR, _S.ENDED}),
    _S.IN_ERROR: frozenset({_S.AWAITING_BANK, _S.ACTIVE, _S.ENDED}),
    _S.ENDED: frozenset(),
    _S.REJECTED: frozenset(),
}
#: An account has at most one activation in these, a company one agreement with a bank.
LIVE = tuple(state for state in AgreementState if MOVES[state])
UNANSWERED = (_S.ORDERED, _S.AWAITING_BANK)


class NotPermitted(StrEnum):
    """Why an account cannot be connected."""

    KIND = "kind"
    IBAN = "iban"
    CONNECTED = "connected"


_NOT_PERMITTED = {
    NotPermitted.KIND: ("of another kind", "an operating or a currency account"),
    NotPermitted.IBAN: ("without an IBAN", "an account with its IBAN"),
    NotPermitted.CONNECTED: ("connected already", "an account that no agreement has"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both among them."""

    first: date
    last: date


def check_move(
    found: AgreementState, wanted: AgreementState, *, kind: str, identifier: str
) -> AgreementState:
    """The state wanted, or a refusal that names the states it can be reached from."""
    if wanted not in MOVES[found]:
        before = " or ".join(_words(state) for state in MOVES if wanted in MOVES[state])
        raise StateError(kind, identifier, _words(found), before or "new")
    return wanted


def state_before_error(confirmed: bool) -> AgreementState:
    """Where what is mended goes back to: what the bank had said yes to is active again."""
    return _S.ACTIVE if confirmed else _S.AWAITING_BANK


def closing_state(states: Iterable[AgreementState]) -> AgreementState | None:
    """What an agreement becomes when its activations are these; None while one of them lives."""
    found = set(states)
    if not found or found.intersection(LIVE):
        return None
    return _S.ENDED if _S.ENDED in found else _S.REJECTED


def check_activation_date(day: date, today: date) -> None:
    """Refuse a day so far away that it must be a slip."""
    if abs(day - today).days > ACTIVATION_DAYS_MAX:
        raise InvalidValueError("activation date", str(day), f"a day within a year of {today}")


def _words(state: AgreementState) -> str:
    return state.value.replace("_", " ")


def why_not_permitted(kind: str, iban: str, *, connected: bool) -> NotPermitted | None:
    """Why the account cannot be connected, the first reason that holds; None where it can."""
    if kind not in PERMITTED_KINDS:
        return NotPermitted.KIND
    if not is_iban(iban):
        return NotPermitted.IBAN
    return NotPermitted.CONNECTED if connected else None


def check_permitted(kind: str, iban: str, *, account: str, connected: bool) -> None:
    """Refuse an account that cannot be connected. `account` is what people call it."""
    reason = why_not_permitted(kind, iban, connected=connected)
    if reason is not None:
        raise AccountNotPermittedError(account, *_NOT_PERMITTED[reason])


def is_waiting(state: AgreementState, *, confirmed: bool) -> bool:
    """Whether the bank has not said yes yet, though it is asked."""
    return state in UNANSWERED or (state is _S.IN_ERROR and not confirmed)


def may_be_typed(
    day: date, activation_date: date, state: AgreementState, *, confirmed: bool
) -> bool:
    """Whether a transaction of that day may be entered by hand.

    While the bank is awaited nothing from the activation date on may: the bank is to tell of it.
    Earlier days may always, for the bank never tells of them; and once it is active all may, the
    waiting days among them: a line of the bank about the same money joins the one that was typed.
    """
    return day < activation_date or not is_waiting(state, confirmed=confirmed)


def check_may_be_typed(
    day: date, activation_date: date, state: AgreementState, *, confirmed: bool, account: str
) -> None:
    """Refuse what `may_be_typed` says no to."""
    if not may_be_typed(day, activation_date, state, confirmed=confirmed):
        raise WaitingForBankError(account, str(day), str(activation_date))


def is_fetched(day: date, activation_date: date, ended_on: date | None) -> bool:
    """Whether the bank's lines of that day come by the agreement: never from before it."""
    return activation_date <= day and (ended_on is None or day <= ended_on)


def gap(last_known: date | None, books_begin: date | None, activation_date: date) -> Days | None:
    """The days before the activation that no statement tells of; None where there are none.

    `last_known` is the last day of the statements before the activation; without any the gap
    begins with the books. Where neither is known there is no telling, and None is answered.
    """
    if last_known is not None:
        first = last_known + timedelta(days=1)
    elif books_begin is not None:
        first = books_begin
    else:
        return None
    last = activation_date - timedelta(days=1)
    return Days(first, last) if first <= last else None


def waiting_days(
    activation_date: date, confirmed_on: date, arrived_from: date | None
) -> Days | None:
    """The days from the activation that the bank's first statement leaves out, to be typed.

    `arrived_from` is the first day the statements since the activation tell of. Until one has
    come they may end with the day of the bank's yes.
    """
    last = confirmed_on if arrived_from is None else arrived_from - timedelta(days=1)
    return Days(activation_date, last) if activation_date <= last else None


def first_statement_days(
    confirmed_on: date, activation_date: date, bank_days: tuple[int, int] = FIRST_STATEMENT_DAYS
) -> Days:
    """When the first statement is to be expected.

    Counted in bank days from the bank's yes, or from the activation date where that is later.

    >>> first_statement_days(date(2026, 11, 27), date(2026, 11, 20))  # a Friday
    Days(first=datetime.date(2026, 11, 30), last=datetime.date(2026, 12, 2))
    """
    start = max(confirmed_on, activation_date)
    least, most = bank_days
    return Days(bank_days_after(start, least), bank_days_after(start, most))


def days_late(expected: Days, today: date) -> int:
    """How many bank days the first statement is late; 0 while it may still come in time."""
    day, late = expected.last, 0
    while (day := bank_days_after(day, 1)) <= today:
        late += 1
    return late


def bank_days_after(day: date, count: int) -> date:
    """The bank day that is `count` bank days after the day; with 0 the day itself or the next.

    >>> bank_days_after(date(2026, 12, 23), 1)  # 24 to 27 December are closed
    datetime.date(2026, 12, 28)
    """
    for _ in range(count):
        day = next_bank_day(day + timedelta(days=1))
    return next_bank_day(day)
