"""One element of a UBL document with its path: text, days and amounts, or a refusal."""

import re
from collections.abc import Iterator
from datetime import date

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.money import Money
from avstem.formats.xml_reader import Element

_BASIC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_AGGREGATE = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)


class Node:
    """An element; aggregates are asked for by path, values by their own name."""

    __slots__ = ("_element", "_file", "path")

    def __init__(self, element: Element, path: str, file: str) -> None:
        self._element, self.path, self._file = element, path, file

    @property
    def line(self) -> int:
        """The line in the file where the element begins (libxml2 counts to 65 535)."""
        return self._element.sourceline or 1

    def each(self, name: str) -> Iterator["Node"]:
        """The aggregates of that name, counted from 1 in their paths."""
        for place, found in enumerate(self._element.iterfind(_AGGREGATE + name), 1):
            yield Node(found, f"{self.path}/{name}[{place}]", self._file)

    def child(self, path: str) -> "Node | None":
        """The first aggregate at the path (`PartyTaxScheme/TaxScheme`), or None."""
        found = self._element
        for step in path.split("/"):
            found = found.find(_AGGREGATE + step)
            if found is None:
                return None
        return Node(found, f"{self.path}/{path}", self._file)

    def texts(self, name: str) -> list[str]:
        """What stands in the values of that name, with single spaces; empty ones are left out."""
        found = (self._text(name, each) for each in self._element.iterfind(_BASIC + name))
        return [text for text in found if text]

    def text_or_none(self, path: str) -> str | None:
        """The value at the path, whose last step is its name; None where it is empty.

        The same value twice is refused: nobody can say which one counts.
        """
        where, _, name = path.rpartition("/")
        node = self.child(where) if where else self
        found = node.texts(name) if node is not None else []
        if len(found) > 1:
            raise self.refuse(path, f"{len(found)} of them", "one")
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The value of that name; refused where there is none."""
        found = self.text_or_none(name)
        if found is None:
            raise self.refuse(name, "nothing", "a value")
        return found

    def attribute(self, name: str, attribute: str) -> str | None:
        """An attribute of the first value of that name, or None."""
        found = self._element.find(_BASIC + name)
        return None if found is None else (found.get(attribute) or "").strip() or None

    def raw(self, name: str) -> str | None:
        """The first value of that name as it stands, however large; None where it is not there."""
        found = self._element.find(_BASIC + name)
        return None if found is None or len(found) else found.text or ""

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

    def amount_or_none(self, name: str, currency: str) -> Money | None:
        """The amount, in that currency; another currency or an unreadable amount is refused.

        An element that is there and empty is an amount that cannot be read.
        """
        if self._element.find(_BASIC + name) is None:
            return None
        found = self.attribute(name, "currencyID")
        if found != currency:
            raise self.refuse(f"{name}/@currencyID", found or "nothing", currency)
        try:
            return Money.parse(self.text(name), currency)
        except InvalidValueError as wrong:
            raise self.refuse(name, wrong.found, wrong.expected) from wrong

    def amount(self, name: str, currency: str) -> Money:
        """As `amount_or_none`; refused where there is none."""
        found = self.amount_or_none(name, currency)
        if found is None:
            raise self.refuse(name, "nothing", "an amount")
        return found

    def refuse(self, name: str, found: str, expected: str) -> UnreadableFileError:
        """The refusal of the value of that name."""
        return UnreadableFileError(f"{self.path}/{name}", found[:60], expected, self._file)

    def _text(self, name: str, element: Element) -> str:
        if len(element):
            # Its text would end where the other element begins: half an amount.
            raise self.refuse(name, "an element inside a value", "text")
        return " ".join((element.text or "").split())
