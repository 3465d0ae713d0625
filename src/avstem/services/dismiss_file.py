"""Dismiss a file that was set aside, with a reason, and take it back."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.store import audit, fetched
from avstem.store.locks import lock_company
from avstem.store.models import FetchedFile, FetchedState
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500


@in_company
@database.atomic
def dismiss_file(
    *, company_id: int, file_id: int, reason: str, actor: str, now: datetime
) -> FetchedFile:
    """Nobody is to look at it any more, and no round tries it again; its bytes are kept."""
    text = " ".join(reason.split())
    if not 1 <= len(text) <= REASON_CHARACTERS_MAX:
        raise InvalidValueError("reason", text[:60] or "nothing", "why it is dismissed")
    lock_company(company_id)
    row = fetched.get_file(company_id, file_id)
    fetched.require_file_state(row, FetchedState.SET_ASIDE)
    fetched.mark_dismissed(row, text, actor)
    _record(row, "file.dismissed", actor, now, reason=text)
    return row


@in_company
@database.atomic
def take_file_back(*, company_id: int, file_id: int, actor: str, now: datetime) -> FetchedFile:
    """It is set aside again, for the reason it was."""
    lock_company(company_id)
    row = fetched.get_file(company_id, file_id)
    fetched.require_file_state(row, FetchedState.DISMISSED)
    fetched.mark_dismissed(row, "", "")
    _record(row, "file.taken_back", actor, now)
    return row


def _record(row: FetchedFile, action: str, actor: str, now: datetime, **facts: str) -> None:
    audit.record(
        company_id=row.company_id, actor=actor, action=action, at=now,
        facts={"bank": row.agreement.bank, "file": row.remote_name, "sha256": row.sha256, **facts},
    )  # fmt: skip
