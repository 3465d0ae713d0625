"""A replay as the page shows it: months as bars on one scale, and rules in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from avstem import wording
from avstem.matching.replay import PROPOSES, Outcome, Sums
from avstem.web.payout_bar import WHOLE, BarPart
from avstem.wording.rules import STANDING_RULES

#: The parts of a bar, in their order, with the outcomes that each is made of.
PARTS: dict[str, tuple[Outcome, ...]] = {
    "same": (Outcome.SAME,),
    "differs": (Outcome.DIFFERS,),
    "untouched": (Outcome.UNTOUCHED,),
    "suggested": PROPOSES,
    "left": (Outcome.LEFT,),
}


@dataclass(frozen=True)
class Month:
    """One month: its name, its bar, and the counts that the bar is made of."""

    name: str
    bar: list[BarPart]
    counts: dict[str, int]


@dataclass(frozen=True)
class RuleRow:
    """One rule in words, and how its answers came out."""

    name: str
    counts: dict[str, int]
    first: int


def months_of(sums: Sums) -> list[Month]:
    """The months, each bar as long as its payments are many beside the fullest month's."""
    most = max((sum(count.values()) for count in sums.by_month.values()), default=0)
    return [_month(name, parts_of(count), most) for name, count in sorted(sums.by_month.items())]


def rules_of(sums: Sums, names: Mapping[str, str]) -> list[RuleRow]:
    """The rules with the most to say first; `names` are those of the company's own rules."""
    rows = [
        RuleRow(names.get(name) or _name(name), parts_of(count), count[Outcome.FIRST])
        for name, count in sums.by_rule.items()
    ]
    return sorted(rows, key=lambda row: (-sum(row.counts.values()), row.name))


def _name(rule: str) -> str:
    _, _, standing = rule.partition("standing_rule:")
    if standing in STANDING_RULES:
        return wording.translate(STANDING_RULES[standing])
    return wording.rule_text(rule)


def parts_of(count: Mapping[str, int]) -> dict[str, int]:
    """How many lines each part of the bar stands for.

    >>> parts_of({"same": 3, "first": 2, "waits": 1})["suggested"]
    3
    """
    return {name: sum(count.get(each, 0) for each in of) for name, of in PARTS.items()}


def _month(name: str, counts: dict[str, int], most: int) -> Month:
    bar, before = [], 0
    for part, count in counts.items():
        start, end = before * WHOLE // most, (before + count) * WHOLE // most
        if count:
            bar.append(BarPart(part, start, max(end - start, 1)))
        before += count
    year, month = name.split("-")
    return Month(f"{month}.{year}", bar, counts)
