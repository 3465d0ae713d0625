"""Stage 1: the bank answers with a key that we gave the payment, or with its own for it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from avstem.domain.voucher import LedgerRole
from avstem.matching.decision import LedgerLine, PaidPayment, Reason, Settlement, Suggestion
from avstem.matching.discounts import Discount, discount_of
from avstem.matching.facts import Key, KeyKind, Line, SentPayment
from avstem.matching.keys import debit_keys
from avstem.matching.rules.own_exchange import Exchanged, exchange_of
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
    exchange = exchange_of(desk, line, sent)
    against = _vetoes(desk, line, sent, exchange)
    if against:
        told = exchange.reasons if exchange else ()
        _keep(desk, line, sent, (reason, *told, *against))
        return
    desk.book(line, _suggestion(desk, line, sent, reason, exchange))
    if line.id in desk.decisions:
        for payment in sent:
            if payment.through_clearing and not payment.is_moved:
                desk.left[payment.item_id] = desk.left_of(payment.item_id) - payment.amount_minor
    taken.update(payment.id for payment in sent)


def _suggestion(
    desk: Desk, line: Line, sent: Sequence[SentPayment], reason: Reason, exchange: Exchanged | None
) -> Suggestion:
    """Orders against the account of payments on their way, others against their items.

    A bill of which a discount was left out in time is paid in full.
    """
    drawn = _drawn(desk, sent)
    earned = {} if exchange or drawn else _earned(desk, line, sent)
    settles = [
        Settlement(each.item_id, minor)
        for each in sent
        if (minor := _by_itself(each) + (earned[each.id].minor if each.id in earned else 0))
    ]
    settles = [*_with_credits(settles, sent, drawn)]
    charge = exchange.charge_minor if exchange else abs(line.amount_minor) - _total(sent)
    told = exchange.reasons if exchange else ()
    beside = tuple(line for discount in earned.values() for line in discount.ledger_lines)
    return Suggestion(
        rule=RULE,
        rule_version=VERSION,
        confidence=CONFIDENCE,
        settlements=tuple(settles),
        reasons=(reason, *told, *(discount.reason for discount in earned.values())),
        charge_minor=charge,
        ledger_lines=(*_clearing(desk, sent), *beside),
        payments=_paid(sent),
    )


def _drawn(desk: Desk, sent: Sequence[SentPayment]) -> dict[int, int]:
    """What the payments draw off credit notes, by credit note; nothing where it is not there.

    Of bills that go by the account of payments on their way, that has been done.
    """
    direct = [each for each in sent if not each.through_clearing]
    drawn: Counter[int] = Counter()
    needed: Counter[int] = Counter()
    for each in direct:
        drawn.update(dict(each.credits))
        needed[each.item_id] += each.amount_minor + sum(minor for _, minor in each.credits)
    every = drawn + needed
    fits = all(
        desk.left_of(item_id) >= minor and desk.item(item_id).is_valued
        for item_id, minor in every.items()
    )
    return dict(drawn) if fits else {}


def _with_credits(
    settles: Sequence[Settlement], sent: Sequence[SentPayment], drawn: Mapping[int, int]
) -> Iterator[Settlement]:
    """Each bill with what is drawn off it, and the credit notes."""
    more: Counter[int] = Counter()
    for each in sent if drawn else ():
        more[each.item_id] += sum(minor for _, minor in each.credits)
    for said in settles:
        yield Settlement(said.item_id, said.amount_minor + more.pop(said.item_id, 0))
    yield from (Settlement(item_id, minor) for item_id, minor in drawn.items())


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


def _vetoes(
    desk: Desk, line: Line, sent: Sequence[SentPayment], exchange: Exchanged | None
) -> list[Reason]:
    found = list(exchange.against) if exchange else []
    total = _total(sent)
    # What the bank took for it, and says so, is booked apart.
    if exchange is None and abs(line.amount_minor) not in (total, total + line.charges_minor):
        found.append(veto("sum_differs", sent_minor=total))
    if line.halted:
        found.append(veto(line.halted))
    needed: dict[int, int] = {}
    for payment in sent:
        wanted = 0 if payment.is_moved else payment.amount_minor
        needed[payment.item_id] = needed.get(payment.item_id, 0) + wanted
    for item_id, minor in needed.items():
        item = desk.item(item_id)
        is_other = exchange is None and item.currency != line.currency
        if is_other or desk.left_of(item_id) < minor:
            found.append(veto("item_has_less_left", item=item.number))
        if not item.is_valued:
            found.append(veto("value_unknown", item=item.number, currency=item.currency))
        if (line.id, item_id) in desk.candidates.rejected:
            found.append(veto("rejected_before", item=item.number))
    return found
