"""The audit chain: each event's hash covers its facts and the hash before it.

Call `record` in the transaction that makes the change, with the company locked.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from avstem.store.models import AuditEvent

START = "0" * 64


def record(
    *, company_id: int, actor: str, action: str, at: datetime, facts: Mapping[str, Any]
) -> AuditEvent:
    """Append one event to the company's chain."""
    last = AuditEvent.objects.filter(company_id=company_id).order_by("-sequence").first()
    event = AuditEvent(
        company_id=company_id,
        sequence=last.sequence + 1 if last else 1,
        at=at,
        actor=actor,
        action=action,
        facts=dict(facts),
        previous_hash=last.hash if last else START,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def event_hash(event: AuditEvent) -> str:
    """SHA-256 over everything the event says; the instant in UTC, facts with sorted keys."""
    said = [
        event.company_id,
        event.sequence,
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.action,
        event.facts,
        event.previous_hash,
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
