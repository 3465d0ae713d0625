"""Leave the dry run of all that waits to the worker."""

from datetime import datetime

from django.db import transaction as database

from avstem.store.jobs import NewJob, enqueue
from avstem.store.locks import lock_company
from avstem.store.models import Rehearsal
from avstem.store.models.automation import RehearsalKind
from avstem.store.rehearsals import JOBS, ask_for_dry_run, is_under_way, newest_rehearsal
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def queue_dry_run(*, company_id: int, actor: str, now: datetime) -> Rehearsal:
    """The dry run that is to come; one that waits or runs already is answered with itself."""
    lock_company(company_id)
    before = newest_rehearsal(company_id, RehearsalKind.DRY_RUN)
    if before and is_under_way(before):
        return before
    row = ask_for_dry_run(company_id=company_id, actor=actor, now=now)
    job = NewJob(company_id, JOBS[RehearsalKind.DRY_RUN], str(row.pk), {"rehearsal": row.pk})
    enqueue([job], now=now)
    return row
