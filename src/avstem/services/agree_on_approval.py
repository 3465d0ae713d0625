"""Write down how an agreement has payments approved: in the internet bank too, or here alone."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import StateError
from avstem.store.agreements import change, check_approval, get_agreement, tell
from avstem.store.locks import lock_company
from avstem.store.models import Agreement
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def agree_on_approval(
    *, company_id: int, agreement_id: int, bank_approves: bool | None, actor: str, now: datetime
) -> Agreement:
    """The agreement with it; None takes back what was said.

    It says what the bank does: nothing is sent that is not approved here, whatever stands in it.
    Refused where the bank leaves no choice, and of an agreement without payments or that is over.
    """
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    if agreement.closed_at is not None or not agreement.payments:
        found = "ended" if agreement.closed_at else "without payments"
        raise StateError("agreement", agreement.bank, found, "live, with payments")
    check_approval(agreement.bank, bank_approves)
    if agreement.bank_approves is not bank_approves:
        change([agreement], bank_approves=bank_approves)
        tell(
            agreement, "agreement.approval", (), actor=actor, now=now, bank_approves=bank_approves
        )  # fmt: skip
    return agreement
