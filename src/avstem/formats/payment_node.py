"""One element of a payment message, with its place: what is not there, twice or wrong is refused.

Parts of a message stream by and are let go, so that a file of payments needs no tree of its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import BinaryIO

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.payment_status import StatusReason
from avstem.formats.camt.values import read_amount, read_day
from avstem.formats.xml_reader import BoundedStream, Element, stream_elements, stream_pieces

#: The largest payment message that is read: more than a bank takes in one file.
MESSAGE_BYTES_MAX = 100 * 1024**2
#: The most that is read before a part ends, in bytes and in tags with attributes: one payment, or
#: what stands before the first one.
PART_BYTES_MAX = 8 * 1024**2
PART_MARKS_MAX = 400_000

_COUNT = re.compile(r"\d{1,15}\Z", re.ASCII)
_DECIMAL = re.compile(r"\d{1,18}(?:\.\d{0,17})?\Z|\.\d{1,17}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """An element; paths are the standard's names, as `OrgnlTxRef/Amt/InstdAmt`."""

    element: Element
    namespace: str
    place: str
    file: str

    @property
    def parent_name(self) -> str:
        """The name of the element it stands in."""
        return _local(self.element.getparent())

    def each(self, path: str) -> Iterator["Node"]:
        """Every element at the path, counted from 1."""
        for count, found in enumerate(self._all(path), 1):
            yield Node(found, self.namespace, f"{self.place}/{path}[{count}]", self.file)

    def child(self, path: str) -> "Node | None":
        """The one element at the path, or None."""
        found = self._one(path)
        return found and Node(found.element, self.namespace, f"{self.place}/{path}", self.file)

    def text_or_none(self, *paths: str) -> str | None:
        """The text at the first of these paths that has any; white space made single."""
        for path in paths:
            found = self._one(path)
            if found is not None and (text := self._text(found.element, path)):
                return text
        return None

    def text(self, path: str) -> str:
        """As `text_or_none`, where it must be there."""
        text = self.text_or_none(path)
        if text is None:
            raise self.refuse(path, "nothing", "a text")
        return text

    def texts(self, path: str) -> tuple[str, ...]:
        """Every text at the path that is not empty."""
        found = (self._text(element, path) for element in self._all(path))
        return tuple(text for text in found if text)

    def amount(self, *paths: str) -> Money:
        """As `amount_or_none`, where it must be there."""
        amount = self.amount_or_none(*paths)
        if amount is None:
            raise self.refuse(paths[0], "nothing", "an amount")
        return amount

    def amount_or_none(self, *paths: str) -> Money | None:
        """The unsigned amount at the first of these paths that is there."""
        for path in paths:
            found = self._one(path)
            if found is not None:
                currency = found.element.get("Ccy", "")
                return read_amount(self._text(found.element, path), currency, path, self.refuse)
        return None

    def day_or_none(self, *paths: str) -> date | None:
        """The day at the first of these paths that has one; a date, or an instant's."""
        for path in paths:
            if (text := self.text_or_none(path)) is not None:
                return read_day(text, path, self.refuse)
        return None

    def day_or_stated(self, *paths: str) -> tuple[date | None, str | None]:
        """As `day_or_none`, for a day that others ask for: no day is no refusal, but the text."""
        text = self.text_or_none(*paths)
        try:
            return self.day_or_none(*paths), text
        except UnreadableFileError:
            return None, text

    def instant_or_none(self, path: str) -> str | None:
        """An instant as it is written; its day must exist."""
        text = self.text_or_none(path)
        if text is not None:
            read_day(text, path, self.refuse)
        return text

    def count(self, path: str) -> int:
        """As `count_or_none`, where it must be there."""
        count = self.count_or_none(path)
        if count is None:
            raise self.refuse(path, "nothing", "a number")
        return count

    def count_or_none(self, path: str) -> int | None:
        """A number of payments."""
        text = self.text_or_none(path)
        if text is not None and not _COUNT.match(text):
            raise self.refuse(path, text, "a number of at most 15 digits")
        return None if text is None else int(text)

    def sum_or_none(self, path: str) -> str | None:
        """A sum over all currencies, which has none itself: a decimal number, as written."""
        text = self.text_or_none(path)
        if text is not None and not _DECIMAL.match(text):
            raise self.refuse(path, text, "a number with a dot, as 1250.00")
        return text

    def flag(self, path: str) -> bool:
        """A mark: true, or false where it is not there."""
        text = self.text_or_none(path)
        if text not in (None, "true", "false", "1", "0"):
            raise self.refuse(path, str(text), "true or false")
        return text in ("true", "1")

    def refuse(self, path: str, found: str, expected: str) -> UnreadableFileError:
        """The refusal of what stands at the path."""
        return UnreadableFileError(f"{self.place}/{path}", found[:60], expected, self.file)

    def _one(self, path: str) -> "Node | None":
        found = self._all(path)
        if len(found) > 1:
            raise self.refuse(path, f"{len(found)} of them", "one")
        return Node(found[0], self.namespace, self.place, self.file) if found else None

    def _all(self, path: str) -> list[Element]:
        found: list[Element] = self.element.findall(_qualified(self.namespace, path))
        return found

    def _text(self, element: Element, path: str) -> str:
        if len(element):
            raise self.refuse(path, "elements inside", "a text")
        return " ".join((element.text or "").split())


