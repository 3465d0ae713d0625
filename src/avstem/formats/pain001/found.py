"""What the checker of outgoing files sees: elements by name, and the violations it notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

#: A file that is wrong in every payment needs no more than these to say so.
VIOLATIONS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a file breaks: a stable code, the element (`PmtInf[1]/…`), what stands there."""

    code: str
    place: str
    found: str


class Seen:
    """One element and where it is; its children are asked for by their names alone."""

    def __init__(self, element: Any, place: str, violations: list[Violation]) -> None:
        self._element, self.place, self._violations = element, place, violations

    @property
    def root(self) -> Any:
        """The element itself."""
        return self._element

    def note(self, code: str, path: str = "", found: object = "") -> None:
        """Note that a rule is broken at this element or below it."""
        if len(self._violations) < VIOLATIONS_MAX:
            place = "/".join(part for part in (self.place, path) if part)
            self._violations.append(Violation(code, place, str(found)[:60]))

    def note_unless(self, holds: bool, code: str, path: str = "", found: object = "") -> None:
        """Note it where it does not hold."""
        if not holds:
            self.note(code, path, found)

    def text(self, path: str) -> str:
        """The text of the first element there; empty where there is none."""
        found = self._element.find(_wild(path))
        return "" if found is None else (found.text or "")

    def texts(self, path: str) -> list[str]:
        """The texts of all elements there."""
        return [each.text or "" for each in self._element.iterfind(_wild(path))]

    def has(self, path: str) -> bool:
        """Whether there is such an element."""
        return self._element.find(_wild(path)) is not None

    def attribute(self, path: str, name: str) -> str:
        """An attribute of the first element there; empty where there is none."""
        found = self._element.find(_wild(path))
        return "" if found is None else (found.get(name) or "")

    def each(self, path: str) -> Iterator["Seen"]:
        """The elements there, numbered from 1."""
        for number, element in enumerate(self._element.iterfind(_wild(path)), start=1):
            place = f"{self.place}/{path}[{number}]" if self.place else f"{path}[{number}]"
            yield Seen(element, place, self._violations)


@cache
def _wild(path: str) -> str:
    """The path with its namespace left open: the document's is checked once, as a whole.

    Kept: the rules ask by a few dozen paths, for every payment.
    """
    return "/".join(f"{{*}}{part}" for part in path.split("/"))
