"""A party's credit: money on the party that no document accounts for.

Paid before the invoice, too much, or twice: it stays on the party as a posting without a document
until an invoice is settled with it or it is paid back. The books know it as lots, one a voucher;
what the other way about stands on the party (money paid back without a word) takes from the oldest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartyPosting:
    """A posting on a party without a document, of a voucher that stands.

    Signed: positive is debit. `is_customer` tells the ledger. A customer's credit is negative, what
    a supplier owes us positive; the other sign takes from it.
    """

    id: int
    party_id: int
    is_customer: bool
    currency: str
    amount_minor: int
    day: date

    @property
    def is_credit(self) -> bool:
        """Whether it is money that we hold of a customer's, or a supplier of ours."""
        return (self.amount_minor < 0) == self.is_customer


def left_of_credits(postings: Iterable[PartyPosting], used: Mapping[int, int]) -> dict[int, int]:
    """What is left (unsigned, never 0) of each credit, by the posting's id.

    `used` is what documents were settled with, by credit; the postings of those uses are not among
    `postings`.
    """
    groups: dict[tuple[int, bool, str], list[PartyPosting]] = defaultdict(list)
    for each in postings:
        groups[each.party_id, each.is_customer, each.currency].append(each)
    found: dict[int, int] = {}
    for same in groups.values():
        found.update(_left_in(same, used))
    return found


def _left_in(same: Sequence[PartyPosting], used: Mapping[int, int]) -> dict[int, int]:
    """Of one party, ledger and currency: the oldest are taken first by what went back."""
    back = sum(abs(each.amount_minor) for each in same if not each.is_credit)
    found: dict[int, int] = {}
    for each in sorted(same, key=lambda each: (each.day, each.id)):
        if not each.is_credit:
            continue
        left = abs(each.amount_minor) - used.get(each.id, 0)
        taken = min(left, back)
        back -= taken
        if left > taken:
            found[each.id] = left - taken
    return found
