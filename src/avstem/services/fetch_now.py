"""Fetch now: the worker's next round by an agreement comes at once, and once."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import StateError
from avstem.store import audit
from avstem.store.agreements import get_agreement
from avstem.store.jobs import NewJob, ask_now
from avstem.store.locks import lock_company
from avstem.store.models import Agreement, Channel
from avstem.store.schedules import ROUND
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def fetch_now(
    *, company_id: int, agreement_id: int, actor: str, now: datetime, again: bool = False
) -> Agreement:
    """Ask for a round; one that waits already is due at once, and no second one is made.

    `again`: what was set aside is tried once more. Refused where the agreement is not active, or
    a person carries its files.
    """
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    if agreement.state != AgreementState.ACTIVE:
        raise StateError("agreement", agreement.bank, agreement.state, "active")
    if agreement.channel in ("", Channel.NETBANK):
        raise StateError("agreement", agreement.bank, "carried by a person", "connected")
    if ask_now(_round_again(company_id) if again else NewJob(company_id, ROUND), now=now):
        audit.record(
            company_id=company_id, actor=actor, action="agreement.fetch_asked", at=now,
            facts={"agreement": agreement.pk, "bank": agreement.bank},
        )  # fmt: skip
    return agreement


def _round_again(company_id: int) -> NewJob:
    """A round that tries once more what was set aside."""
    return NewJob(company_id, ROUND, "again", {"again": 1})
