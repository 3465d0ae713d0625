"""Money that comes back (or is taken back) reopens what the payment had settled.

The bank marks the entry as a return or a reversal and gives back an id of the payment: ours, or
its own. Where exactly one booked transaction on the account has that id and the opposite amount,
what it settled is owed again. Anything less is a person's to see.
"""

from collections.abc import Sequence

from avstem.matching.decision import Reason, Suggestion
from avstem.matching.facts import BookedPayment, Line
from avstem.matching.keys import return_keys
from avstem.matching.state import Desk, Reading
from avstem.matching.vetoes import veto

RULE, VERSION, CONFIDENCE = "returned", 1, 0.999


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Book a return whose payment is known; each payment comes back once."""
    taken: set[BookedPayment] = set()
    for line in lines:
        if line.is_return or line.reversal:
            found = [each for each in _payments(desk, line) if each not in taken]
            is_whole = len(found) == 1 and not found[0].credit_used
            if is_whole and not line.halted and _is_valued(desk, found[0]):
                _reopen(desk, line, found[0])
                taken.add(found[0])
            elif found:
                _leave_to_a_person(desk, line, found)


def _leave_to_a_person(desk: Desk, line: Line, found: Sequence[BookedPayment]) -> None:
    """The one payment of ours can be accepted as come back, where only the account is halted."""
    stopped = _stopped(line, found)
    desk.note(line, stopped)
    if line.halted and len(found) == 1 and found[0].payments:
        reading = Reading(
            RULE, 0.6, (), (_reason(desk, line, found[0]), stopped),
            ledger_lines=tuple(found[0].ledger_lines), payments=found[0].payments,
        )  # fmt: skip
        desk.keep(line, reading)


def _payments(desk: Desk, line: Line) -> list[BookedPayment]:
    found = {
        payment
        for key in return_keys(line)
        for payment in desk.candidates.booked_by_key.get(key, ())
        if payment.account_id == line.account_id
        and payment.amount_minor == -line.amount_minor
        and payment.booking_date <= line.booking_date
    }
    return sorted(found, key=lambda each: (each.line_id, each.amount_minor))


def _is_valued(desk: Desk, payment: BookedPayment) -> bool:
    """What was paid before there were rates has no value that could come back."""
    return all(desk.item(each.item_id).is_valued for each in payment.settled)


def _stopped(line: Line, found: Sequence[BookedPayment]) -> Reason:
    if line.halted:
        return veto(line.halted)
    if found[1:]:
        return veto("several_payments", count=len(found))
    return veto("credit_used") if found[0].credit_used else veto("not_valued")


def _reason(desk: Desk, line: Line, payment: BookedPayment) -> Reason:
    named = [each.item_id for each in payment.settled]
    named += [each.item_id for each in payment.payments]
    numbers = ", ".join(desk.item(item_id).number for item_id in named)
    facts = {"date": payment.booking_date.isoformat(), "items": numbers, "why": line.return_reason}
    return Reason("returned.payment", facts)


def _reopen(desk: Desk, line: Line, payment: BookedPayment) -> None:
    suggestion = Suggestion(
        rule=RULE,
        rule_version=VERSION,
        confidence=CONFIDENCE,
        settlements=(),
        reasons=(_reason(desk, line, payment),),
        reopened=tuple(payment.settled),
        ledger_lines=tuple(payment.ledger_lines),
        payments=payment.payments,
    )
    desk.book(line, suggestion)
