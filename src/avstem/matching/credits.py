"""What a party's credit is for: the invoice that has come since, or money to pay back.

Drawn without asking only where the payment itself named the invoice or its order, or where it was
paid before its invoice and exactly one open invoice of the party has the amount. What was paid too
much or twice is never drawn by amount alone: the payer may want it back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Key, KeyKind
from avstem.matching.state import numbers_of
from avstem.matching.vetoes import veto

RULE, VERSION = "credit_drawn", 1
_HELD = veto("account_proposes_only")
DRAWS_MAX = 5


class Cause(StrEnum):
    """Why a party has a credit, by what its payment was booked on."""

    PREPAYMENT = "prepayment"
    OVERPAID = "overpaid"
    PAID_TWICE = "paid_twice"
    OTHER = "other"


#: The reason that a payment was booked with -> why it left a credit.
CAUSES = {
    "prepayment.order": Cause.PREPAYMENT,
    "kid.paid_twice": Cause.PAID_TWICE,
    "text.paid_already": Cause.PAID_TWICE,
    "kid.more": Cause.OVERPAID,
}


@dataclass(frozen=True, slots=True)
class Credit:
    """What is left of a credit (unsigned), and what the payment behind it named.

    `rejected` are items that a person has taken back from it. `is_held`: it came in on an account
    on which the program does not book by itself. `is_valued`: it is known what it was booked at.
    """

    id: int
    party_id: int
    is_customer: bool
    currency: str
    left_minor: int
    day: date
    cause: Cause
    keys: frozenset[Key] = frozenset()
    rejected: frozenset[int] = frozenset()
    is_held: bool = False
    is_valued: bool = True


@dataclass(frozen=True, slots=True)
class Draw:
    """So much of a credit for an item. Certain where nothing is `against` it."""

    credit_id: int
    item_id: int
    amount_minor: int
    reasons: tuple[Reason, ...]

    @property
    def is_certain(self) -> bool:
        """Whether it is done without asking."""
        return all(each.agrees for each in self.reasons)

    @property
    def claims(self) -> bool:
        """Whether no other credit gets it: certain, or but for its account (ADR 17)."""
        return all(each.agrees or each == _HELD for each in self.reasons)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is thought of one credit: draws, the certain or the best first, and whether to refund.

    `refund` is proposed where it was paid too much or twice and no draw is certain.
    """

    credit_id: int
    draws: tuple[Draw, ...]
    refund: bool


def cause_of(codes: Iterable[str]) -> Cause:
    """Why there is a credit, by the codes of the reasons that its payment was booked on."""
    return next((CAUSES[code] for code in codes if code in CAUSES), Cause.OTHER)


def draw_credits(
    credits: Sequence[Credit], items: Sequence[Item], item_keys: Mapping[int, Iterable[Key]]
) -> list[Answer]:
    """An answer a credit, in their order; the oldest draw first, and input order never matters.

    `items` are the open ones of the credits' parties, `item_keys` the keys they are known by.
    """
    desk = _Desk(credits, items, item_keys)
    ordered = sorted(credits, key=lambda each: (each.day, each.id))
    found = {each.id: desk.answer(each) for each in ordered}
    return [found[each.id] for each in credits]


class _Desk:
    """What is left of the items while the credits are gone through."""

    def __init__(
        self, credits: Sequence[Credit], items: Sequence[Item],
        item_keys: Mapping[int, Iterable[Key]],
    ) -> None:  # fmt: skip
        self._keys = {item.id: frozenset(item_keys.get(item.id, ())) for item in items}
        self._left = {item.id: item.remaining_minor for item in items}
        self._of: dict[tuple[int, bool, str], list[Item]] = defaultdict(list)
        for item in sorted(items, key=lambda each: (each.invoice_date, each.id)):
            if not item.kind.is_credit_note:
                self._of[item.party_id, item.kind.is_customer, item.currency].append(item)
        self._equal = Counter(map(_amount_key, credits))

    def answer(self, credit: Credit) -> Answer:
        """The draws of one credit; what is certain is taken from what is left of the items."""
        owed = self._of[credit.party_id, credit.is_customer, credit.currency]
        items = [item for item in owed if self._left[item.id] > 0]
        named = [item for item in items if credit.keys & self._keys[item.id]]
        draws = list(self._named(credit, named) if named else self._by_amount(credit, items))
        for each in draws:
            if each.claims:
                self._left[each.item_id] -= each.amount_minor
        is_done = any(each.is_certain for each in draws)
        refund = credit.cause in (Cause.OVERPAID, Cause.PAID_TWICE) and not is_done
        return Answer(credit.id, tuple(draws[:DRAWS_MAX]), refund)

    def _named(self, credit: Credit, named: Sequence[Item]) -> Iterator[Draw]:
        """All that the payment named, if it is enough for them all or there is only one."""
        against = []
        if len(named) > 1 and sum(self._left[item.id] for item in named) > credit.left_minor:
            against.append(veto("credit_too_small", items=numbers_of(named)))
        left = credit.left_minor
        for item in named:
            taken = min(left, self._left[item.id])
            if taken:
                facts = {"item": item.number}
                yield self._draw(credit, item, taken, Reason("credit.named", facts), against)
            # Where it is not enough for all, each is shown by itself.
            left -= 0 if against else taken

    def _by_amount(self, credit: Credit, items: Sequence[Item]) -> Iterator[Draw]:
        exact = [item for item in items if self._left[item.id] == credit.left_minor]
        for item in exact:
            against = [*_doubts(credit, item, self._keys[item.id])]
            rivals = self._equal[_amount_key(credit)]
            if len(exact) > 1 or rivals > 1:
                against.append(veto("equal_candidates", items=len(exact), lines=rivals))
            reason = Reason("credit.amount", {"item": item.number})
            yield self._draw(credit, item, credit.left_minor, reason, against)

    def _draw(
        self, credit: Credit, item: Item, minor: int, reason: Reason, against: Iterable[Reason]
    ) -> Draw:
        said = [reason, *against]
        if item.party_blocked:
            said.append(veto("party_blocked", party=""))
        if item.payment_on_its_way:
            said.append(veto("payment_on_its_way", item=item.number))
        if not (item.is_valued and credit.is_valued):
            said.append(veto("value_unknown", item=item.number, currency=item.currency))
        if item.id in credit.rejected:
            said.append(veto("rejected_before", item=item.number))
        if credit.is_held:
            said.append(_HELD)
        return Draw(credit.id, item.id, minor, tuple(said))


def _amount_key(credit: Credit) -> tuple[int, bool, str, int]:
    return credit.party_id, credit.is_customer, credit.currency, credit.left_minor


def _doubts(credit: Credit, item: Item, keys: frozenset[Key]) -> Iterator[Reason]:
    """What an equal amount is too little against."""
    if credit.cause is not Cause.PREPAYMENT:
        yield veto("credit_not_prepaid")
    if item.invoice_date < credit.day:
        yield veto("older_than_credit", item=item.number, date=item.invoice_date.isoformat())
    orders = {key for key in keys if key.kind is KeyKind.ORDER}
    if orders and any(key.kind is KeyKind.ORDER for key in credit.keys):
        yield veto("other_order", item=item.number)
