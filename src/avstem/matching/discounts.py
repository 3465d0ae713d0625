"""Who paid less because he paid early: the discount, and its part of the VAT.

Exactly the discounted amount of a document that nothing was paid of, on the last day or before. A
few days later it is a thought; what is still less like it is a part payment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.voucher import LedgerRole
from avstem.matching.booking_rules import with_vat
from avstem.matching.decision import LedgerLine, Reason, Settlement, Suggestion
from avstem.matching.facts import Item, Line
from avstem.matching.state import Desk, Reading, signed_left
from avstem.matching.vetoes import veto

#: So many days after the last one it may have been meant in time: the bank was closed, or slow.
GRACE_DAYS = 5
#: What the payer has reckoned otherwise than we do.
_NEAR_MINOR = 100


@dataclass(frozen=True, slots=True)
class Discount:
    """What one line leaves out of one item. `against` is empty where it was earned."""

    item: Item
    minor: int
    terms: DiscountTerms
    ledger_lines: tuple[LedgerLine, ...]
    against: tuple[Reason, ...] = ()

    @property
    def reason(self) -> Reason:
        """What speaks for it, in words."""
        facts = {
            "item": self.item.number,
            "discount_minor": self.minor,
            "percent": f"{self.terms.percent_bp / 100:.2f}",
            "day": self.terms.last_day.isoformat(),
        }
        return Reason("discount.taken", facts)


def discount_of(desk: Desk, item: Item, paid_minor: int, day: date) -> Discount | None:
    """The discount that makes so much (unsigned) exactly what the item costs; None: none does."""
    fit = [
        terms
        for terms in _standing(desk, item)
        if paid_minor == item.amount_minor - terms.discount_minor(item.amount_minor)
    ]
    # Of terms that come to the same, the one that lasts longest.
    return _taken(item, fit[-1], day) if fit else None


def discounts_of(desk: Desk, line: Line, items: Sequence[Item]) -> list[Discount]:
    """What is left out of several items, where the line is exactly the rest of them all.

    Each takes the most that it may on the line's day; none where that is not the amount.
    """
    if any(desk.left_of(item.id) <= 0 for item in items):
        return []
    found = [each for item in items if (each := _best_in_time(desk, item, line.booking_date))]
    left_out = sum(each.item.kind.direction * each.minor for each in found)
    fits = signed_left(desk, items) - left_out == line.amount_minor
    return found if fits else []


def _best_in_time(desk: Desk, item: Item, day: date) -> Discount | None:
    on_time = [each for each in _standing(desk, item) if day <= each.last_day]
    most = max(on_time, key=lambda each: each.discount_minor(item.amount_minor), default=None)
    return _taken(item, most, day) if most else None


def nearly(desk: Desk, item: Item, paid_minor: int, day: date) -> Iterator[Reason]:
    """What speaks against a part payment that is within a krone of a discounted amount."""
    for terms in _standing(desk, item):
        wanted = item.amount_minor - terms.discount_minor(item.amount_minor)
        in_time = day <= terms.last_day + timedelta(GRACE_DAYS)
        if in_time and 0 < abs(paid_minor - wanted) <= _NEAR_MINOR:
            yield veto("discount_differs", item=item.number, wanted_minor=wanted)
            return


def settle_all(
    desk: Desk, items: Sequence[Item], taken: Sequence[Discount], reasons: Sequence[Reason], *,
    rule: str, version: int, confidence: float,
) -> Suggestion:  # fmt: skip
    """Settle all that is left of the items, what was left out on the accounts for discounts."""
    return Suggestion(
        rule=rule,
        rule_version=version,
        confidence=confidence,
        settlements=tuple(Settlement(item.id, desk.left_of(item.id)) for item in items),
        reasons=(*reasons, *(each.reason for each in taken)),
        ledger_lines=tuple(line for each in taken for line in each.ledger_lines),
    )


def reading_of(
    desk: Desk, items: Sequence[Item], taken: Sequence[Discount], reasons: Sequence[Reason], *,
    rule: str, score: float,
) -> Reading:  # fmt: skip
    """The same as a reading for a person, with what speaks against it among the reasons."""
    return Reading(
        rule,
        score,
        tuple(item.id for item in items),
        (*(each.reason for each in taken), *reasons),
        tuple(desk.left_of(item.id) for item in items),
        ledger_lines=tuple(line for each in taken for line in each.ledger_lines),
    )


def _standing(desk: Desk, item: Item) -> Sequence[DiscountTerms]:
    """Terms hold for a document that is still owed whole."""
    return item.discounts if desk.left_of(item.id) == item.amount_minor else ()


def _taken(item: Item, terms: DiscountTerms, day: date) -> Discount:
    minor = terms.discount_minor(item.amount_minor)
    role = LedgerRole.DISCOUNT_GIVEN if item.kind.is_customer else LedgerRole.DISCOUNT_RECEIVED
    said = LedgerLine(item.kind.direction * minor, role=role.value, vat_code=item.vat_code)
    return Discount(item, minor, terms, tuple(with_vat(said)), _against(item, terms, day))


def _against(item: Item, terms: DiscountTerms, day: date) -> tuple[Reason, ...]:
    found = []
    if day > terms.last_day:
        found.append(veto("discount_late", item=item.number, day=terms.last_day.isoformat()))
    if not item.vat_code:
        found.append(veto("discount_vat_unknown", item=item.number))
    return tuple(found)


def is_within_grace(discount: Discount, day: date) -> bool:
    """Whether it is so little too late that it was probably meant in time."""
    return day <= discount.terms.last_day + timedelta(GRACE_DAYS)
