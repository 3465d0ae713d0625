"""What the engine answers: one decision a line, with its reasons as facts.

A sentence for people is made from a reason's code and facts in `avstem.wording`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """BOOK is certain by the rules, PROPOSE waits for a person, LEAVE has nothing to say."""

    BOOK = "book"
    PROPOSE = "propose"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that agreed, disagreed or stopped the booking.

    `code` is stable (`kid.exact`, `veto.amount_common`, …); `facts` are strings and numbers that
    the sentence needs. `agrees` is True for what speaks for it, False for what speaks against.
    """

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class Settlement:
    """So much of an item is settled: unsigned minor units, never more than it has left."""

    item_id: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A posting beside the items: positive is debit, in minor units of the line's currency.

    The account is given by its `role` (a `domain.voucher.LedgerRole`) or, where a booking rule or
    a person chose it, by its number in `account`; one of the two is empty.
    """

    amount_minor: int
    role: str = ""
    account: str = ""
    vat_code: str = ""
    party_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaidPayment:
    """One of our own payments that a line is about, by the id of `facts.SentPayment`."""

    payment_id: int
    item_id: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One reading of a line, for a person to accept. `confidence` (0 to 1) sorts, never books.

    `reopened` is owed again: a payment that had settled it came back. `rest_minor` is what stays on
    the party `rest_party_id` (overpaid, paid twice): in the ledger of the items, or else the
    customers' for money in; `rest_is_customer` says otherwise. `charge_minor` is what the bank took
    out and is booked as a charge; both unsigned. `ledger_lines` are what else the voucher posts: a
    rule's accounts, a write-off, a discount. `payments` are our own that the line is the debit of,
    or whose return it is. Signed by direction,
    settlements - reopened + rest - charge - ledger lines (debit) = the line's amount.
    """

    rule: str
    rule_version: int
    confidence: float
    settlements: tuple[Settlement, ...]
    reasons: tuple[Reason, ...]
    rest_minor: int = 0
    rest_party_id: int | None = None
    rest_is_customer: bool | None = None
    charge_minor: int = 0
    ledger_lines: tuple[LedgerLine, ...] = ()
    reopened: tuple[Settlement, ...] = ()
    payments: tuple[PaidPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The engine's word on one line.

    BOOK carries exactly one suggestion in `best`; PROPOSE one in `best` and up to four more in
    `others`, best first; LEAVE none, and `left_because` from the closed list of `LeftBecause`.
    A line booked with `partner_line_id` is booked together with that one or not at all.
    """

    line_id: int
    verdict: Verdict
    best: Suggestion | None = None
    others: tuple[Suggestion, ...] = ()
    left_because: str | None = None
    reasons: tuple[Reason, ...] = ()
    partner_line_id: int | None = None


class LeftBecause(StrEnum):
    """The closed list of reasons for leaving a line to a person without a proposal."""

    NOTHING_FITS = "nothing_fits"
    REFERENCE_BAD_CHECK = "reference_bad_check"
    REFERENCE_UNKNOWN = "reference_unknown"
    SEARCH_LIMIT = "search_limit"
    ZERO_AMOUNT = "zero_amount"
    AUTOMATION_OFF = "automation_off"
    RETURN_UNKNOWN = "return_unknown"
