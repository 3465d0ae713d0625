"""Leave the replay of an account's last months to the worker."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.store.jobs import NewJob, enqueue
from avstem.store.locks import lock_company
from avstem.store.models import Rehearsal
from avstem.store.models.automation import RehearsalKind
from avstem.store.rehearsals import (
    JOBS,
    MONTHS_MAX,
    ask_for_replay,
    is_under_way,
    newest_rehearsal,
)
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def queue_replay(
    *, company_id: int, account_id: int, actor: str, now: datetime, months: int = 12
) -> Rehearsal:
    """The replay that is to come; one that waits or runs already is answered with itself."""
    if not 1 <= months <= MONTHS_MAX:
        raise InvalidValueError("months", str(months), f"1 to {MONTHS_MAX}")
    lock_company(company_id)
    before = newest_rehearsal(company_id, RehearsalKind.REPLAY, account_id)
    if before and is_under_way(before):
        return before
    row = ask_for_replay(
        company_id=company_id, account_id=account_id, months=months, actor=actor, now=now
    )
    ids = {"rehearsal": row.pk}
    enqueue([NewJob(company_id, JOBS[RehearsalKind.REPLAY], str(row.pk), ids)], now=now)
    return row
