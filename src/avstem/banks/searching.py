"""What a text may mean among the names of banks.

People write `more`, `Møre` and `MOERE`, `Åkra` and `Aakra`, and the name the bank had when they
became its customers. All are folded to one writing before they are compared.
"""

import re
from dataclasses import dataclass

from avstem.banks.bank import Bank

_LETTERS = str.maketrans({"æ": "a", "ä": "a", "ø": "o", "ö": "o", "å": "a", "é": "e", "&": " og "})
# Two letters for one, as they are written without the Norwegian keys.
_PAIRS = (("ae", "a"), ("oe", "o"), ("aa", "a"))
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
# The last three letters of the alphabet, in its order.
_ALPHABET = str.maketrans({"æ": "{", "ø": "|", "å": "}"})


@dataclass(frozen=True, slots=True)
class Names:
    """A bank's names, folded: what it is called, was called, and what it belongs to."""

    today: tuple[str, ...]
    former: tuple[str, ...]
    groups: tuple[str, ...]


def names_of(bank: Bank) -> Names:
    """What a bank is found by."""
    return Names(
        _folded((bank.name, bank.slug, *bank.aliases, *bank.bics)),
        _folded(bank.former_names),
        _folded((bank.alliance, *bank.groups)),
    )


def rank(names: Names, sought: str) -> int | None:
    """How well a folded text fits, 0 the best; None where it does not.

    The whole name, the whole older name, how a name begins, words of it, words of an older one,
    the alliance, words here and there.
    """
    if not sought:
        return 0
    joined = _joined(sought)
    tests = (
        sought in names.today or joined in map(_joined, names.today),
        sought in names.former,
        any(_joined(name).startswith(joined) for name in names.today),
        any(_has_words(name, sought) for name in names.today),
        any(_has_words(name, sought) for name in names.former),
        any(_has_words(name, sought) or _joined(name) == joined for name in names.groups),
        _has_words(" ".join((*names.today, *names.former, *names.groups)), sought),
    )
    return next((place for place, holds in enumerate(tests) if holds), None)


def fold(text: str) -> str:
    """Words of `a`-`z` and digits with one space between.

    >>> fold("Skudenes & Aakra"), fold("SKUDENES OG ÅKRA")
    ('skudenes og akra', 'skudenes og akra')
    """
    plain = text[:100].casefold().translate(_LETTERS)
    for written, meant in _PAIRS:
        plain = plain.replace(written, meant)
    return " ".join(_NOT_A_WORD.sub(" ", plain).split())


def alphabetical(name: str) -> str:
    """A key that sorts as the Norwegian alphabet does: æ, ø, å last."""
    return name.casefold().translate(_ALPHABET)


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(name) for name in names if name)


def _joined(text: str) -> str:
    return text.replace(" ", "")


def _has_words(name: str, sought: str) -> bool:
    """Each word sought begins a word of the name."""
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in sought.split())
