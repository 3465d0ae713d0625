"""Stage 1: the bank answers with a key that we gave the payment ourselves."""

from collections.abc import Sequence

from avstem.matching.decision import Reason, Settlement, Suggestion
from avstem.matching.discounts import discount_of
from avstem.matching.facts import Key, Line, SentPayment
from avstem.matching.keys import own_keys
from avstem.matching.state import Desk, Reading
from avstem.matching.vetoes import veto

RULE, VERSION, CONFIDENCE = "own_key", 1, 0.999


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Settle what we sent: one payment by its own key, a batch by its sum less the rejected."""
    taken: set[int] = set()
    for line in lines:
        for key in own_keys(line):
            sent = [
                payment
                for payment in desk.candidates.sent_by_key.get(key, ())
                if not payment.rejected and payment.id not in taken
            ]
            if sent:
                _settle(desk, line, key, sent, taken)
                if line.id not in desk.decisions:
                    desk.withhold(line)
                break


def _settle(
    desk: Desk,
    line: Line,
    key: Key,
    sent: Sequence[SentPayment],
    taken: set[int],
) -> None:
    """Book where the sum is the payments'; a return of a payment is a person's to undo."""
    if line.direction > 0 or line.is_return or line.reversal:
        _money_back(desk, line, key.value, sent)
        return
    reason = Reason(f"own_key.{key.kind.value}", {"key": key.value, "payments": len(sent)})
    items = tuple(payment.item_id for payment in sent)
    amounts = tuple(payment.amount_minor for payment in sent)
    reading = Reading(RULE, CONFIDENCE, items, (reason,), amounts)
    against = _vetoes(desk, line, sent)
    if against:
        desk.keep(line, Reading(RULE, 0.6, items, (reason, *against), amounts))
        return
    desk.book(line, _less_discounts(desk, line, reading))
    taken.update(payment.id for payment in sent)


def _less_discounts(desk: Desk, line: Line, sent: Reading) -> Suggestion:
    """What was sent is settled; a bill of which a discount was left out in time is paid in full."""
    settles, taken = [], []
    for item_id, minor in zip(sent.items, sent.amounts, strict=True):
        found = discount_of(desk, desk.item(item_id), minor, line.booking_date)
        earned = found if found and not found.against and sent.items.count(item_id) == 1 else None
        settles.append(Settlement(item_id, minor + (earned.minor if earned else 0)))
        taken += [earned] if earned else []
    reasons = (*sent.reasons, *(each.reason for each in taken))
    beside = tuple(each for discount in taken for each in discount.ledger_lines)
    return Suggestion(RULE, VERSION, CONFIDENCE, tuple(settles), reasons, ledger_lines=beside)


def _money_back(desk: Desk, line: Line, key: str, sent: Sequence[SentPayment]) -> None:
    """Money that comes back stands on the supplier until a person has looked."""
    reason = Reason("own_key.returned", {"key": key}, agrees=False)
    desk.note(line, reason)
    parties = {desk.item(payment.item_id).party_id for payment in sent}
    if len(parties) == 1 and line.amount_minor > 0:
        desk.keep(line, Reading(RULE, 0.5, (), (reason,), party_id=parties.pop()))


def _vetoes(desk: Desk, line: Line, sent: Sequence[SentPayment]) -> list[Reason]:
    found = []
    total = sum(payment.amount_minor for payment in sent)
    if total != abs(line.amount_minor):
        found.append(veto("sum_differs", sent_minor=total))
    if line.halted:
        found.append(veto(line.halted))
    needed: dict[int, int] = {}
    for payment in sent:
        needed[payment.item_id] = needed.get(payment.item_id, 0) + payment.amount_minor
    for item_id, minor in needed.items():
        item = desk.item(item_id)
        if item.currency != line.currency or desk.left_of(item_id) < minor:
            found.append(veto("item_has_less_left", item=item.number))
        if not item.is_valued:
            found.append(veto("value_unknown", item=item.number, currency=item.currency))
        if (line.id, item_id) in desk.candidates.rejected:
            found.append(veto("rejected_before", item=item.number))
    return found
