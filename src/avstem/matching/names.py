"""Names as people and banks write them: folded for comparing, never as patterns."""

import re
from functools import lru_cache

_LEGAL_FORMS = frozenset(
    ("as", "asa", "ans", "da", "enk", "sa", "ba", "nuf", "sf",
     "ks", "ab", "aps", "gmbh", "ltd", "the", "og", "and")
)  # fmt: skip
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "a", "ü": "u", "é": "e"})


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text in order, without case and special letters: time grows with its length.

    >>> folded_words("Gebyr, BETALINGSTJENESTER (år 2026)")
    ('gebyr', 'betalingstjenester', 'ar', '2026')
    """
    return tuple(re.findall(r"[^\W_]+", text.casefold().translate(_FOLDED)))


@lru_cache(maxsize=8192)
def name_words(name: str) -> frozenset[str]:
    """The words of a name without case, legal form and special letters.

    >>> sorted(name_words("Berg & Sønner AS"))
    ['berg', 'sonner']
    """
    return frozenset(folded_words(name)) - _LEGAL_FORMS


def same_name(one: str, other: str) -> bool:
    """Whether the two names have the very same words, in any order."""
    words = name_words(one)
    return bool(words) and words == name_words(other)


def likeness(one: str, other: str) -> float:
    """The share of words that two names have in common, 0 to 1."""
    left, right = name_words(one), name_words(other)
    return len(left & right) / len(left | right) if left and right else 0.0
