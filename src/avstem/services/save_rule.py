"""Save a booking rule: a new version, which does nothing until it is tried and switched on."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import AlreadyExistsError, InvalidValueError
from avstem.domain.identifiers import account_key
from avstem.matching.booking_rules import Conditions, RuleLine, check_rule
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import BookingRule, BookingRuleVersion
from avstem.store.rule_book import get_rule, get_version, require_own_accounts
from avstem.store.rule_rows import conditions_document, lines_document
from avstem.store.tenancy import in_company

NAME_CHARACTERS_MAX = 140


@dataclass(frozen=True)
class RuleDraft:
    """What a person wants a rule to say."""

    name: str
    conditions: Conditions
    lines: tuple[RuleLine, ...]


@in_company
@database.atomic
def save_rule(
    *, company_id: int, draft: RuleDraft, actor: str, now: datetime, rule_id: int | None = None
) -> BookingRuleVersion:
    """The version; what says the same as the newest one is answered with that one.

    No rule runs here: the version that is switched on goes on booking until another is.
    """
    lock_company(company_id)
    wanted = _checked(company_id, draft)
    rule = get_rule(company_id, rule_id) if rule_id is not None else None
    there = BookingRule.objects.filter(company_id=company_id, name=wanted.name, standing="").first()
    if there is not None and rule is not None and there.pk != rule.pk:
        raise AlreadyExistsError("rule", wanted.name, ("name",))
    row = rule or there or BookingRule(company_id=company_id, name=wanted.name)
    if row.newest_version:
        newest = get_version(company_id, row, None)
        if _says(newest) == _document(wanted):
            return newest
        if rule is None:
            raise AlreadyExistsError("rule", wanted.name, ("conditions", "lines"))
    return _write(row, wanted, actor, now)


def _checked(company_id: int, draft: RuleDraft) -> RuleDraft:
    name = " ".join(draft.name.split())
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        raise InvalidValueError("name", name[:60], f"1 to {NAME_CHARACTERS_MAX} characters")
    conditions = replace(
        draft.conditions,
        text=" ".join(draft.conditions.text.split()),
        counterparty=" ".join(draft.conditions.counterparty.split()),
        counterparty_account=account_key(draft.conditions.counterparty_account)[:70],
        code=draft.conditions.code.strip(),
    )
    check_rule(conditions, draft.lines)
    require_own_accounts(company_id, conditions, draft.lines)
    return RuleDraft(name, conditions, draft.lines)


def _document(draft: RuleDraft) -> tuple[str, object, object]:
    return draft.name, conditions_document(draft.conditions), lines_document(draft.lines)


def _says(version: BookingRuleVersion) -> tuple[str, object, object]:
    return version.name, version.conditions, version.lines


def _write(row: BookingRule, wanted: RuleDraft, actor: str, now: datetime) -> BookingRuleVersion:
    row.name = wanted.name
    row.newest_version += 1
    row.save()
    name, conditions, lines = _document(wanted)
    version = BookingRuleVersion.objects.create(
        company_id=row.company_id,
        rule=row,
        version=row.newest_version,
        name=name,
        conditions=conditions,
        lines=lines,
        saved_by=actor,
        saved_at=now,
    )
    audit.record(
        company_id=row.company_id,
        actor=actor,
        action="rule.saved",
        at=now,
        facts={"rule": row.pk, "version": version.version, "name": name},
    )
    return version
