"""A company's jobs, for its page and the command line."""

from datetime import datetime, timedelta

from avstem.store.models import Job
from avstem.store.models.jobs import READY, UNFINISHED
from avstem.store.queries.keyset import Order, Page, page_of

BY_AGE = Order((("pk", int),))
#: A job that is due so long with nobody on it says that no worker runs, or too few.
OVERDUE = timedelta(minutes=5)


def jobs_page(
    company_id: int, *, unfinished: bool = False, after: str = "", before: str = ""
) -> Page[Job]:
    """One page, the newest first; `unfinished`: without those that are done."""
    rows = Job.objects.filter(company_id=company_id)
    if unfinished:
        rows = rows.exclude(state="done")
    return page_of(rows, BY_AGE, after=after, before=before)


def jobs_of(company_id: int, *, limit: int) -> list[Job]:
    """The newest jobs, the newest first."""
    return list(Job.objects.filter(company_id=company_id).order_by("-pk")[:limit])


def latest_job(company_id: int, kind: str) -> Job | None:
    """The company's job of that kind that matters now: what is not done, else the last."""
    rows = Job.objects.filter(company_id=company_id, kind=kind).order_by("-pk")
    return rows.filter(state__in=UNFINISHED).first() or rows.first()


def waits_for_a_worker(company_id: int, now: datetime) -> bool:
    """Whether a job has been due for minutes and nobody took it."""
    overdue = Job.objects.filter(
        company_id=company_id, state__in=READY, next_try_at__lt=now - OVERDUE
    )
    return overdue.exists()