def read_reasons(node: Node, path: str) -> tuple[StatusReason, ...]:
    """Why the bank says what it says, each as it is written; an empty one is none."""
    found = (
        StatusReason(
            each.text_or_none("Rsn/Cd"), each.text_or_none("Rsn/Prtry"), each.texts("AddtlInf")
        )
        for each in node.each(path)
    )
    return tuple(each for each in found if each != StatusReason(None))


@lru_cache(maxsize=4096)
def _qualified(namespace: str, path: str) -> str:
    if not namespace or path == ".":
        return path
    return "/".join(f"{{{namespace}}}{step}" for step in path.split("/"))


@dataclass(frozen=True, slots=True)
class Layout:
    """Which parts of a message stream by: each with the elements it may stand in.

    `once` are those that a message has at most one of. `roots` are the names of the message's own
    element; more than one where a name is written in two ways.
    """

    roots: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    once: frozenset[str] = frozenset()


class MessageStream(BoundedStream):
    """A stream that holds one message: bounded as a whole, and from part to part."""

    def __init__(self, stream: BinaryIO, *, file: str) -> None:
        super().__init__(stream, file=file, bytes_max=MESSAGE_BYTES_MAX)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, while they are within the bounds."""
        data = super().read(size)
        if self.held > PART_BYTES_MAX or self._marks > PART_MARKS_MAX:
            place = f"byte {self._freed_at}"
            found = f"{self.held} bytes in one payment"
            raise UnreadableFileError(place, found, "smaller payments", self._file)
        return data


class PartStream:
    """The parts of one message, each as it ends: inner before outer, the message last."""

    def __init__(self, stream: MessageStream, *, file: str, namespace: str, layout: Layout) -> None:
        self._file, self._namespace, self._layout = file, namespace, layout
        self._counts: dict[str, int] = dict.fromkeys(layout.parts, 0)
        self._roots = 0
        self._stream = stream
        names = (*layout.roots, *layout.parts)
        tags = tuple(_qualified(namespace, name) for name in names)
        self._events = stream_elements(stream_pieces(stream), file=file, tags=tags)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        for event, element in self._events:
            name = _local(element)
            if name in self._layout.roots:
                self._enter(element, event)
                if event == "end":
                    yield name, self._node(element)
            elif event == "end":
                self._check(element, name)
                yield name, self._node(element)
                self._leave(element, name)
        if not self._roots:
            raise self._refuse("Document", "another message", self._layout.roots[0])

    def _node(self, element: Element) -> Node:
        return Node(element, self._namespace, self._place(element), self._file)

    def _enter(self, element: Element, event: str) -> None:
        """A message stands directly in the document, and alone."""
        self._roots += event == "start"
        if self._roots > 1:
            raise self._refuse("Document", "two messages", "one")
        parent = element.getparent()
        if parent is None or _local(parent) != "Document" or parent.getparent() is not None:
            raise self._refuse("Document", _local(element), "the message in a document")

    def _check(self, element: Element, name: str) -> None:
        parent = element.getparent()
        found = "nothing" if parent is None else _local(parent)
        if found not in self._layout.parts[name]:
            raise self._refuse(self._place(element), f"inside {found}"[:60], "it in its own place")
        if name in self._layout.once and self._counts[name]:
            raise self._refuse(self._place(element), "two of them", "one")

    def _leave(self, element: Element, name: str) -> None:
        """Let it go: its own content, and the empty shell of the one before it.

        Its tail may still be growing, so it must not be taken out of the tree itself.
        """
        element.clear(keep_tail=True)
        before = element.getprevious()
        if before is not None and before.tag == element.tag:
            element.getparent().remove(before)
        elif self._counts[name]:
            # What is held must stay bounded, and by the standard nothing stands between them.
            raise self._refuse(
                self._place(element), "other elements before it", "one after another"
            )
        self._stream.freed()
        self._counts[name] += 1
        for inner, parents in self._layout.parts.items():
            if name in parents and inner not in self._layout.once:
                self._counts[inner] = 0

    def _place(self, element: Element) -> str:
        steps = [self._step(element), *map(self._step, element.iterancestors())]
        return "/".join(reversed(steps))

    def _step(self, element: Element) -> str:
        name = _local(element)
        if name not in self._counts or name in self._layout.once:
            return name
        return f"{name}[{self._counts[name] + 1}]"

    def _refuse(self, place: str, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(place, found, expected, self._file)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
