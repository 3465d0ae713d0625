"""The debit of a payment of ours that the bank exchanged: what it was, and at which rate."""

from collections.abc import Sequence
from dataclasses import dataclass

from avstem.domain.money import Money
from avstem.matching.decision import Reason
from avstem.matching.facts import Line, SentPayment
from avstem.matching.rules.exchanged import BOOKED_BP_MAX, charge_in, rate_of
from avstem.matching.state import Desk
from avstem.matching.vetoes import veto


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The charge that is in the amount (unsigned), the rate as a reason, and what speaks against.

    What is left over beside them is the gain or loss of the rate.
    """

    charge_minor: int = 0
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()


def exchange_of(desk: Desk, line: Line, sent: Sequence[SentPayment]) -> Exchanged | None:
    """How the line's money became the payments'; None where both are in one currency."""
    currencies = {desk.item(each.item_id).currency for each in sent}
    if currencies == {line.currency}:
        return None
    currency = currencies.pop()
    if currencies or any(each.through_clearing for each in sent):
        return Exchanged(against=(veto("sum_differs", sent_minor=0),))
    total = Money(sum(each.amount_minor for each in sent), currency)
    known = line.original is not None and line.original.currency == currency
    original = line.original if known else None
    charge, unclear = charge_in(line, original)
    rate = rate_of(desk, line, total, charge)
    reasons, against = [rate.reason(desk.item(sent[0].item_id))], list(unclear)
    if original is None:
        against.append(veto("original_unknown", currency=currency))
    else:
        facts = {"original": str(original), "item": desk.item(sent[0].item_id).number}
        reasons.insert(0, Reason("exchange.original", facts))
        if original != total:
            against.append(veto("sum_differs", sent_minor=total.minor))
    if not rate.is_near(BOOKED_BP_MAX):
        against.append(veto("rate_far"))
    return Exchanged(charge, tuple(reasons), tuple(against))
