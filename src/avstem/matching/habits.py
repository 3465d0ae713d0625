"""What people have done by hand with payments like this one, often enough to be proposed.

A habit is three decisions more for one account and VAT code than for any other. It proposes and
never books: a person makes it a rule.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from avstem.matching.booking_rules import CONDITION_CHARACTERS_MAX, Conditions
from avstem.matching.names import folded_words, name_words

RULE, VERSION = "habit", 1
DECISIONS_MIN = 3
_TEXT_CHARACTERS_MAX, _WORD_CHARACTERS_MIN = 500, 3


class HabitKey(NamedTuple):
    """What makes payments alike: the way, the currency, and who it is or what the text says."""

    direction: int
    currency: str
    name: frozenset[str]
    words: tuple[str, ...]


class Answer(NamedTuple):
    """Where a payment was booked whole."""

    account: str
    vat_code: str


@dataclass(frozen=True, slots=True)
class Habit:
    """So many decisions gave this answer, and so many another."""

    answer: Answer
    agreeing: int
    disagreeing: int

    @property
    def score(self) -> float:
        """0 to 0.58: its share of the decisions, below what the engine is certain of."""
        return 0.58 * self.agreeing / (self.agreeing + self.disagreeing)


def habit_key(*, amount_minor: int, currency: str, counterparty: str, text: str) -> HabitKey | None:
    """The key of a payment; None where neither a name nor a word says anything.

    The counterparty's name goes before the text, whose numbers (days, shops, cards) are left out.
    """
    direction = 1 if amount_minor >= 0 else -1
    if name := name_words(counterparty):
        return HabitKey(direction, currency, name, ())
    words = condition_words(text)
    tells = any(len(word) >= _WORD_CHARACTERS_MIN for word in words)
    return HabitKey(direction, currency, frozenset(), words) if tells else None


def condition_words(text: str) -> tuple[str, ...]:
    """The folded words of a text without a digit in them, each once, in order."""
    words = folded_words(text[:_TEXT_CHARACTERS_MAX])
    plain = (word for word in words if not any(char.isdecimal() for char in word))
    return tuple(dict.fromkeys(plain))


def habits_of(decisions: Iterable[tuple[HabitKey, Answer]]) -> Mapping[HabitKey, Habit]:
    """The habits among what people decided; a disagreeing decision takes away an agreeing one."""
    answers: dict[HabitKey, Counter[Answer]] = defaultdict(Counter)
    for key, answer in decisions:
        answers[key][answer] += 1
    found = {}
    for key, counts in answers.items():
        [(answer, most)] = counts.most_common(1)
        others = counts.total() - most
        if most - others >= DECISIONS_MIN:
            found[key] = Habit(answer, most, others)
    return found


def conditions_like(*, amount_minor: int, counterparty: str, text: str) -> Conditions:
    """The conditions of a rule for payments like this one: what its habit goes by."""
    direction = 1 if amount_minor >= 0 else -1
    if name_words(counterparty):
        return Conditions(counterparty=counterparty, direction=direction)
    words = ""
    for word in condition_words(text):
        longer = f"{words} {word}".strip()
        if len(longer) > CONDITION_CHARACTERS_MAX:
            break
        words = longer
    return Conditions(text=words, direction=direction)
