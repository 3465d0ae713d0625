"""Withdraw a question to the owner: its link is dead from then on."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import OwnerQuestion
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def withdraw_question(
    *, company_id: int, question_id: int, actor: str, now: datetime
) -> OwnerQuestion:
    """Close it without an answer; one that is over already is not found."""
    lock_company(company_id)
    rows = OwnerQuestion.objects.filter(
        company_id=company_id, pk=question_id, closed_at__isnull=True
    )
    question = rows.first()
    if question is None:
        raise NotFoundError("question", str(question_id))
    question.closed_at = now
    question.save(update_fields=["closed_at"])
    audit.record(
        company_id=company_id, actor=actor, action="question.withdrawn", at=now,
        facts={"transaction": question.transaction_id, "question": question.pk},
    )  # fmt: skip
    return question
