"""Ask the owner about a bank transaction, by a link that needs no account."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.store import audit, booking
from avstem.store.locks import lock_company
from avstem.store.models import OwnerQuestion
from avstem.store.questions import token_hash_of
from avstem.store.tenancy import in_company

VALID = timedelta(days=30)
TEXT_CHARACTERS_MAX = 500


@dataclass(frozen=True)
class Asked:
    """The question, and the secret of its link: told once, and kept nowhere."""

    question: OwnerQuestion
    token: str


@in_company
@database.atomic
def ask_owner(
    *, company_id: int, transaction_id: int, text: str, actor: str, now: datetime
) -> Asked:
    """A new question; one that waited takes its place no longer, and its link is dead."""
    said = " ".join(text.split())
    if not 1 <= len(said) <= TEXT_CHARACTERS_MAX:
        raise InvalidValueError("question", said[:60] or "nothing", "what you want to know")
    lock_company(company_id)
    transaction = booking.get_transaction(company_id, transaction_id)
    waiting = OwnerQuestion.objects.filter(
        company_id=company_id, transaction=transaction, closed_at__isnull=True
    )
    waiting.update(closed_at=now)
    token = secrets.token_urlsafe(32)
    question = OwnerQuestion.objects.create(
        company_id=company_id,
        transaction=transaction,
        token_hash=token_hash_of(token),
        text=said,
        asked_by=actor,
        asked_at=now,
        expires_at=now + VALID,
    )
    audit.record(
        company_id=company_id, actor=actor, action="question.asked", at=now,
        facts={"transaction": transaction.pk, "question": question.pk},
    )  # fmt: skip
    return Asked(question, token)
