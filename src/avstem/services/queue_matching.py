"""Leave the matching of a company's open transactions to the worker."""

from datetime import datetime

from django.db import transaction as database

from avstem.store.jobs import NewJob, enqueue
from avstem.store.tenancy import in_company

MATCHING = "reconcile"


@in_company
@database.atomic
def queue_matching(*, company_id: int, now: datetime) -> None:
    """One job, however often it is asked for; what comes while it runs is matched after it."""
    enqueue([NewJob(company_id, MATCHING)], now=now)
