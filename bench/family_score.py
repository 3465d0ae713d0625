"""The engine's decisions held against the labels of a ledger, family by family.

A booking is wrong when it is not exactly the truth (documents and amounts, the party that keeps the
rest, the ledger account, what is owed again), and when the label says that a person must be asked.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from avstem.domain.money import format_minor
from avstem.matching.decision import Decision, Settlement, Suggestion, Verdict
from avstem.testbank.families.label import Answer, Label
from avstem.testbank.truth import Settles
from bench.ledger_in_memory import Table

CERTAIN_BOOKED_MIN, TRUTH_FIRST_MIN = 0.97, 0.95
WRONG_KEPT_MAX = 1_000

#: What a reading comes to: documents with amounts, reopened ones, the rest's party, ledger roles.
Outcome = tuple[
    frozenset[tuple[int, int]], frozenset[tuple[int, int]], int, frozenset[tuple[str, int]]
]


@dataclass
class Counts:
    """Counts of lines. `asked` are proposals of lines that have a right answer by their label."""

    lines: int = 0
    certain: int = 0
    booked: int = 0
    certain_booked: int = 0
    wrong: int = 0
    proposed: int = 0
    asked: int = 0
    first: int = 0
    in_five: int = 0
    answer_left: int = 0

    def add(self, other: "Counts") -> None:
        """Count the other's lines too."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def certain_share(self) -> float:
        """Of what is certain, the share that was booked."""
        return self.certain_booked / self.certain if self.certain else 1.0

    @property
    def first_share(self) -> float:
        """Of the proposals that have a right answer, the share where it stands first."""
        return self.first / self.asked if self.asked else 1.0


@dataclass
class FamilyScores:
    """The counts of each family, and the lines that went wrong or had no right proposal first."""

    families: dict[str, Counts] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    not_first: dict[str, list[str]] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        """All families together."""
        total = Counts()
        for counts in self.families.values():
            total.add(counts)
        return total

    def missed(self) -> list[str]:
        """The goals that are missed, in words; none is well."""
        total, found = self.total, []
        if total.wrong:
            found.append(f"{total.wrong} wrong bookings")
        if total.certain_share < CERTAIN_BOOKED_MIN:
            found.append(f"only {total.certain_share:.1%} of what is certain is booked")
        if total.first_share < TRUTH_FIRST_MIN:
            found.append(f"the right answer is first in only {total.first_share:.1%}")
        return found


def judge(
    scores: FamilyScores, table: Table, labels: Sequence[Label], decisions: Sequence[Decision]
) -> None:
    """Count every line; `labels` and `decisions` come in the order of the table's lines."""
    for line, label, decision in zip(table.lines, labels, decisions, strict=True):
        truth = true_outcome(table, label, line.amount_minor)
        right = {truth, *(_of_settles(table, also) for also in label.also)}
        counts = _count(label, decision, right)
        scores.families.setdefault(label.family, Counts()).add(counts)
        if counts.wrong and len(scores.wrong) < WRONG_KEPT_MAX:
            scores.wrong.append(_tell(table, line.id, label, decision))
        if (counts.asked and not counts.first) or counts.answer_left:
            told = scores.not_first.setdefault(label.family, [])
            told.append(_tell(table, line.id, label, decision))


def _count(label: Label, decision: Decision, right: set[Outcome]) -> Counts:
    is_booked = decision.verdict is Verdict.BOOK
    is_certain, has_answer = label.answer is Answer.CERTAIN, label.answer is not Answer.NONE
    ranked = [outcome(each) for each in (decision.best, *decision.others) if each]
    is_right = is_booked and ranked[0] in right and not label.must_ask
    asked = has_answer and decision.verdict is Verdict.PROPOSE
    return Counts(
        lines=1,
        certain=is_certain,
        booked=is_booked,
        certain_booked=is_certain and is_right,
        wrong=is_booked and not is_right,
        proposed=decision.verdict is Verdict.PROPOSE,
        asked=asked,
        first=asked and ranked[0] in right,
        in_five=asked and any(each in right for each in ranked),
        answer_left=has_answer and decision.verdict is Verdict.LEAVE,
    )


