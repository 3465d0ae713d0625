"""A person's word on a statement that does not add up or follow on: booking may go on.

It can be withdrawn.
"""

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
    return _write(_statement(company_id, statement_id), "statement.explained", text, actor, now)


@in_company
@database.atomic
def withdraw_explanation(
    *, company_id: int, statement_id: int, actor: str, now: datetime
) -> Statement:
    """The explanation does not hold: the statement's breaks stop automatic booking again.

    What was booked meanwhile stands. Without an explanation it does nothing.
    """
    lock_company(company_id)
    statement = _statement(company_id, statement_id)
    if not statement.explained:
        return statement
    return _write(statement, "statement.explanation_withdrawn", "", actor, now)


def _statement(company_id: int, statement_id: int) -> Statement:
    statement = Statement.objects.filter(company_id=company_id, pk=statement_id).first()
    if statement is None:
        raise NotFoundError("statement", str(statement_id))
    return statement


def _write(statement: Statement, action: str, reason: str, actor: str, now: datetime) -> Statement:
    said = reason or statement.explained
    statement.explained, statement.explained_by = reason, actor if reason else ""
    statement.save(update_fields=["explained", "explained_by"])
    audit.record(
        company_id=statement.company_id,
        actor=actor,
        action=action,
        at=now,
        facts={"statement": statement.pk, "reason": said},
    )
    return statement
