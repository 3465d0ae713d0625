"""Try a booking rule on the last twelve months: what it would have booked, and what people did."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import RuleTrial
from avstem.store.rule_book import get_rule, get_version
from avstem.store.rule_history import a_year_before, try_on_history
from avstem.store.rule_rows import rule_of
from avstem.store.tenancy import in_company


@in_company
def try_rule(
    *, company_id: int, rule_id: int, actor: str, now: datetime, version: int | None = None
) -> RuleTrial:
    """The trial of that version (else the newest). Nothing is booked, proposed or changed by it.

    The search runs outside any lock; only the result is written.
    """
    row = get_rule(company_id, rule_id)
    tried = get_version(company_id, row, version)
    today = timezone.localdate(now)
    since = a_year_before(today)
    found = try_on_history(company_id, rule_of(tried), from_date=since, to_date=today)

    with database.atomic():
        lock_company(company_id)
        trial = RuleTrial.objects.create(
            company_id=company_id,
            rule=row,
            version=tried.version,
            from_date=since,
            to_date=today,
            tried_by=actor,
            tried_at=now,
            **asdict(found),
        )
        audit.record(
            company_id=company_id,
            actor=actor,
            action="rule.tried",
            at=now,
            facts={"rule": row.pk, "version": tried.version, "trial": trial.pk},
        )
    return trial
