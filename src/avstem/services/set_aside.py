"""Set a bank transaction aside with a reason, and take it back."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.store import audit, booking
from avstem.store.locks import lock_company
from avstem.store.models import BankTransaction
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500
#: As the decision that a person took names it.
RULE = "set_aside"


@in_company
@database.atomic
def set_aside(
    *, company_id: int, transaction_id: int, reason: str, actor: str, now: datetime
) -> BankTransaction:
    """It leaves the work list until it is taken back; nothing is booked."""
    text = " ".join(reason.split())
    if not 1 <= len(text) <= REASON_CHARACTERS_MAX:
        raise InvalidValueError("reason", text[:60] or "nothing", "why it is set aside")
    lock_company(company_id)
    transaction = booking.get_waiting(company_id, transaction_id)
    reason_said = {"code": "set_aside.by_person", "facts": {"reason": text}, "agrees": True}
    content: dict[str, object] = {
        "suggestions": [],
        "left_because": None,
        "reasons": [reason_said],
    }
    booking.decide_by_hand(transaction, rule=RULE, content=content, actor=actor, verdict="leave")
    return _move(transaction, "set_aside", text, actor, now)


@in_company
@database.atomic
def take_back(
    *, company_id: int, transaction_id: int, actor: str, now: datetime
) -> BankTransaction:
    """It stands in the work list again, with what was suggested before."""
    lock_company(company_id)
    transaction = booking.get_transaction(company_id, transaction_id)
    booking.require_state(transaction, "set_aside")
    booking.restore_decision(transaction, of_rule=RULE)
    return _move(transaction, "open", "", actor, now)


def _move(
    transaction: BankTransaction, state: str, reason: str, actor: str, now: datetime
) -> BankTransaction:
    transaction.state, transaction.set_aside_reason = state, reason
    transaction.save(update_fields=["state", "set_aside_reason"])
    audit.record(
        company_id=transaction.company_id,
        actor=actor,
        action=f"transaction.{state}",
        at=now,
        facts={"transaction": transaction.pk, "reason": reason},
    )
    return transaction
