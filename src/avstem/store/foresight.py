"""What the matching would do now with all that waits: decided, not written."""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from avstem.matching.decision import Decision, Verdict
from avstem.matching.engine import decide
from avstem.matching.facts import Line
from avstem.store.candidates import load_candidates
from avstem.store.chains import breaks_by_account
from avstem.store.decision_writer import Written
from avstem.store.matching_settings import policy_of
from avstem.store.models import Company
from avstem.store.open_lines import open_lines


@dataclass
class ReconcileResult:
    """What the run came to, in transactions. `taken` were claimed by someone else meanwhile.

    `credits_drawn` are documents that were settled with their party's credit before.
    """

    transactions: int = 0
    booked: int = 0
    suggested: int = 0
    open: int = 0
    taken: int = 0
    halted_accounts: int = 0
    credits_drawn: int = 0

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


def waiting_lines(company_id: int) -> tuple[list[Line], int]:
    """The open lines, and how many accounts book nothing because they do not add up."""
    closed_to = Company.objects.get(pk=company_id).closed_to
    halted = dict.fromkeys(breaks_by_account(company_id), "chain_broken")
    return open_lines(company_id, halted=halted, closed_to=closed_to), len(halted)


def look_ahead(company_id: int, *, as_if_on: bool = False) -> Foreseen:
    """The whole of it; nothing is written."""
    lines, halted_accounts = waiting_lines(company_id)
    try:
        decisions = decide_lines(company_id, lines, as_if_on=as_if_on) if lines else []
    finally:
        gc.unfreeze()
    return Foreseen(list(zip(lines, decisions, strict=True)), halted_accounts)


def decide_lines(
    company_id: int, lines: Sequence[Line], *, as_if_on: bool = False
) -> list[Decision]:
    """What the engine says of them; `as_if_on`: also on accounts where it may not book.

    Until `gc.unfreeze` is called the values are left out of the search for cycles.
    """
    with _without_collecting():
        policy = policy_of(company_id)
        if as_if_on:
            policy = replace(policy, propose_only=frozenset(), silent=frozenset())
        return decide(lines, load_candidates(company_id, lines), policy)


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
