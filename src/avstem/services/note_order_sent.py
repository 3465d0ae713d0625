"""Note that the bank has the order: it is awaited from now on."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import StateError
from avstem.store.agreements import get_agreement, live_activations, move, tell
from avstem.store.locks import lock_company
from avstem.store.models import Agreement
from avstem.store.tenancy import in_company

_HAD_IT = (AgreementState.AWAITING_BANK, AgreementState.ACTIVE)


@in_company
@database.atomic
def note_order_sent(*, company_id: int, agreement_id: int, actor: str, now: datetime) -> Agreement:
    """The agreement and its accounts that were ordered await the bank. Told twice, told once.

    An order that came back with an error and was sent again waits again.
    """
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    live = live_activations(company_id, agreement)
    ordered = [each for each in live if each.state == AgreementState.ORDERED]
    if agreement.state in _HAD_IT and not ordered:
        return agreement

    if agreement.confirmed_at is None and agreement.state not in _HAD_IT:
        move([agreement], AgreementState.AWAITING_BANK, now, sent_at=now)
    elif not ordered:
        raise StateError("agreement", agreement.bank, agreement.state, "ordered")
    move(ordered, AgreementState.AWAITING_BANK, now)
    tell(agreement, "agreement.sent", ordered, actor=actor, now=now)
    return agreement
