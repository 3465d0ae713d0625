"""A person's word on a statement that does not add up or follow on: booking may go on."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import Statement
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500


@in_company
@database.atomic
def explain_statement(
    *, company_id: int, statement_id: int, reason: str, actor: str, now: datetime
) -> Statement:
    """Keep the reason on the statement; its breaks no longer stop automatic booking."""
    text = " ".join(reason.split())
    if not 1 <= len(text) <= REASON_CHARACTERS_MAX:
        raise InvalidValueError("reason", text[:60] or "nothing", "why the statement may stand")
    lock_company(company_id)
    statement = Statement.objects.filter(company_id=company_id, pk=statement_id).first()
    if statement is None:
        raise NotFoundError("statement", str(statement_id))
    statement.explained, statement.explained_by = text, actor
    statement.save(update_fields=["explained", "explained_by"])
    audit.record(
        company_id=company_id,
        actor=actor,
        action="statement.explained",
        at=now,
        facts={"statement": statement.pk, "reason": text},
    )
    return statement
