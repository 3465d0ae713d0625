"""JSON from strangers: size, depth and number of values are bounded; numbers stay text.

A name that stands twice in one object, `NaN`, and text behind the value are refused. What is asked
for comes with its path, so that a refusal names its place (`transactions.booked[3].bookingDate`).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from avstem.domain.errors import FileTooLargeError, InvalidValueError, UnreadableFileError
from avstem.domain.money import Money
from avstem.formats.xml_reader import BoundedStream

BYTES_MAX = 16 * 1024**2
DEPTH_MAX = 32
#: The most objects, lists and members: an empty one takes far more memory than bytes in the file.
VALUES_MAX = 1_500_000
_TEXT_CHARACTERS_MAX = 1_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# A text that never ends is taken to the end of the file, so that each byte is looked at once.
_MARKS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]|[\]}]|,', re.DOTALL)


@dataclass(frozen=True, slots=True)
class JsonNode:
    """A value with its path. What is asked for and is not there is None, or refused."""

    value: Any
    path: str
    file: str

    def refuse(self, name: str, found: object, expected: str) -> UnreadableFileError:
        """The refusal of what stands under that name."""
        shown = str(found) if found not in (None, "") else "nothing"
        return UnreadableFileError(self._under(name)[:200], shown[:60], expected, self.file)

    def node(self, *names: str) -> "JsonNode | None":
        """The object under the first of the names there is."""
        for name in names:
            value = self._get(name)
            if value is not None:
                if not isinstance(value, dict):
                    raise self.refuse(name, value, "an object")
                return JsonNode(value, self._under(name), self.file)
        return None

    def nodes(self, *names: str) -> Iterator["JsonNode"]:
        """The objects of the list under the first of the names there is; one alone is a list."""
        for name in names:
            value = self._get(name)
            if value is not None:
                yield from self._each(name, value if isinstance(value, list) else [value])
                return

    def texts(self, name: str) -> Iterator[str]:
        """The texts of the list under the name; one alone is a list."""
        value = self._get(name)
        for each in value if isinstance(value, list) else [value]:
            if each is not None and (text := self._text(name, each)):
                yield text

    def text(self, *names: str) -> str | None:
        """The text under the first of the names that holds any, on one line."""
        found = (self._text(name, self._get(name)) for name in names)
        return next((text for text in found if text), None)

    def day(self, *names: str) -> date | None:
        """The day; a time behind it is let go. One that does not exist is refused."""
        text = self.text(*names)
        if text is None:
            return None
        try:
            if not _DAY.match(text):
                raise ValueError(text)
            return date.fromisoformat(text[:10])
        except ValueError as wrong:
            raise self.refuse(names[0], text, "a day that exists, as 2026-01-31") from wrong

    def money(self, *names: str) -> Money | None:
        """An object of `currency` and `amount`; signed as it stands."""
        stated = self.node(*names)
        if stated is None:
            return None
        try:
            return Money.parse(stated.text("amount") or "", stated.text("currency") or "")
        except InvalidValueError as wrong:
            raise stated.refuse(wrong.kind, wrong.found, wrong.expected) from wrong

    def _get(self, name: str) -> Any:
        return self.value.get(name)

    def _each(self, name: str, values: list[Any]) -> Iterator["JsonNode"]:
        for number, each in enumerate(values):
            if not isinstance(each, dict):
                raise self.refuse(f"{name}[{number}]", each, "an object")
            yield JsonNode(each, self._under(f"{name}[{number}]"), self.file)

    def _text(self, name: str, value: Any) -> str:
        if value is None or isinstance(value, bool):
            return ""
        if not isinstance(value, str):
            raise self.refuse(name, type(value).__name__, "a text or a number")
        shown = value[: 2 * _TEXT_CHARACTERS_MAX]
        # Half a pair of characters, a NUL: no table takes them.
        if not shown.isprintable():
            shown = "".join(each if each.isprintable() else " " for each in shown)
        return " ".join(shown.split())[:_TEXT_CHARACTERS_MAX]

    def _under(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def read_json(stream: BoundedStream, *, file: str) -> Any:
    """The whole value; objects are dicts, numbers are texts as written."""
    text = _text(stream, file)
    _check_marks(text, file)
    try:
        return json.loads(
            text,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno}, character {wrong.colno}"
        raise UnreadableFileError(place, wrong.msg[:60], "whole JSON", file) from wrong
    except ValueError as wrong:
        raise UnreadableFileError("the file", str(wrong)[:60], "whole JSON", file) from wrong


def _text(stream: BoundedStream, file: str) -> str:
    parts, size = [], 0
    while part := stream.read(1024**2):
        parts.append(part)
        size += len(part)
        if size > BYTES_MAX:
            raise FileTooLargeError(size, BYTES_MAX, file)
    data = b"".join(parts)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise UnreadableFileError(f"byte {wrong.start}", "no UTF-8", "UTF-8", file) from wrong


def _check_marks(text: str, file: str) -> None:
    """Depth and number of values, before anything is made of them."""
    depth = values = 0
    for found in _MARKS.finditer(text):
        mark = found[0][0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        values += mark != '"'
        if depth > DEPTH_MAX or values > VALUES_MAX:
            what = f"{DEPTH_MAX} levels" if depth > DEPTH_MAX else f"{VALUES_MAX} values"
            place = f"character {found.start() + 1}"
            raise UnreadableFileError(place, f"more than {what}", f"at most {what}", file)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"“{twice[:30]}” twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name}, which is no number")
