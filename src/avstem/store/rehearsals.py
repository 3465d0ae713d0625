"""Rehearsals as rows: asked for, worked through, answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from avstem.domain.errors import NotFoundError
from avstem.store import audit
from avstem.store.models import BankAccount, Job, Rehearsal
from avstem.store.models.automation import RehearsalKind
from avstem.store.models.jobs import UNFINISHED
from avstem.store.past_lines import months_before

#: How far back a replay may look.
MONTHS_MAX = 60
#: The kinds of job that work a rehearsal through; the key is the rehearsal's id.
JOBS = {RehearsalKind.REPLAY: "replay", RehearsalKind.DRY_RUN: "dry_run"}


def ask_for_replay(
    *, company_id: int, account_id: int, months: int, actor: str, now: datetime
) -> Rehearsal:
    """A replay of the last months of an account, to be worked through; the caller holds the lock.

    Another company's account is not found.
    """
    assert 1 <= months <= MONTHS_MAX, "checked by who asks"
    if not BankAccount.objects.filter(company_id=company_id, pk=account_id).exists():
        raise NotFoundError("account", str(account_id))
    today = timezone.localdate(now)
    return _ask(
        Rehearsal(
            company_id=company_id,
            kind=RehearsalKind.REPLAY,
            account_id=account_id,
            from_date=months_before(today, months),
            to_date=today,
            asked_by=actor,
            asked_at=now,
        )
    )


def ask_for_dry_run(*, company_id: int, actor: str, now: datetime) -> Rehearsal:
    """A dry run of all that waits, to be worked through; the caller holds the lock."""
    return _ask(
        Rehearsal(company_id=company_id, kind=RehearsalKind.DRY_RUN, asked_by=actor, asked_at=now)
    )


def _ask(row: Rehearsal) -> Rehearsal:
    row.save(force_insert=True)
    facts = {"rehearsal": row.pk, "kind": str(row.kind), "account": row.account_id}
    audit.record(
        company_id=row.company_id,
        actor=row.asked_by,
        action="rehearsal.asked",
        at=row.asked_at,
        facts=facts,
    )
    return row


def get_rehearsal(company_id: int, rehearsal_id: int) -> Rehearsal:
    """The company's own; another's is not found."""
    rows = Rehearsal.objects.filter(company_id=company_id, pk=rehearsal_id)
    found = rows.select_related("account").first()
    if found is None:
        raise NotFoundError("rehearsal", str(rehearsal_id))
    return found


def newest_rehearsal(
    company_id: int, kind: RehearsalKind, account_id: int | None = None, *, answered: bool = False
) -> Rehearsal | None:
    """The newest asked for, or the newest that has its answer."""
    rows = Rehearsal.objects.filter(company_id=company_id, kind=kind, account_id=account_id)
    if answered:
        rows = rows.filter(finished_at__isnull=False)
    return rows.order_by("-pk").first()


def is_under_way(rehearsal: Rehearsal) -> bool:
    """Whether a job of the queue is to work it through, or does so now."""
    if rehearsal.finished_at is not None:
        return False
    jobs = Job.objects.filter(
        company_id=rehearsal.company_id,
        kind=JOBS[RehearsalKind(rehearsal.kind)],
        key=str(rehearsal.pk),
        state__in=UNFINISHED,
    )
    return jobs.exists()


def note_progress(rehearsal: Rehearsal, looked_at: int, to_look_at: int) -> None:
    """So far."""
    rows = Rehearsal.objects.filter(company_id=rehearsal.company_id, pk=rehearsal.pk)
    rows.update(looked_at=looked_at, to_look_at=to_look_at)


def answer(rehearsal: Rehearsal, found: Mapping[str, Any], *, of: int, now: datetime) -> Rehearsal:
    """It is worked through; a second time the newer answer stands."""
    rehearsal.found, rehearsal.finished_at = dict(found), now
    rehearsal.looked_at = rehearsal.to_look_at = of
    rehearsal.save(update_fields=["found", "finished_at", "looked_at", "to_look_at"])
    return rehearsal