def outcome(suggestion: Suggestion) -> Outcome:
    """What a reading comes to; a charge that the bank tells of is part of the documents' sum."""
    posted: Counter[str] = Counter()
    for each in suggestion.ledger_lines:
        posted[each.role or each.account] += each.amount_minor
    return (
        _pairs(suggestion.settlements),
        _pairs(suggestion.reopened),
        suggestion.rest_party_id or 0,
        frozenset(posted.items()),
    )


def _pairs(settlements: Iterable[Settlement]) -> frozenset[tuple[int, int]]:
    return frozenset((each.item_id, each.amount_minor) for each in settlements)


def true_outcome(table: Table, label: Label, amount_minor: int) -> Outcome:
    """What the label says, in the table's numbers."""
    settled, *_ = _of_settles(table, label.settles)
    reopened, *_ = _of_settles(table, label.reopens)
    rest = table.party_id(label.rest_of) if label.rest_of else 0
    posted = {(label.ledger, -amount_minor)} if label.ledger else set(label.beside)
    if label.reopens and not label.settles:
        settled = frozenset()
    return settled, reopened, rest, frozenset(posted)


def _of_settles(table: Table, settles: Iterable[Settles]) -> Outcome:
    pairs = ((table.item_ids[each.document.identity], each.amount.minor) for each in settles)
    return frozenset(pairs), frozenset(), 0, frozenset()


def _tell(table: Table, place: int, label: Label, decision: Decision) -> str:
    line = table.lines[place]
    shown = ", ".join(f"{each.kind} {each.value}" for each in line.references)
    said = (
        f"{label.family} {line.booking_date} {format_minor(line.amount_minor, line.currency)} "
        f"[{shown}] {line.counterparty} {line.counterparty_account} “{line.text}”"
    )
    true = " ".join(f"{each.document.number}:{each.amount.decimal()}" for each in label.settles)
    rows = [said, f"  true: {true} {label.rest_of or ''} {label.ledger}"]
    for each in (decision.best, *decision.others):
        if each:
            rows.append(f"  {decision.verdict}: {_reading(table, each)}")
    if decision.left_because:
        rows.append(f"  left: {decision.left_because}")
    return "\n".join(rows)


def _reading(table: Table, suggestion: Suggestion) -> str:
    settled = " ".join(
        f"{table.documents[each.item_id].number}:{format_minor(each.amount_minor, 'NOK')}"
        for each in (*suggestion.settlements, *suggestion.reopened)
    )
    why = ", ".join(reason.code for reason in suggestion.reasons)
    posted = " ".join(f"{each.role}{each.account}" for each in suggestion.ledger_lines)
    return f"{settled} {posted} rest {suggestion.rest_minor} {suggestion.confidence:.2f} ({why})"


def render(scores: FamilyScores) -> str:
    """The table as Markdown, a line a family and the total below."""
    head = (
        "| family | lines | certain | booked | certain booked | wrong | proposed | truth first |"
        " in five | left |"
    )
    rule = "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    rows = [_row(name, scores.families[name]) for name in scores.families]
    return "\n".join((head, rule, *rows, _row("all", scores.total)))


def _row(name: str, counts: Counts) -> str:
    certain = f"{counts.certain_share:.1%}" if counts.certain else "-"
    first = f"{counts.first_share:.1%}" if counts.asked else "-"
    five = f"{counts.in_five / counts.asked:.1%}" if counts.asked else "-"
    return (
        f"| {name.replace('_', ' ')} | {counts.lines:,} | {counts.certain:,} | {counts.booked:,} |"
        f" {certain} | {counts.wrong:,} | {counts.proposed:,} | {first} | {five} |"
        f" {counts.answer_left:,} |"
    )
