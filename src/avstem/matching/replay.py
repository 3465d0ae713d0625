"""What the engine would have done with past payments, held against what was done: counts.

Nothing here decides. A line is one of these, and the sums are over them:

>>> sums = Sums()
>>> sums.add("2026-03", "named_in_text", Outcome.SAME, by_person=True)
>>> sums.add("2026-03", "", Outcome.LEFT)
>>> sums.total(Outcome.SAME), sums.would_book, sums.by_person
(1, 1, 1)
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from avstem.matching.decision import Decision, Verdict

EXAMPLES_MAX = 50
#: (account, minor units, currency, party, item, VAT code) of a posting beside the bank's own.
Posted = Counter[tuple[str, int, str, int | None, int | None, str]]


class Outcome(StrEnum):
    """What the engine would have done, and what stands.

    It would have booked: as what stands (SAME), as something else (DIFFERS; also where a person
    has undone it), or what nobody has booked (UNTOUCHED). It would have proposed: what stands first
    (FIRST) or further down (AMONG), something else (OTHER), or nobody has booked it (WAITS). LEFT:
    it would have said nothing.
    """

    SAME = "same"
    DIFFERS = "differs"
    UNTOUCHED = "untouched"
    FIRST = "first"
    AMONG = "among"
    OTHER = "other"
    WAITS = "waits"
    LEFT = "left"


BOOKS = (Outcome.SAME, Outcome.DIFFERS, Outcome.UNTOUCHED)
PROPOSES = (Outcome.FIRST, Outcome.AMONG, Outcome.OTHER, Outcome.WAITS)


@dataclass(frozen=True, slots=True)
class Done:
    """What stands for a transaction: its postings (None where it is not booked), and whose it is.

    `undone`: it has been booked and taken back.
    """

    posted: Posted | None = None
    by_person: bool = False
    undone: bool = False


@dataclass
class Sums:
    """Counts by month (`2026-03`) and by rule, and those of what stands that people booked."""

    by_month: dict[str, Counter[str]] = field(default_factory=dict)
    by_rule: dict[str, Counter[str]] = field(default_factory=dict)
    by_person: int = 0

    def add(self, month: str, rule: str, outcome: Outcome, *, by_person: bool = False) -> None:
        """Count one line; `by_person` is counted where what stands is the same."""
        self.by_month.setdefault(month, Counter())[outcome.value] += 1
        if rule:
            self.by_rule.setdefault(rule, Counter())[outcome.value] += 1
        self.by_person += by_person and outcome is Outcome.SAME

    def total(self, *outcomes: Outcome) -> int:
        """How many lines came out so."""
        return sum(count[each.value] for count in self.by_month.values() for each in outcomes)

    @property
    def would_book(self) -> int:
        """How many would have been booked without a person."""
        return self.total(*BOOKS)

    @property
    def looked_at(self) -> int:
        """All of them."""
        return self.total(*Outcome)

    def to_json(self) -> dict[str, Any]:
        """As it is kept; zeros are left out."""
        return {
            "by_month": {name: dict(count) for name, count in sorted(self.by_month.items())},
            "by_rule": {name: dict(count) for name, count in sorted(self.by_rule.items())},
            "by_person": self.by_person,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Sums":
        """What `to_json` made."""
        return cls(
            {name: Counter(count) for name, count in kept.get("by_month", {}).items()},
            {name: Counter(count) for name, count in kept.get("by_rule", {}).items()},
            kept.get("by_person", 0),
        )


def outcome_of(decision: Decision, readings: Sequence[Posted], done: Done) -> Outcome:
    """How the decision stands to what was done. `readings` are its suggestions as postings."""
    if decision.verdict is Verdict.LEAVE:
        return Outcome.LEFT
    books = decision.verdict is Verdict.BOOK
    if done.posted is None:
        if books and done.undone:
            return Outcome.DIFFERS
        return Outcome.UNTOUCHED if books else Outcome.WAITS
    fits = [place for place, posted in enumerate(readings) if posted == done.posted]
    if books:
        return Outcome.SAME if fits else Outcome.DIFFERS
    if not fits:
        return Outcome.OTHER
    return Outcome.AMONG if fits[0] else Outcome.FIRST
