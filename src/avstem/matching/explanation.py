"""The explanation of a decision: one object for the screen, the export and whoever asks.

It is made from what was kept when the decision was made (`store.decisions`), never from what is
known today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from avstem.matching.decision import Reason
from avstem.matching.record import FIRST, SO_FAR


@dataclass(frozen=True, slots=True)
class Answer:
    """One reading: the rule with its version, what spoke for and against it, and its record.

    `record` is (right, of so many) of the answers that were like it, None where there were none.
    """

    rule: str
    version: int
    confidence: float
    agrees: tuple[Reason, ...]
    disagrees: tuple[Reason, ...]
    record: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a transaction stands as it does.

    `answers` are best first: the one that was booked or is put first, then the others that fitted.
    `left_because` is a code of `matching.decision.LeftBecause`, or "". `notes` are of the line,
    whatever is answered. `automatic`: the matching decided, not a person.
    """

    answers: tuple[Answer, ...]
    left_because: str
    notes: tuple[Reason, ...]
    decided_by: str
    automatic: bool

    @property
    def others(self) -> int:
        """How many other readings fitted."""
        return max(len(self.answers) - 1, 0)

    def to_json(self) -> dict[str, Any]:
        """As it leaves the program: codes and facts, sentences are `wording`'s."""
        best = self.answers[0] if self.answers else None
        return {
            "decided_by": self.decided_by or None,
            "automatic": self.automatic,
            "rule": best.rule if best else None,
            "rule_version": best.version if best else None,
            "record": {"right": best.record[0], "of": best.record[1]}
            if best and best.record
            else None,
            "agrees": _codes(best.agrees if best else ()),
            "disagrees": _codes(best.disagrees if best else ()),
            "others": self.others,
            "left_because": self.left_because or None,
            "notes": _codes(self.notes),
        }


def explain(content: Mapping[str, Any], *, decided_by: str, automatic: bool) -> Explanation:
    """The explanation in a decision's content; an empty one where nothing was decided."""
    return Explanation(
        answers=tuple(map(_answer, content.get("suggestions", ()))),
        left_because=content.get("left_because") or "",
        notes=tuple(Reason(**each) for each in content.get("reasons", ())),
        decided_by=decided_by,
        automatic=automatic,
    )


def _answer(said: Mapping[str, Any]) -> Answer:
    reasons = [Reason(**each) for each in said["reasons"]]
    return Answer(
        rule=said["rule"],
        version=said["rule_version"],
        confidence=said["confidence"],
        agrees=tuple(each for each in reasons if each.agrees),
        disagrees=tuple(each for each in reasons if not each.agrees),
        record=_record(reasons),
    )


def _record(reasons: Iterable[Reason]) -> tuple[int, int] | None:
    for each in reasons:
        if each.code == SO_FAR:
            return int(each.facts["right"]), int(each.facts["of"])
        if each.code == FIRST:
            return 0, 0
    return None


def _codes(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"code": each.code, "facts": each.facts} for each in reasons]
