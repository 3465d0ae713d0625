"""One element of a SAF-T file with its path: text, days and amounts, or a refusal."""

import re
from collections.abc import Iterator
from datetime import date

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.money import Money
from avstem.formats.saft.model import NAMESPACE
from avstem.formats.xml_reader import Element

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)
_PREFIX = f"{{{NAMESPACE}}}"
#: Longer than any identifier of the schema (70); what is longer is no identifier.
ID_CHARACTERS_MAX = 70


def qualified(name: str) -> str:
    """The element's name as lxml has it."""
    return _PREFIX + name


class Node:
    """An element; `name` may be a path (`Company/Name`)."""

    __slots__ = ("_children", "_element", "_file", "path")

    def __init__(self, element: Element, path: str, file: str) -> None:
        self._element, self.path, self._file = element, path, file
        # Once for all names: a line is asked for a dozen of them.
        self._children: dict[str, list[Element]] = {}
        for each in element:
            if each.tag.startswith(_PREFIX):
                self._children.setdefault(each.tag[len(_PREFIX) :], []).append(each)

    @property
    def line(self) -> int:
        """The line in the file where the element begins (libxml2 counts to 65 535)."""
        return self._element.sourceline or 1

    def each(self, name: str) -> Iterator["Node"]:
        """The elements of that name, counted from 1 in their paths."""
        for place, found in enumerate(self._children.get(name, ()), 1):
            yield Node(found, f"{self.path}/{name}[{place}]", self._file)

    def child(self, name: str) -> "Node | None":
        """The only element of that name, or None; two are refused: nobody can say which counts."""
        found = self._children.get(name, ())
        if len(found) > 1:
            raise self.refuse(name, f"{len(found)} of them", "one")
        return Node(found[0], f"{self.path}/{name}", self._file) if found else None

    def text_or_none(self, name: str) -> str | None:
        """What stands there with single spaces; None where nothing does."""
        first, _, rest = name.partition("/")
        found = self.child(first)
        if found is None:
            return None
        return found.text_or_none(rest) if rest else found.own_text()

    def own_text(self) -> str | None:
        """The element's text. Another element in it would end a value half-way: refused."""
        if len(self._element):
            raise UnreadableFileError(self.path, "an element inside a value", "text", self._file)
        return " ".join((self._element.text or "").split()) or None

    def text(self, name: str) -> str:
        """As `text_or_none`; refused where there is none."""
        found = self.text_or_none(name)
        if found is None:
            raise self.refuse(name, "nothing", "a value")
        return found

    def id_or_none(self, name: str) -> str | None:
        """An identifier: at most 70 characters."""
        found = self.child(name)
        return found.own_id() if found else None

    def own_id(self) -> str | None:
        """The element's text, which is an identifier."""
        found = self.own_text()
        if found is not None and len(found) > ID_CHARACTERS_MAX:
            expected = f"at most {ID_CHARACTERS_MAX} characters"
            raise UnreadableFileError(self.path, found[:57] + "…", expected, self._file)
        return found

    def id(self, name: str) -> str:
        """As `id_or_none`; refused where there is none."""
        self.text(name)
        return self.id_or_none(name) or ""

    def day_or_none(self, name: str) -> date | None:
        """The day as written (a time zone behind it is let go); one that is none is refused."""
        text = self.text_or_none(name)
        if text is None:
            return None
        found = _DAY.match(text)
        try:
            return date.fromisoformat(found[1] if found else "")
        except ValueError:
            raise self.refuse(name, text, "a date that exists, as 2026-01-31") from None

    def day(self, name: str) -> date:
        """As `day_or_none`; refused where there is none."""
        self.text(name)
        found = self.day_or_none(name)
        assert found is not None, "a day that is none was refused"
        return found

    def money_or_none(self, name: str, currency: str) -> Money | None:
        """The amount as written; an element that is there and empty cannot be read: refused."""
        if self.child(name) is None:
            return None
        try:
            return Money.parse(self.text(name), currency)
        except InvalidValueError as wrong:
            raise self.refuse(name, wrong.found, wrong.expected) from wrong

    def side_or_none(self, debit: str, credit: str) -> "tuple[str, Node] | None":
        """Which of two elements is there, with its node; both at once are refused."""
        found = [(name, node) for name in (debit, credit) if (node := self.child(name))]
        if len(found) > 1:
            raise self.refuse(credit, f"{debit} beside {credit}", "one of them")
        return found[0] if found else None

    def refuse(self, name: str, found: str, expected: str) -> UnreadableFileError:
        """The refusal of the value of that name."""
        return UnreadableFileError(f"{self.path}/{name}", found[:60], expected, self._file)
