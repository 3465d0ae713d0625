"""Retire a statement that repeats another, and restore it. Nothing is deleted (ADR 57)."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.carrying_errors import (
    NotRepeatedError,
    StatementBookedError,
    ToldAgainError,
)
from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.store import audit, retiring
from avstem.store.locks import lock_company
from avstem.store.models import Statement
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500


@in_company
@database.atomic
def retire_statement(
    *, company_id: int, statement_id: int, reason: str, actor: str, now: datetime
) -> Statement:
    """It counts no longer, nor does money that only it tells of; it is kept and shown.

    Refused where no earlier statement tells of the same days between the same balances (unless it
    added no money), and while its money is booked. Asked twice, it does nothing more.
    """
    text = " ".join(reason.split())
    if not 1 <= len(text) <= REASON_CHARACTERS_MAX:
        raise InvalidValueError("reason", text[:60] or "nothing", "why it is retired")
    lock_company(company_id)
    statement = _statement(company_id, statement_id)
    if statement.retired_at is not None:
        return statement
    _check_may_retire(statement)
    count = retiring.take_out(statement)
    _write(statement, now, actor, text)
    _record(statement, "statement.retired", actor, now, reason=text, transactions=count)
    return statement


@in_company
@database.atomic
def restore_statement(
    *, company_id: int, statement_id: int, actor: str, now: datetime
) -> Statement:
    """It counts again, and its money waits to be matched. Asked twice, it does nothing more.

    Refused where another statement has told of the same money meanwhile.
    """
    lock_company(company_id)
    statement = _statement(company_id, statement_id)
    if statement.retired_at is None:
        return statement
    other = retiring.told_since(statement)
    if other is not None:
        raise ToldAgainError(str(statement), str(other))
    count = retiring.put_back(statement)
    _write(statement, None, None, None)
    _record(statement, "statement.restored", actor, now, transactions=count)
    return statement


def _statement(company_id: int, statement_id: int) -> Statement:
    rows = Statement.objects.filter(company_id=company_id, kind="statement", pk=statement_id)
    found = rows.first()
    if found is None:
        raise NotFoundError("statement", str(statement_id))
    return found


def _check_may_retire(statement: Statement) -> None:
    if retiring.earlier_of(statement) is None:
        raise NotRepeatedError(str(statement))
    vouchers = retiring.standing_vouchers(statement)
    if vouchers:
        raise StatementBookedError(str(statement), str(vouchers[0]), len(vouchers))


def _write(statement: Statement, at: datetime | None, by: str | None, why: str | None) -> None:
    statement.retired_at, statement.retired_by, statement.retired_reason = at, by, why
    statement.save(update_fields=["retired_at", "retired_by", "retired_reason"])


def _record(
    statement: Statement, action: str, actor: str, now: datetime, **facts: str | int
) -> None:
    audit.record(
        company_id=statement.company_id,
        actor=actor,
        action=action,
        at=now,
        facts={"statement": statement.pk, "account": statement.account_id, **facts},
    )
