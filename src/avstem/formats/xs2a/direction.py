"""Money in or out: by the sign where the bank writes one, else only as far as it can be proved.

The standard signs debits with a minus, but its first versions showed amounts without any, and told
the direction by which party is named: the creditor of money out, the debtor of money in. A bank
that does sign names the creditor of a purchase that was given back, too. So in a file without one
minus the parties decide only what is shown; it is booked where booked balances prove it.

Source: NextGenPSD2 XS2A implementation guidelines 1.3.12, sections 14.16 and 14.26.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import StatementKind
from avstem.formats.json_tree import JsonNode

_EXPECTED = "a sign on the amounts: no amount of the file has one. Export a longer period"


class Party(Enum):
    """Which other side an entry names: that of money in (1), of money out (-1), or not one."""

    DEBTOR = 1
    CREDITOR = -1
    UNCLEAR = 0


@dataclass(frozen=True, slots=True)
class Amounted:
    """An entry with its amount as stated; `is_signed` where it has a minus or an indicator."""

    node: JsonNode
    amount: Money
    is_signed: bool
    is_booked: bool
    party: Party

    def by_party(self) -> Money:
        """The amount with the sign that the party gives it."""
        return -self.amount if self.party is Party.CREDITOR else self.amount


@dataclass(frozen=True, slots=True)
class Directed:
    """The signed amounts, in the order of the entries, and what they may be used for."""

    amounts: tuple[Money, ...]
    kind: StatementKind
    by_parties: bool = False


def direct(entries: Sequence[Amounted], balances: tuple[Money, Money] | None) -> Directed:
    """Decide the direction of all entries together; `balances` are the booked ones, both or None.

    Refused where nothing tells it. `by_parties` is a report: it is shown and never booked.
    """
    stated = tuple(each.amount for each in entries)
    moved = [each for each in entries if each.amount.minor]
    sure = any(each.is_signed for each in entries) or all(
        each.party is Party.DEBTOR for each in moved
    )
    if sure or _proved(entries, stated, balances):
        return Directed(stated, StatementKind.STATEMENT)
    unclear = next((each for each in moved if each.party is Party.UNCLEAR), None)
    if unclear is not None:
        raise _refuse(unclear)
    by_party = tuple(each.by_party() for each in entries)
    if _proved(entries, by_party, balances):
        return Directed(by_party, StatementKind.STATEMENT)
    return Directed(by_party, StatementKind.REPORT, by_parties=True)


def _proved(
    entries: Sequence[Amounted], amounts: Sequence[Money], balances: tuple[Money, Money] | None
) -> bool:
    """Whether opening and the booked amounts, of one currency, come to closing."""
    if balances is None:
        return False
    opening, closing = balances
    booked = [amount for each, amount in zip(entries, amounts, strict=True) if each.is_booked]
    if not booked or {each.currency for each in (closing, *booked)} != {opening.currency}:
        return False
    return opening.minor + sum(each.minor for each in booked) == closing.minor


def _refuse(entry: Amounted) -> UnreadableFileError:
    return entry.node.refuse("transactionAmount", entry.amount, _EXPECTED)
