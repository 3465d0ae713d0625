"""Match all that is open and book what is certain.

The search runs on a snapshot, outside any lock. Booking goes in chunks, each a database
transaction of its own that checks again what it is about to book: a run that is killed is
taken up by the next, and what another run or person has booked meanwhile is left to them.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.matching.decision import Decision, Verdict
from avstem.matching.engine import decide
from avstem.matching.facts import Line
from avstem.store.automation import still_wanted
from avstem.store.candidates import load_candidates
from avstem.store.chains import breaks_by_account
from avstem.store.decision_writer import Written, write_decisions
from avstem.store.locks import lock_company
from avstem.store.matching_settings import policy_of
from avstem.store.models import Company, ReconcileRun
from avstem.store.open_lines import open_lines
from avstem.store.tenancy import in_company

CHUNK_DECISIONS = 1_000
Progress = Callable[[int, int], None]


@dataclass
class ReconcileResult:
    """What the run came to, in transactions. `taken` were claimed by someone else meanwhile."""

    transactions: int = 0
    booked: int = 0
    suggested: int = 0
    open: int = 0
    taken: int = 0
    halted_accounts: int = 0

    def add(self, written: Written) -> None:
        """Count one chunk."""
        self.booked += written.booked
        self.suggested += written.suggested
        self.open += written.open
        self.taken += written.taken


@dataclass
class RuleSum:
    """So many lines with one verdict by one rule: money in and money out, unsigned minor units."""

    verdict: Verdict
    rule: str
    currency: str
    count: int = 0
    in_minor: int = 0
    out_minor: int = 0

    def add(self, amount_minor: int) -> None:
        """Count one line."""
        self.count += 1
        self.in_minor += max(amount_minor, 0)
        self.out_minor += max(-amount_minor, 0)


@dataclass(frozen=True)
class Foreseen:
    """Every open line with what the engine would say of it now, in the order of the lines."""

    decisions: list[tuple[Line, Decision]]
    halted_accounts: int = 0

    @property
    def counts(self) -> ReconcileResult:
        """The outcome in numbers, as a run that nobody disturbs would report it."""
        said = Counter(decision.verdict for _, decision in self.decisions)
        return ReconcileResult(
            transactions=len(self.decisions),
            booked=said[Verdict.BOOK],
            suggested=said[Verdict.PROPOSE],
            open=said[Verdict.LEAVE],
            halted_accounts=self.halted_accounts,
        )

    def by_rule(self) -> list[RuleSum]:
        """Counts and amounts by verdict, rule and currency; a left line has its reason as rule."""
        sums: dict[tuple[Verdict, str, str], RuleSum] = {}
        for line, decision in self.decisions:
            key = (decision.verdict, rule_or_reason(decision), line.currency)
            sums.setdefault(key, RuleSum(*key)).add(line.amount_minor)
        order = list(Verdict)
        return [sums[key] for key in sorted(sums, key=lambda key: (order.index(key[0]), *key[1:]))]


def rule_or_reason(decision: Decision) -> str:
    """The rule of the best suggestion, or why the line is left to people."""
    return decision.best.rule if decision.best else decision.left_because or ""


@in_company
def reconcile(
    *, company_id: int, actor: str, now: datetime, progress: Progress | None = None
) -> ReconcileResult:
    """One run over the company's open transactions; asked again, it finds nothing new to do."""
    lines, halted_accounts = _waiting(company_id)
    result = ReconcileResult(transactions=len(lines), halted_accounts=halted_accounts)
    if not lines:
        return result

    decisions = _decide(company_id, lines)
    run = ReconcileRun.objects.create(
        company_id=company_id, started_at=now, transactions=len(lines)
    )
    try:
        _write(company_id, run, decisions, actor, now, result, progress)
    finally:
        gc.unfreeze()
    run.booked, run.suggested = result.booked, result.suggested
    run.finished_at = timezone.now()
    run.save()
    return result


@in_company
def foresee(*, company_id: int) -> Foreseen:
    """What `reconcile` would do now, decision by decision. Nothing is written."""
    lines, halted_accounts = _waiting(company_id)
    try:
        decisions = _decide(company_id, lines) if lines else []
    finally:
        gc.unfreeze()
    return Foreseen(list(zip(lines, decisions, strict=True)), halted_accounts)


def _waiting(company_id: int) -> tuple[list[Line], int]:
    """The open lines, and how many accounts book nothing because they do not add up."""
    closed_to = Company.objects.get(pk=company_id).closed_to
    halted = dict.fromkeys(breaks_by_account(company_id), "chain_broken")
    return open_lines(company_id, halted=halted, closed_to=closed_to), len(halted)


def _decide(company_id: int, lines: Sequence[Line]) -> list[Decision]:
    with _without_collecting():
        return decide(lines, load_candidates(company_id, lines), policy_of(company_id))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hundreds of thousands of values without a cycle among them: looking for cycles is waste,
    and the more there are, the more of it. They are left out of the search until the run ends."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


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
    actor: str,
    now: datetime,
    result: ReconcileResult,
    progress: Progress | None,
) -> None:
    done = 0
    for chunk in _chunks(decisions):
        with database.atomic():
            lock_company(company_id)
            ours = still_wanted(company_id, chunk)
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
