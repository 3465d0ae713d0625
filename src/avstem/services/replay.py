"""Replay: what the engine would have booked on an account before, against what stands there.

The engine of today meets the transactions of then, a few days at a time, with the open items and
the learnt facts of then; after each piece the books go on by what people really did, never by
what the engine would have done. No row of the books is written. What cannot be told as it was
then is named in `NOT_AS_THEN`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import InvalidValueError
from avstem.matching.decision import Decision
from avstem.matching.engine import decide
from avstem.matching.facts import Candidates, Line
from avstem.matching.policy import Policy
from avstem.matching.replay import EXAMPLES_MAX, Done, Outcome, Posted, Sums, outcome_of
from avstem.store.books_then import BooksThen
from avstem.store.done import Readings, done_for
from avstem.store.locks import lock_company
from avstem.store.matching_settings import policy_of
from avstem.store.models import Rehearsal
from avstem.store.past_lines import history_of, pieces
from avstem.store.rehearsals import (
    MONTHS_MAX,
    answer,
    ask_for_replay,
    get_rehearsal,
    note_progress,
)
from avstem.store.tenancy import in_company

#: What a replay takes as it is today, or leaves out, because nothing tells how it was then.
NOT_AS_THEN = (
    "documents_by_date",
    "rules_of_today",
    "register_of_today",
    "records_left_out",
    "days_together",
    "halts_left_out",
)
Progress = Callable[[int, int], None]


@in_company
def replay(
    *,
    company_id: int,
    account_id: int,
    actor: str,
    now: datetime,
    months: int = 12,
    progress: Progress | None = None,
) -> Rehearsal:
    """The answer for the last months of the account, kept as a rehearsal."""
    if not 1 <= months <= MONTHS_MAX:
        raise InvalidValueError("months", str(months), f"1 to {MONTHS_MAX}")
    with database.atomic():
        lock_company(company_id)
        row = ask_for_replay(
            company_id=company_id, account_id=account_id, months=months, actor=actor, now=now
        )
    return _run(row, progress)


@in_company
def run_replay(*, company_id: int, rehearsal_id: int) -> Rehearsal:
    """The answer to what was asked for before; asked twice, the newer one stands."""
    return _run(get_rehearsal(company_id, rehearsal_id), None)


def _run(row: Rehearsal, progress: Progress | None) -> Rehearsal:
    company_id, since, until = row.company_id, row.from_date, row.to_date
    assert since is not None, "a replay is of some days"
    assert until is not None, "and of no more"
    of = history_of(company_id, since, until)
    books, policy = BooksThen(company_id, since), _policy(company_id)
    sums, examples, looked_at = Sums(), list[dict[str, Any]](), 0
    for lines in pieces(company_id, since, until):
        day, last = lines[0].booking_date, lines[-1].booking_date
        candidates = books.candidates(lines, day, last)
        decisions = decide(lines, candidates, policy)
        ours = [pair for pair in zip(lines, decisions, strict=True)
                if pair[0].account_id == row.account_id]  # fmt: skip
        for each in _compared(company_id, ours):
            _count(sums, examples, candidates, *each)
        looked_at += len(lines)
        note_progress(row, looked_at, of)
        if progress:
            progress(looked_at, of)
    found = {**sums.to_json(), "examples": examples, "not_as_then": list(NOT_AS_THEN)}
    return answer(row, found, of=looked_at, now=timezone.now())


def _policy(company_id: int) -> Policy:
    """As if automation were on; leave that was earned since does not count."""
    nothing: frozenset[int] = frozenset()
    return replace(policy_of(company_id), earned=frozenset(), propose_only=nothing, silent=nothing)


_Compared = tuple[Line, Decision, list[Posted], Done, Outcome]


def _compared(company_id: int, pairs: Sequence[tuple[Line, Decision]]) -> Iterator[_Compared]:
    readings = Readings(company_id, [decision for _, decision in pairs])
    done = done_for(company_id, [line.id for line, _ in pairs])
    for line, decision in pairs:
        would, did = readings.of(decision), done[line.id]
        yield line, decision, would, did, outcome_of(decision, would, did)


def _count(
    sums: Sums,
    examples: list[dict[str, Any]],
    candidates: Candidates,
    line: Line,
    decision: Decision,
    would: Sequence[Posted],
    did: Done,
    outcome: Outcome,
) -> None:
    rule = decision.best.rule if decision.best else ""
    sums.add(f"{line.booking_date:%Y-%m}", rule, outcome, by_person=did.by_person)
    if outcome is Outcome.DIFFERS and len(examples) < EXAMPLES_MAX:
        examples.append(
            {
                "transaction": line.id,
                "date": line.booking_date.isoformat(),
                "amount_minor": line.amount_minor,
                "currency": line.currency,
                "text": " ".join(filter(None, (line.counterparty, line.text)))[:140],
                "rule": rule,
                "by_person": did.by_person,
                "would": _shown(would[0], candidates),
                "did": _shown(did.posted, candidates) if did.posted else [],
            }
        )


def _shown(posted: Posted, candidates: Candidates) -> list[list[Any]]:
    """Account, minor units, currency, and the document's number or ""."""
    items = candidates.items
    return [
        [account, minor, currency, items[item].number if item is not None and item in items else ""]
        for account, minor, currency, _, item, _ in sorted(posted.elements(), key=repr)
    ]
