"""Switch a booking rule on or off: the company's own, or one that is there from the start."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, NotFoundError, RuleNotTriedError
from avstem.matching import standing_rules
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import BookingRule
from avstem.store.rule_book import get_rule, get_version, newest_trial
from avstem.store.rule_rows import ACTIVE_RULES_MAX
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def switch_rule(
    *,
    company_id: int,
    rule_id: int,
    on: bool,
    actor: str,
    now: datetime,
    version: int | None = None,
) -> BookingRule:
    """On: that version (else the newest) books from the next run, and no other of the rule.

    A version that has not been tried itself is refused. What is so already stays as it is.
    """
    lock_company(company_id)
    row = get_rule(company_id, rule_id)
    if not on:
        row.trial = None
        return _switch(row, None, actor, now)
    wanted = get_version(company_id, row, version).version
    if row.active_version == wanted:
        return row
    row.trial = newest_trial(company_id, row, wanted)
    if row.trial is None:
        raise RuleNotTriedError(rule=row.name, version=wanted)
    _require_room(company_id)
    return _switch(row, wanted, actor, now)


@in_company
@database.atomic
def switch_standing_rule(
    *, company_id: int, standing: str, on: bool, actor: str, now: datetime
) -> BookingRule:
    """`standing` is one of `matching.standing_rules.STANDING`."""
    if standing not in standing_rules.STANDING:
        raise NotFoundError("rule", standing[:60])
    lock_company(company_id)
    row, _ = BookingRule.objects.get_or_create(
        company_id=company_id,
        standing=standing,
        defaults={"active_version": standing_rules.VERSION},
    )
    return _switch(row, standing_rules.VERSION if on else None, actor, now)


def _switch(row: BookingRule, version: int | None, actor: str, now: datetime) -> BookingRule:
    before, row.active_version = row.active_version, version
    if before == version:
        return row
    row.save()
    audit.record(
        company_id=row.company_id,
        actor=actor,
        action="rule.switched",
        at=now,
        facts={"rule": row.standing or row.pk, "before": before, "version": version},
    )
    return row


def _require_room(company_id: int) -> None:
    on = BookingRule.objects.filter(company_id=company_id, active_version__isnull=False).count()
    if on >= ACTIVE_RULES_MAX:
        raise InvalidValueError("rules", str(on), f"at most {ACTIVE_RULES_MAX} that are on")
