"""Entries of one shape are read alike: the stylesheet is asked once a shape, not once an entry.

The shape of an entry is its text without the values of its leaves. The stylesheet looks only at
which elements there are, never at what they say; so its answer for an entry whose values are
numbered blanks is a form to fill in for every entry of that shape. And since such an entry was
well-formed, so is every entry of its shape: a value holds no markup, no escape and no character
that XML forbids. What is not such a plain value stays in the shape as it is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from lxml import etree

from avstem.formats.camt.stylesheet import RECORD, entry_stylesheet

#: More shapes than this in memory, and they are begun anew.
_SHAPES_MAX = 500
#: No shape is learnt of a larger entry.
_TEXT_MAX = 20_000

_PLAIN = r"[^<>&\s\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]++"
_VALUE = re.compile(rf">({_PLAIN}(?: {_PLAIN})*+)</")
_BLANK = re.compile("\ue010(\\d+)\ue011")


class Shapes:
    """Turns whole entries into the stylesheet's flat records; remembers the shapes it has seen.

    `wrap` is an element around them (its start and end) that binds the same namespace.
    """

    def __init__(self, namespace: str, wrap: tuple[str, str]) -> None:
        self._namespace, self._wrap = namespace, wrap
        self._forms: dict[str, _Form] = {}
        self._others = _other_than_entries(namespace)

    def records(self, text: str, closing: str) -> list[str] | None:
        """The records of the entries, as the stylesheet gives them; `closing` is their end tag.

        None where the text is not well-formed or is anything else than entries.
        """
        texts = text.split(closing)[:-1]
        halves = [_VALUE.split(each) for each in texts]
        shapes = ["\x00".join(half[::2]) for half in halves]
        unknown = self._unknown(shapes)
        if unknown and not self._worth_learning(unknown, len(texts)):
            return self._asked(text, len(texts))
        if not all(self._learn(shape, closing) for shape in unknown):
            return None
        forms = self._forms
        filled = [forms[shape].fill(half) for shape, half in zip(shapes, halves, strict=True)]
        return "".join(filled).split(RECORD)[:-1]

    def _unknown(self, shapes: list[str]) -> set[str]:
        unknown = {shape for shape in shapes if shape not in self._forms}
        if len(self._forms) + len(unknown) <= _SHAPES_MAX:
            return unknown
        self._forms.clear()
        return set(shapes)

    def _worth_learning(self, unknown: set[str], entries: int) -> bool:
        return len(unknown) <= max(4, entries // 8) and max(map(len, unknown)) <= _TEXT_MAX

    def _asked(self, text: str, entries: int) -> list[str] | None:
        """What the stylesheet says of this many entries; None where they are not that."""
        try:
            tree = etree.fromstring(self._wrap[0] + text + self._wrap[1], _parser())
        except etree.XMLSyntaxError:
            return None
        if len(tree) != entries or self._others(tree):
            return None
        return str(entry_stylesheet(self._namespace, searched=False)(tree)).split(RECORD)[:-1]

    def _learn(self, shape: str, closing: str) -> bool:
        """Ask the stylesheet about an entry of that shape with numbered blanks as values."""
        first, *parts = shape.split("\x00")
        text = first + "".join(
            f">\ue010{number}\ue011</{part}" for number, part in enumerate(parts)
        )
        records = self._asked(text + closing, 1)
        if records is None:
            return False
        self._forms[shape] = _Form.of("".join(record + RECORD for record in records))
        return True


@dataclass(frozen=True, slots=True)
class _Form:
    """An answer with blanks: a pattern, and which values go where."""

    pattern: str
    values: Callable[[list[str]], object]

    @classmethod
    def of(cls, answer: str) -> "_Form":
        # Every other part of a split entry is a value.
        places = [2 * int(number) + 1 for number in _BLANK.findall(answer)]
        values = itemgetter(*places) if places else _nothing
        return cls(_BLANK.sub("%s", answer.replace("%", "%%")), values)

    def fill(self, parts: list[str]) -> str:
        """The answer for an entry that was split so."""
        return self.pattern % self.values(parts)


def _nothing(_parts: list[str]) -> tuple[()]:
    return ()


def _other_than_entries(namespace: str) -> etree.XPath:
    if not namespace:
        return etree.XPath("boolean(/*/*[not(self::Ntry)])")
    return etree.XPath("boolean(/*/*[not(self::e:Ntry)])", namespaces={"e": namespace})


def _parser() -> Any:
    # One for each call: a shared one would keep every name that strangers write.
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
