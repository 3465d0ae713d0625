"""Match all that is open and book what is certain.

The search runs on a snapshot, outside any lock. Booking goes in chunks, each a database
transaction of its own that checks again what it is about to book: a run that is killed is
taken up by the next, and what another run or person has booked meanwhile is left to them.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.matching.decision import Decision
from avstem.store.automation import still_wanted
from avstem.store.credit_draws import draw_certain
from avstem.store.decision_writer import write_decisions
from avstem.store.foresight import (
    Foreseen,
    ReconcileResult,
    decide_lines,
    look_ahead,
    waiting_lines,
)
from avstem.store.locks import lock_company
from avstem.store.models import ReconcileRun
from avstem.store.tenancy import in_company

__all__ = ["Foreseen", "ReconcileResult", "foresee", "reconcile"]

CHUNK_DECISIONS = 1_000
Progress = Callable[[int, int], None]


@in_company
def reconcile(
    *, company_id: int, actor: str, now: datetime, progress: Progress | None = None
) -> ReconcileResult:
    """One run over the company's open transactions; asked again, it finds nothing new to do.

    What parties have to their credit is drawn first, so that no payment finds an invoice open that
    is paid already.
    """
    drawn = _draw_credits(company_id, actor, now)
    lines, halted_accounts = waiting_lines(company_id)
    result = ReconcileResult(
        transactions=len(lines), halted_accounts=halted_accounts, credits_drawn=drawn
    )
    if not lines:
        return result

    decisions = decide_lines(company_id, lines)
    run = ReconcileRun.objects.create(
        company_id=company_id, started_at=now, transactions=len(lines)
    )
    try:
        undone = frozenset(line.id for line in lines if line.undone)
        _write(company_id, run, decisions, undone, actor, now, result, progress)
    finally:
        gc.unfreeze()
    run.booked, run.suggested = result.booked, result.suggested
    run.finished_at = timezone.now()
    run.save()
    return result


@in_company
def foresee(*, company_id: int) -> Foreseen:
    """What `reconcile` would do now, decision by decision. Nothing is written."""
    return look_ahead(company_id)


def _draw_credits(company_id: int, actor: str, now: datetime) -> int:
    with database.atomic():
        return draw_certain(lock_company(company_id), actor=actor, now=now)


def _chunks(decisions: Sequence[Decision]) -> Iterator[list[Decision]]:
    """A thousand at a time; the two sides of a transfer are never torn apart."""
    by_line = {each.line_id: each for each in decisions if each.partner_line_id is not None}
    chunk: list[Decision] = []
    for decision in decisions:
        partner = decision.partner_line_id
        if partner is None:
            chunk.append(decision)
        elif decision.line_id < partner:
            chunk += [decision, by_line[partner]]
        if len(chunk) >= CHUNK_DECISIONS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _write(
    company_id: int,
    run: ReconcileRun,
    decisions: Sequence[Decision],
    undone_before: frozenset[int],
    actor: str,
    now: datetime,
    result: ReconcileResult,
    progress: Progress | None,
) -> None:
    done = 0
    for chunk in _chunks(decisions):
        with database.atomic():
            lock_company(company_id)
            ours = still_wanted(company_id, chunk, undone_before)
            result.taken += len(chunk) - len(ours)
            result.add(
                write_decisions(
                    company_id=company_id,
                    run=run,
                    decisions=ours,
                    actor=actor,
                    now=now,
                )
            )
        done += len(chunk)
        if progress:
            progress(done, len(decisions))
