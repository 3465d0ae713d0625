"""What a payment teaches of who pays: the payer's account and name, and whose invoices it settled.

A fact is confirmed once by a booking under a key of ours that stands, and once more by each
person who accepts, books or looks at such a payment; undoing takes one away. Only money in for
customers' invoices teaches: an account to pay to is learnt from no payment, for that is how
money is led astray.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from avstem.matching.names import name_words, same_name
from avstem.matching.record import key_of

#: So often must a learnt account be confirmed before the exact amount from it is booked.
BOOKS_FROM = 2
#: The rules whose automatic bookings teach: they went by a key of ours, not by who paid.
TEACHING_RULES = frozenset(("structured_reference", "named_in_text"))
NAME_CHARACTERS_MAX = 140


class Learnt(NamedTuple):
    """The account, or the name, has paid this party's invoices, confirmed so often (1 or more)."""

    party_id: int
    confirmations: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """Money came in from `account` under `name` for the invoices of one party ("" is unknown)."""

    party_id: int
    account: str = ""
    name: str = ""


def lesson(
    *,
    amount_minor: int,
    account: str,
    name: str,
    is_return: bool,
    settled: Iterable[tuple[bool, int, str]],
) -> Lesson | None:
    """What a booking teaches, if anything. `settled`: customer's?, party and party's name.

    The name is learnt where it is another than the party's own.

    >>> lesson(amount_minor=100, account="A", name="Kari", is_return=False,
    ...        settled=[(True, 7, "Berg AS")])
    Lesson(party_id=7, account='A', name='Kari')
    """
    parties = set(settled)
    if amount_minor <= 0 or is_return or len(parties) != 1:
        return None
    [(is_customer, party_id, party_name)] = parties
    if not is_customer:
        return None
    new_name = name if name_key(name) and not same_name(name, party_name) else ""
    return Lesson(party_id, account, new_name) if account or new_name else None


def name_key(name: str) -> str:
    """The name for looking up: its words without case, legal form and order.

    >>> name_key("Hansen, KARI")
    'hansen kari'
    """
    return " ".join(sorted(name_words(name)))[:NAME_CHARACTERS_MAX]


def confirmed(confirmations: int, *, by_person: bool) -> int:
    """Once more; the program itself says it once and no more."""
    return confirmations + 1 if by_person else max(confirmations, 1)


def word_on(proposed: dict[str, Any], chosen: dict[str, Any]) -> dict[str, str]:
    """What a person who books by hand says of the suggestion put first: agreed or passed over.

    Nothing, where it posts more than invoices and the person settled the same ones.
    """
    if not proposed["suggestions"]:
        return {}
    first = proposed["suggestions"][0]
    if not (key := key_of(first)):
        return {}
    if _settled(first) != _settled(chosen):
        return {"passed_over": key}
    plain = not any((first["rest_minor"], first["charge_minor"], first.get("ledger_lines")))
    same = plain and not chosen["ledger_lines"] and not first.get("reopened")
    return {"agreed": key} if same and first["settlements"] else {}


def _settled(said: dict[str, Any]) -> set[tuple[int, int]]:
    return {(each["item_id"], each["amount_minor"]) for each in said["settlements"]}
