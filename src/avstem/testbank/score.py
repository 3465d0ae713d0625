"""Hold what was matched against the truth: how much was booked, and was any of it wrong?

A booking is wrong when its allocations are not exactly the truth's. A line that settles no
document (paid twice, a fee) is right when it is booked without an allocation, or not booked.

Source: docs/matching.md (measures to publish).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avstem.testbank.truth import read_lines

AllocationKey = tuple[str, str, str, str]
#: How many wrong bookings are kept by name; all are counted.
WRONG_KEPT_MAX = 1_000


@dataclass
class FamilyScore:
    """Counts of one family of lines (or of all)."""

    lines: int = 0
    certain: int = 0
    booked: int = 0
    certain_booked: int = 0
    wrong: int = 0
    suggested: int = 0
    truth_first: int = 0
    truth_in_five: int = 0
    missing: int = 0


@dataclass
class Score:
    """All counts, the counts by family, and the wrong bookings with truth beside match.

    `unknown` counts matched transactions that the truth does not tell of.
    """

    total: FamilyScore = field(default_factory=FamilyScore)
    families: dict[str, FamilyScore] = field(default_factory=dict)
    wrong_bookings: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    unknown: int = 0

    def __str__(self) -> str:
        return render_table(self)


def score(
    truth_lines: Iterable[Mapping[str, Any]], match_lines: Iterable[Mapping[str, Any]]
) -> Score:
    """Compare `truth.jsonl` with the lines of `export matches`, by account and reference.

    The order of the lines does not matter. The truth is kept in memory.
    """
    found = Score()
    waiting = {_identity(truth): truth for truth in truth_lines}
    for match in match_lines:
        truth = waiting.pop(_identity(match), None)
        if truth is None:
            found.unknown += 1
        else:
            _judge(found, truth, match)
    for truth in waiting.values():
        for counts in _counts(found, truth):
            counts.missing += 1
    return found


def score_files(truth: Path, matches: Path) -> Score:
    """The score of two files of JSON lines."""
    with truth.open("rb") as truth_lines, matches.open("rb") as match_lines:
        return score(read_lines(truth_lines), read_lines(match_lines))


def _identity(line: Mapping[str, Any]) -> tuple[str, str]:
    return (line["account"], line["bank_reference"] or "")


def _counts(found: Score, truth: Mapping[str, Any]) -> tuple[FamilyScore, FamilyScore]:
    """The total's and the family's counts, with this line counted."""
    family = found.families.setdefault(truth["family"], FamilyScore())
    for counts in (found.total, family):
        counts.lines += 1
        counts.certain += truth["certain"]
    return found.total, family


def _judge(found: Score, truth: Mapping[str, Any], match: Mapping[str, Any]) -> None:
    right = _allocations(truth["allocations"])
    is_booked = match["status"] == "booked"
    is_wrong = is_booked and _allocations(match["allocations"]) != right
    rank = None if is_booked else _rank(right, match)
    for counts in _counts(found, truth):
        counts.booked += is_booked
        counts.certain_booked += is_booked and truth["certain"]
        counts.wrong += is_wrong
        counts.suggested += match["status"] == "suggested"
        counts.truth_first += rank == 0
        counts.truth_in_five += rank is not None and rank < 5
    if is_wrong and len(found.wrong_bookings) < WRONG_KEPT_MAX:
        found.wrong_bookings.append((truth, match))


def _rank(right: Counter[AllocationKey], match: Mapping[str, Any]) -> int | None:
    ranked = (_allocations(each["allocations"]) for each in match["suggestions"])
    return next((place for place, each in enumerate(ranked) if each == right), None)


def _allocations(lines: Iterable[Mapping[str, Any]]) -> Counter[AllocationKey]:
    """Own documents by type and number, suppliers' with the party too, each with its amount."""
    return Counter(map(_allocation_key, lines))


def _allocation_key(line: Mapping[str, Any]) -> AllocationKey:
    party = ""
    if line["type"].startswith("supplier"):
        party = line["party_orgnr"] or " ".join(line["party_name"].casefold().split())
    return (line["type"], line["number"], party, line["amount"])


def render_table(found: Score) -> str:
    """The score as a table for people, a line a family and the total below."""
    heading = (
        f"{'family':<24}{'lines':>9}{'certain':>9}{'booked':>9}{'of certain':>11}"
        f"{'wrong':>7}{'proposed':>9}{'first':>7}{'in five':>8}{'missing':>8}"
    )
    rows = [_table_row(name, found.families[name]) for name in sorted(found.families)]
    share = _percent(found.total.booked, found.total.lines)
    end = f"booked {share} of all; {found.unknown} transactions without a known truth"
    return "\n".join((heading, *rows, _table_row("all", found.total), end))


def _table_row(name: str, counts: FamilyScore) -> str:
    return (
        f"{name:<24}{counts.lines:>9}{counts.certain:>9}{counts.booked:>9}"
        f"{_percent(counts.certain_booked, counts.certain):>11}{counts.wrong:>7}"
        f"{counts.suggested:>9}{counts.truth_first:>7}{counts.truth_in_five:>8}{counts.missing:>8}"
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
