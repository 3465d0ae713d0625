"""Try a job again now that has failed or was set aside."""

from datetime import datetime

from django.db import IntegrityError
from django.db import transaction as database

from avstem.domain.errors import NotFoundError, StateError
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import Job
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def retry_job(*, company_id: int, job_id: int, actor: str, now: datetime) -> Job:
    """It is due at once, with all its attempts before it. One that waits or runs is refused."""
    lock_company(company_id)
    job = Job.objects.select_for_update().filter(company_id=company_id, pk=job_id).first()
    if job is None:
        raise NotFoundError("job", str(job_id))
    if job.state not in ("failed", "set_aside"):
        raise StateError("job", str(job_id), job.state, "failed or set aside")
    job.state, job.attempts, job.next_try_at = "waiting", 0, now
    try:
        with database.atomic():
            job.save(update_fields=["state", "attempts", "next_try_at"])
    except IntegrityError as known:
        raise StateError("job", str(job_id), "asked for anew", "the only one like it") from known
    audit.record(
        company_id=company_id,
        actor=actor,
        action="job.retried",
        at=now,
        facts={"job": job.pk, "kind": job.kind},
    )
    return job
