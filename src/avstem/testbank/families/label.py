"""What is true of a practice payment, and how much of it can be told from what the bank says."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from avstem.domain.money import Money
from avstem.domain.open_item import Document, Party
from avstem.domain.settlement import Settlement
from avstem.domain.statement import Transaction
from avstem.testbank.truth import Settles


class Answer(StrEnum):
    """CERTAIN: a careful bookkeeper with only these data books it unasked.

    CLEAR: there is a best reading, but it is asked about first. NONE: these data do not tell.
    """

    CERTAIN = "certain"
    CLEAR = "clear"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who stands on the bank's line; `is_known` where the register has the account."""

    party: Party
    account: str
    is_known: bool = True

    def without_account(self) -> "Payer":
        """The bank names nothing but the name."""
        return replace(self, account="")

    def named(self, name: str) -> "Payer":
        """The same account, the name written in another way."""
        return replace(self, party=replace(self.party, name=name))


@dataclass(frozen=True, slots=True)
class Label:
    """The truth about one line.

    `rest_of` is the party on which money stands that settles no document; `ledger` the role of the
    ledger account for what is no party's; `reopens` what is owed again. `must_ask`: booked unasked
    it is wrong, whatever it settles. `also` are readings that are as good for a person. `beside` is
    what else is posted, by role: a discount with its VAT, a provider's fees (debit is positive).
    """

    family: str
    answer: Answer
    settles: tuple[Settles, ...] = ()
    rest_of: Party | None = None
    ledger: str = ""
    reopens: tuple[Settles, ...] = ()
    must_ask: bool = False
    also: tuple[tuple[Settles, ...], ...] = ()
    beside: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """One bank transaction on an own account (0 or 1, the till is 2), with its label.

    `payout` is the provider's report of it, where it is a payout.
    """

    booking_date: date
    transaction: Transaction
    label: Label
    account: int = 0
    code: str = ""
    payout: Settlement | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment that the company sent to the bank for one bill, with its keys."""

    document: Document
    amount: Money
    end_to_end_id: str
    batch: str
    is_rejected: bool = False


def full(*documents: Document) -> tuple[Settles, ...]:
    """All that the documents say."""
    return tuple(Settles(each, each.amount) for each in documents)


def part(document: Document, minor: int) -> tuple[Settles, ...]:
    """So much of the document, in minor units."""
    return (Settles(document, Money(minor, document.amount.currency)),)


def signed_minor(settles: tuple[Settles, ...]) -> int:
    """What settling it moves on the account: positive is money in."""
    return sum(each.document.kind.direction * each.amount.minor for each in settles)
