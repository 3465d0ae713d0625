"""Leave the trial of a rule on a long history to the worker."""

from datetime import datetime

from django.db import transaction as database

from avstem.store.jobs import NewJob, enqueue
from avstem.store.rule_book import get_rule
from avstem.store.tenancy import in_company

TRIAL = "try_rule"


@in_company
@database.atomic
def queue_trial(*, company_id: int, rule_id: int, now: datetime) -> None:
    """One job a rule and version, however often it is asked for."""
    rule = get_rule(company_id, rule_id)
    ids = {"rule": rule.pk, "version": rule.newest_version}
    key = f"{rule.pk}@{rule.newest_version}"
    enqueue([NewJob(company_id, TRIAL, key, ids)], now=now)
