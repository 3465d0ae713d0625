"""Close the books up to a day: nothing more is posted there."""

from datetime import date, datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import InvalidValueError
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import Company
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def close_period(*, company_id: int, to: date, actor: str, now: datetime) -> Company:
    """Periods up to and including `to` are closed. Opening them again is done by an earlier day."""
    if to >= timezone.localdate(now):
        raise InvalidValueError("date", str(to), "a day that is over")
    company = lock_company(company_id)
    before, company.closed_to = company.closed_to, to
    company.save(update_fields=["closed_to"])
    audit.record(
        company_id=company_id,
        actor=actor,
        action="period.closed",
        at=now,
        facts={"to": str(to), "before": str(before) if before else None},
    )
    return company
