"""Change what a company has chosen of its matching."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.store import audit
from avstem.store.automation import ask_for_matching
from avstem.store.locks import lock_company
from avstem.store.matching_settings import settings_of
from avstem.store.models import MatchingSettings, UndoInClosedPeriod
from avstem.store.tenancy import in_company

#: Nobody lets more than this go unseen: 1,000.00 in a currency of two decimals.
WRITE_OFF_MAX_MINOR = 100_000
_BOUNDS = {
    "automation_limit_bp": (9_000, 10_000),
    "write_off_max_minor": (0, WRITE_OFF_MAX_MINOR),
    "write_off_max_bp": (0, 1_000),
}


@dataclass(frozen=True)
class MatchingChoice:
    """As `store.models.MatchingSettings` has them; None leaves a setting as it is."""

    automation_limit_bp: int | None = None
    write_off_max_minor: int | None = None
    write_off_max_bp: int | None = None
    interchangeable: bool | None = None
    undo_in_closed_period: str | None = None


@in_company
@database.atomic
def change_matching(
    *, company_id: int, choice: MatchingChoice, actor: str, now: datetime
) -> MatchingSettings:
    """The settings from the next matching on, which is asked for; out of bounds is refused.

    Only what really changes is written, and the audit chain has it before and after.
    """
    wanted = {each.name: getattr(choice, each.name) for each in fields(choice)}
    said = {name: value for name, value in wanted.items() if value is not None}
    _check(said)
    lock_company(company_id)
    row = settings_of(company_id)
    changed = {name: value for name, value in said.items() if getattr(row, name) != value}
    if not changed:
        return row
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
    audit.record(
        company_id=company_id,
        actor=actor,
        action="matching.settings",
        at=now,
        facts={"before": _plain(before), "after": _plain(changed)},
    )
    ask_for_matching(company_id, now)
    return row


def _check(said: dict[str, Any]) -> None:
    for name, (least, most) in _BOUNDS.items():
        if name in said and not least <= said[name] <= most:
            raise InvalidValueError(name, str(said[name]), f"{least} to {most}")
    undo = said.get("undo_in_closed_period")
    if undo is not None and undo not in UndoInClosedPeriod.values:
        raise InvalidValueError(
            "undo_in_closed_period", str(undo)[:20], " / ".join(UndoInClosedPeriod.values)
        )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in values.items()}
