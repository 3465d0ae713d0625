"""Booking rules between tables and values, and those that are switched on."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db.models import F

from avstem.matching.booking_rules import BookingRule, Conditions, RuleLine, TextMatch
from avstem.matching.standing_rules import STANDING
from avstem.store.models import BookingRule as RuleRow
from avstem.store.models import BookingRuleVersion

#: More rules than anybody oversees; the engine would take more.
ACTIVE_RULES_MAX = 2_000


def active_rules(company_id: int) -> tuple[BookingRule, ...]:
    """The versions that are switched on: one query, however many."""
    rows = BookingRuleVersion.objects.filter(
        company_id=company_id, rule__active_version=F("version"), rule__standing=""
    )
    return tuple(rule_of(row) for row in rows.order_by("rule_id")[:ACTIVE_RULES_MAX])


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
