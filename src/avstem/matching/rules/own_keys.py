"""Stage 1: the bank answers with a key that we gave the payment, or with its own for it."""

from collections.abc import Sequence

from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import LedgerLine, PaidPayment, Reason, Settlement, Suggestion
from avstem.matching.discounts import Discount, discount_of
from avstem.matching.facts import Key, KeyKind, Line, SentPayment
from avstem.matching.keys import debit_keys
from avstem.matching.state import Desk, Reading
from avstem.matching.vetoes import veto

RULE, VERSION, CONFIDENCE = "own_key", 2, 0.999
#: Keys of one payment: a debit under them is believed over a refusal. Under a batch's, the refused
#: ones are left out.
_OF_ONE = (KeyKind.END_TO_END, KeyKind.INSTRUCTION, KeyKind.BANK_REFERENCE)


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Settle what we sent: one payment by its own key, a batch by its sum less the rejected."""
    if not desk.candidates.sent_by_key:
        return
    taken: set[int] = set()
    for line in lines:
        for key in debit_keys(line):
            sent = _sent(desk, key, taken)
            if sent:
                _settle(desk, line, key, sent, taken)
                if line.id not in desk.decisions:
                    desk.withhold(line)
                break


def _sent(desk: Desk, key: Key, taken: set[int]) -> list[SentPayment]:
    free = [each for each in desk.candidates.sent_by_key.get(key, ()) if each.id not in taken]
    standing = [each for each in free if not each.rejected]
    return standing or (free if key.kind in _OF_ONE else [])


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
    against = _vetoes(desk, line, sent)
    if against:
        _keep(desk, line, sent, (reason, *against))
        return
    desk.book(line, _suggestion(desk, line, sent, reason))
    if line.id in desk.decisions:
        for payment in sent:
            if payment.through_clearing and not payment.is_moved:
                desk.left[payment.item_id] = desk.left_of(payment.item_id) - payment.amount_minor
    taken.update(payment.id for payment in sent)


def _suggestion(desk: Desk, line: Line, sent: Sequence[SentPayment], reason: Reason) -> Suggestion:
    """Orders against the account of payments on their way, others against their items.

    A bill of which a discount was left out in time is paid in full.
    """
    earned = _earned(desk, line, sent)
    settles = [
        Settlement(each.item_id, minor)
        for each in sent
        if (minor := _by_itself(each) + (earned[each.id].minor if each.id in earned else 0))
    ]
    beside = tuple(line for discount in earned.values() for line in discount.ledger_lines)
    return Suggestion(
        rule=RULE,
        rule_version=VERSION,
        confidence=CONFIDENCE,
        settlements=tuple(settles),
        reasons=(reason, *(discount.reason for discount in earned.values())),
        charge_minor=abs(line.amount_minor) - _total(sent),
        ledger_lines=(*_clearing(desk, sent), *beside),
        payments=_paid(sent),
    )


def _by_itself(payment: SentPayment) -> int:
    """What of the item the debit settles; nothing where the bill is moved."""
    return 0 if payment.through_clearing else payment.amount_minor


def _earned(desk: Desk, line: Line, sent: Sequence[SentPayment]) -> dict[int, Discount]:
    """The discounts left out in time, by payment; none of an item that is paid in parts."""
    found = {}
    items = [payment.item_id for payment in sent]
    for payment in sent:
        item_id, left = payment.item_id, desk.left_of(payment.item_id)
        # As it was owed before its bill was moved.
        desk.left[item_id] = left + (payment.amount_minor if payment.is_moved else 0)
        taken = discount_of(desk, desk.item(item_id), payment.amount_minor, line.booking_date)
        desk.left[item_id] = left
        if taken and not taken.against and items.count(item_id) == 1:
            found[payment.id] = taken
    return found


def _clearing(desk: Desk, sent: Sequence[SentPayment]) -> tuple[LedgerLine, ...]:
    role = LedgerRole.PAYMENTS_ON_THEIR_WAY.value
    return tuple(
        LedgerLine(
            each.amount_minor, role, party_id=desk.item(each.item_id).party_id, text=each.reference
        )
        for each in sent
        if each.through_clearing
    )


def _paid(sent: Sequence[SentPayment]) -> tuple[PaidPayment, ...]:
    return tuple(PaidPayment(each.id, each.item_id, each.amount_minor) for each in sent)


def _keep(desk: Desk, line: Line, sent: Sequence[SentPayment], reasons: tuple[Reason, ...]) -> None:
    """What a person may choose, where it does not book.

    Where the orders are the whole sum, that; else the money stands on the one supplier.
    """
    if not any(each.through_clearing for each in sent):
        items = tuple(each.item_id for each in sent)
        amounts = tuple(each.amount_minor for each in sent)
        desk.keep(line, Reading(RULE, 0.6, items, reasons, amounts, payments=_paid(sent)))
        return
    parties = {desk.item(each.item_id).party_id for each in sent}
    stopped = {reason.code for reason in reasons}
    if "veto.sum_differs" not in stopped and "veto.item_has_less_left" not in stopped:
        lines = _clearing(desk, sent)
        paid = _paid(sent)
        desk.keep(line, Reading(RULE, 0.6, (), reasons, ledger_lines=lines, payments=paid))
    elif len(parties) == 1:
        desk.keep(line, Reading(RULE, 0.6, (), reasons, party_id=parties.pop()))
    else:
        for reason in reasons:
            desk.note(line, reason)


def _money_back(desk: Desk, line: Line, key: str, sent: Sequence[SentPayment]) -> None:
    """Money that comes back stands on the supplier until a person has looked."""
    reason = Reason("own_key.returned", {"key": key}, agrees=False)
    desk.note(line, reason)
    parties = {desk.item(payment.item_id).party_id for payment in sent}
    if len(parties) == 1 and line.amount_minor > 0:
        party_id = parties.pop()
        reading = Reading(RULE, 0.5, (), (reason,), party_id=party_id, is_customer=False)
        desk.keep(line, reading)


def _total(sent: Sequence[SentPayment]) -> int:
    return sum(payment.amount_minor for payment in sent)


def _vetoes(desk: Desk, line: Line, sent: Sequence[SentPayment]) -> list[Reason]:
    found = []
    total = _total(sent)
    # What the bank took for it, and says so, is booked apart.
    if abs(line.amount_minor) not in (total, total + line.charges_minor):
        found.append(veto("sum_differs", sent_minor=total))
    if line.halted:
        found.append(veto(line.halted))
    needed: dict[int, int] = {}
    for payment in sent:
        wanted = 0 if payment.is_moved else payment.amount_minor
        needed[payment.item_id] = needed.get(payment.item_id, 0) + wanted
    for item_id, minor in needed.items():
        item = desk.item(item_id)
        if item.currency != line.currency or desk.left_of(item_id) < minor:
            found.append(veto("item_has_less_left", item=item.number))
        if not item.is_valued:
            found.append(veto("value_unknown", item=item.number, currency=item.currency))
        if (line.id, item_id) in desk.candidates.rejected:
            found.append(veto("rejected_before", item=item.number))
    return found
