"""A payment order's life: its states, the one table of moves, and where a report takes it.

Before it is sent a person (or a standing approval) moves it; afterwards the bank does, by reports
that come late, twice and out of order. A report never moves an order backwards, except to refused,
cancelled or returned. That money left is the account's own word, and no report's: nothing but a
line of the account makes an order settled, and such a line is believed over a refusal.

Sources: docs/payments.md; ISO 20022 ExternalPaymentTransactionStatus1Code (`payment_status`).

>>> after_report(OrderState.ACCEPTED, "ACTC"), after_report(OrderState.ACCEPTED, "RJCT")
(<OrderState.ACCEPTED: 'accepted'>, <OrderState.REJECTED: 'rejected'>)
"""

from collections.abc import Mapping
from enum import StrEnum

from avstem.domain.errors import StateError


class OrderState(StrEnum):
    """Where a payment order is in its life."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"  # money, creditor, account and day are fixed from here on
    IN_FILE = "in_file"
    UNKNOWN_OUTCOME = "unknown_outcome"  # sent, or not: the bank is asked
    SENT = "sent"
    RECEIVED = "received"
    AWAITING_BANK_APPROVAL = "awaiting_bank_approval"
    ACCEPTED = "accepted"
    EXECUTED = "executed"  # by the bank's word
    SETTLED = "settled"  # by the account's
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    RETURNED = "returned"


_S = OrderState
#: With the bank, in the order in which it goes on there.
WITH_BANK = (
    _S.SENT, _S.RECEIVED, _S.AWAITING_BANK_APPROVAL, _S.ACCEPTED, _S.EXECUTED, _S.SETTLED,
)  # fmt: skip
#: What the bank or a person says no to, whatever came before.
STOPPED = frozenset({_S.REJECTED, _S.CANCELLED, _S.RETURNED})
_ASKED_BACK = frozenset({_S.REJECTED, _S.CANCELLED})


def _onwards(state: OrderState) -> frozenset[OrderState]:
    later = frozenset(WITH_BANK[WITH_BANK.index(state) + 1 :])
    return later | (STOPPED if state is not _S.SETTLED else frozenset({_S.RETURNED}))


#: From a state to those it may move to: the one table, drawn in docs/payments.md.
MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    _S.DRAFT: frozenset({_S.AWAITING_APPROVAL, _S.CANCELLED}),
    _S.AWAITING_APPROVAL: frozenset({_S.APPROVED, _S.CANCELLED}),
    # Back, where it cannot go as it was approved: its day has passed, or its twin was paid.
    _S.APPROVED: frozenset({_S.AWAITING_APPROVAL, _S.IN_FILE, _S.CANCELLED}),
    # Back, where the file was taken apart before a byte of it was sent.
    _S.IN_FILE: frozenset({_S.APPROVED, _S.UNKNOWN_OUTCOME, *WITH_BANK}) | STOPPED,
    _S.UNKNOWN_OUTCOME: frozenset(WITH_BANK) | STOPPED,
    **{state: _onwards(state) for state in WITH_BANK},
    # Back, where the booking of its debit was undone: the money is on its way in the books again.
    _S.SETTLED: _onwards(_S.SETTLED) | {_S.EXECUTED},
    # A refusal that the account contradicts: the money is gone, and that is what counts.
    _S.REJECTED: frozenset({_S.SETTLED}),
    _S.CANCELLED: frozenset({_S.SETTLED}),
    # The money did not come back after all: the debit stands, or a person undid the return.
    _S.RETURNED: frozenset({_S.SETTLED}),
}
#: Not sent: taken out without asking the bank.
AT_HOME = frozenset({_S.DRAFT, _S.AWAITING_APPROVAL, _S.APPROVED})
#: A person can still change money, creditor, account and day.
CHANGEABLE = frozenset({_S.DRAFT, _S.AWAITING_APPROVAL})
#: The money is spoken for: nothing else may pay the same.
LIVE = frozenset(set(_S) - STOPPED - {_S.SETTLED})
#: Where the bank can be asked to cancel.
CANCELLABLE_AT_BANK = frozenset({_S.SENT, _S.RECEIVED, _S.AWAITING_BANK_APPROVAL, _S.ACCEPTED})

#: What the bank's code says of the order. Codes not here move nothing; they are shown raw.
STATE_OF_STATUS: Mapping[str, OrderState] = {
    "RCVD": _S.RECEIVED,
    "ACTC": _S.RECEIVED,
    "PDNG": _S.AWAITING_BANK_APPROVAL,
    "PATC": _S.AWAITING_BANK_APPROVAL,
    "ACCP": _S.ACCEPTED,
    "ACWC": _S.ACCEPTED,
    "ACSP": _S.ACCEPTED,
    "ACSC": _S.EXECUTED,
    "RJCT": _S.REJECTED,
    "CANC": _S.CANCELLED,
}
#: Reasons to refuse something for its id alone. Our ids are given once, so the first one is alive.
TWICE = frozenset({"DU01", "DU02", "DU04", "DU05"})


def check_move(found: OrderState, wanted: OrderState, identifier: str) -> OrderState:
    """The state wanted, or a refusal that names the states it can be reached from."""
    if wanted not in MOVES[found]:
        before = " or ".join(_words(state) for state in MOVES if wanted in MOVES[state])
        raise StateError("payment", identifier, _words(found), before or "new")
    return wanted


def after_report(current: OrderState, status: str) -> OrderState:
    """The state when a report with that code comes in: the same where it moves nothing.

    An order that has not left (or is in no file) is not moved by any report.
    """
    wanted = STATE_OF_STATUS.get(status)
    if wanted is None or current in AT_HOME or current is _S.SETTLED:
        return current
    if wanted is _S.REJECTED and current is _S.EXECUTED:
        # Paid, and refused afterwards: the bank has taken it back before the account showed it.
        wanted = _S.RETURNED
    return wanted if wanted in MOVES[current] else current


def is_contradicted(current: OrderState, status: str) -> bool:
    """Whether the report cannot be true beside what is known: a person looks at it.

    >>> is_contradicted(OrderState.SETTLED, "RJCT"), is_contradicted(OrderState.REJECTED, "ACSC")
    (True, True)
    >>> is_contradicted(OrderState.REJECTED, "ACCP"), is_contradicted(OrderState.SENT, "RJCT")
    (False, False)
    """
    wanted = STATE_OF_STATUS.get(status)
    if wanted in _ASKED_BACK:
        is_too_late = wanted is _S.CANCELLED and current is _S.EXECUTED
        return is_too_late or current is _S.SETTLED or current in AT_HOME
    if wanted is _S.EXECUTED:
        return current in _ASKED_BACK or current in AT_HOME
    return wanted is not None and current in AT_HOME


def refuses_only_the_copy(status: str, reasons: frozenset[str]) -> bool:
    """Whether something is refused because its id had come before, and for nothing else.

    Then the first is alive: taking it for a refusal would pay everything in it once more.
    """
    return status == "RJCT" and bool(reasons) and reasons <= TWICE


def _words(state: OrderState) -> str:
    return state.value.replace("_", " ")
