"""Booking rules between tables and values, and those that are switched on."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from django.db.models import F

from avstem.matching.booking_rules import BookingRule, Conditions, RuleLine, TextMatch
from avstem.matching.standing_rules import STANDING
from avstem.store.models import AnswerRecord, BookingRuleVersion
from avstem.store.models import BookingRule as RuleRow

#: More rules than anybody oversees; the engine would take more.
ACTIVE_RULES_MAX = 2_000


def active_rules(company_id: int) -> tuple[BookingRule, ...]:
    """The versions that are switched on, with their records: two queries, however many."""
    rows = BookingRuleVersion.objects.filter(
        company_id=company_id, rule__active_version=F("version"), rule__standing=""
    )
    rules = [rule_of(row) for row in rows.order_by("rule_id")[:ACTIVE_RULES_MAX]]
    records = _records(company_id, [f"{rule.key}@{rule.version}" for rule in rules])
    return tuple(_with_record(rule, records) for rule in rules)


def standing_off(company_id: int) -> frozenset[str]:
    """The standing rules that the company has switched off."""
    off = RuleRow.objects.filter(
        company_id=company_id, standing__in=STANDING, active_version__isnull=True
    )
    return frozenset(off.values_list("standing", flat=True))


def rule_of(row: BookingRuleVersion) -> BookingRule:
    """The version as the engine takes it."""
    said = row.conditions
    return BookingRule(
        id=row.rule_id,
        version=row.version,
        name=row.name,
        conditions=Conditions(**{**said, "text_match": TextMatch(said["text_match"])}),
        lines=tuple(RuleLine(**each) for each in row.lines),
    )


def conditions_document(conditions: Conditions) -> dict[str, Any]:
    """The conditions as JSON."""
    return asdict(conditions)


def lines_document(lines: Iterable[RuleLine]) -> list[dict[str, Any]]:
    """The lines as JSON."""
    return [asdict(line) for line in lines]


def _records(company_id: int, keys: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    rows = AnswerRecord.objects.filter(company_id=company_id, key__in=list(keys))
    return {row.key: (row.booked + row.accepted, row.undone) for row in rows}


def _with_record(rule: BookingRule, records: Mapping[str, tuple[int, int]]) -> BookingRule:
    stood, undone = records.get(f"{rule.key}@{rule.version}", (0, 0))
    return replace(rule, booked=stood + undone, undone=undone)
