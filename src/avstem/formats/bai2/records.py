"""The records of a BAI2 file: fields between commas, a slash at the end, 88 to continue.

A record and its continuations are one here. Text, the last field of record 16, may hold commas and
slashes and needs no slash behind it.

Source: BAI, Cash Management Balance Reporting Specifications Version 2, "Record formats";
docs/formats/bai2.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats.text_lines import stream_lines
from avstem.formats.values import notice
from avstem.formats.xml_reader import BoundedStream

_CODE = re.compile(r"(01|02|03|16|49|88|98|99)[,/]")
#: Where a line feed was lost: behind a slash and blanks, another record begins.
_LOST_LINE_FEED = re.compile(r"(?<=/)[ \t]{1,9}(?=(?:01|02|03|16|49|88|98|99),)")
_EMPTY = " \t\x1a"
#: The most characters of one record with its continuations, each counted as one more.
CHARACTERS_MAX = 1024**2
#: The most lines that one text may be broken into; they are put together one by one.
BROKEN_LINES_MAX = 100


@dataclass(slots=True)
class Record:
    """A record with its continuations; `line` is where it begins, `count` how many they are."""

    code: str
    line: int
    file: str
    pieces: list[str] = field(default_factory=list)
    count: int = 1
    characters: int = 0
    is_ended: bool = False
    broken_lines: int = 0

    def refuse(self, found: str, expected: str) -> UnreadableFileError:
        """The refusal of something in this record."""
        return UnreadableFileError(
            f"line {self.line}", found[:60].strip() or "nothing", expected, self.file
        )

    def add(self, piece: str) -> None:
        """Take what stands behind the code; a slash at the end is no part of it."""
        self.characters += len(piece) + 1
        if self.characters > CHARACTERS_MAX:
            raise self.refuse(f"{self.characters} characters", "shorter records")
        self.is_ended = piece.endswith("/")
        self.pieces.append(piece.removesuffix("/"))

    def add_to_last(self, rest: str) -> None:
        """Take the rest of a line that was broken in the middle of a text."""
        self.broken_lines += 1
        if self.broken_lines > BROKEN_LINES_MAX:
            raise self.refuse(f"more than {BROKEN_LINES_MAX} broken lines", "a slash at the end")
        last = self.pieces.pop()
        self.characters -= len(last)
        self.add(f"{last} {rest}")

    def fields(self) -> "Fields":
        """The fields from the first one behind the code."""
        return Fields(self)


class Fields:
    """The fields of a record, taken one by one; a continuation begins a new field."""

    def __init__(self, record: Record) -> None:
        self._pieces = iter(record.pieces)
        self._piece: str | None = next(self._pieces, None)

    @property
    def has_more(self) -> bool:
        """Whether anything is left, be it an empty field."""
        return self._piece is not None

    def take(self) -> str:
        """The next field without blanks around it; an empty one where the record has ended."""
        if self._piece is None:
            return ""
        found, comma, rest = self._piece.partition(",")
        self._piece = rest if comma else next(self._pieces, None)
        return found.strip()

    def take_texts(self) -> list[str]:
        """All that is left, a piece a line."""
        found = [] if self._piece is None else [self._piece, *self._pieces]
        self._piece = None
        return found


def stream_records(stream: BoundedStream, *, file: str, notices: list[Notice]) -> Iterator[Record]:
    """The records of a file, each with its continuations."""
    held: Record | None = None
    for number, text in _records_as_written(stream, file, notices):
        code = _CODE.match(text)
        if code is None:
            _continue_broken(held, text, number, file, notices)
        elif code[1] == "88":
            _continue(held, text, number, file)
        else:
            if held is not None:
                yield _ended(held)
            held = Record(code[1], number, file)
            held.add(text[3:] if text[2] == "," else "/")
    if held is not None:
        yield _ended(held)


def _records_as_written(
    stream: BoundedStream, file: str, notices: list[Notice]
) -> Iterator[tuple[int, str]]:
    """Each line, cut where a line feed was lost, with its number."""
    for number, line in enumerate(stream_lines(stream, file=file), 1):
        if not (written := line.strip(_EMPTY)):
            continue
        parts = _LOST_LINE_FEED.split(written)
        if len(parts) > 1:
            notice(notices, "bai2.records_on_one_line", f"line {number}", str(len(parts)))
        for part in parts:
            if text := part.strip(_EMPTY):
                yield number, text


def _continue(held: Record | None, text: str, number: int, file: str) -> None:
    if held is None:
        raise UnreadableFileError(f"line {number}", text[:60], "record 01, the file header", file)
    if not held.is_ended and held.code != "16":
        raise held.refuse(held.pieces[-1], "a slash at the end of the record")
    held.count += 1
    held.add(text[3:] if text[2] == "," else "/")


def _continue_broken(
    held: Record | None, text: str, number: int, file: str, notices: list[Notice]
) -> None:
    """Only a text that has not ended may go on in a line without a code."""
    if held is None or held.code != "16" or held.is_ended:
        raise UnreadableFileError(f"line {number}", text[:60], "a record code, as 16", file)
    notice(notices, "bai2.broken_line", f"line {number}", text)
    held.add_to_last(text)


def _ended(record: Record) -> Record:
    if not record.is_ended and record.code != "16":
        raise record.refuse(record.pieces[-1], "a slash at the end of the record")
    return record
