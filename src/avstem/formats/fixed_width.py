"""Records of fixed width, one a line; positions count from 1, as the layouts write them.

An editor may have taken off the blanks at the end of a line: they are put back. A line that is too
long is refused; one that is too short fails where a field it should hold is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from avstem.domain.errors import UnreadableFileError
from avstem.formats.text_lines import stream_lines
from avstem.formats.xml_reader import BoundedStream

#: Two-digit years from here on are of the 1900s, as POSIX has it.
_CENTURY_TURNS = 69
#: What an empty line may hold: blanks, and the end-of-file mark of DOS.
_EMPTY = " \t\x1a"


@dataclass(frozen=True, slots=True)
class Record:
    """One line, padded to its width. `given` is how many characters stood there."""

    line: str
    given: int
    number: int
    file: str

    def refuse(self, found: str, expected: str) -> UnreadableFileError:
        """The refusal of something in this line."""
        shown = found[:60].strip() or "nothing"
        return UnreadableFileError(f"line {self.number}", shown, expected, self.file)

    def field(self, first: int, last: int) -> str:
        """The characters from the first to the last position, both included."""
        return self.line[first - 1 : last]

    def text(self, first: int, last: int) -> str:
        """A text field without the blanks around it."""
        return self.field(first, last).strip()

    def digits(self, first: int, last: int, what: str) -> str:
        """A field of nothing but digits; else refused."""
        found = self.field(first, last)
        if found.isascii() and found.isdigit():
            return found
        raise self.refuse(found, f"{what}: {last - first + 1} digits at {first}-{last}")

    def count(self, first: int, last: int, what: str) -> int:
        """The number in a field of digits."""
        return int(self.digits(first, last, what))

    def day_ddmmyy(self, first: int, what: str) -> date:
        """A day written DDMMYY; years from 69 on are of the 1900s."""
        found = self.digits(first, first + 5, what)
        year = int(found[4:])
        century = 1900 if year >= _CENTURY_TURNS else 2000
        return self._day(century + year, int(found[2:4]), int(found[:2]), found, what)

    def day_yyyymmdd(self, first: int, what: str) -> date:
        """A day written YYYYMMDD."""
        found = self.digits(first, first + 7, what)
        return self._day(int(found[:4]), int(found[4:6]), int(found[6:]), found, what)

    def require_fields(self, last: int) -> None:
        """Refuse a line that ends before its last field does, at position `last`."""
        if self.given < last:
            raise self.refuse(f"{self.given} characters", f"{len(self.line)} characters")

    def require_whole(self, last: int) -> None:
        """As `require_fields`, where filler follows that is no blanks.

        Blanks that an editor took off leave none of the filler, or all of it.
        """
        cut = self.given < len(self.line) and self.field(last + 1, len(self.line)).strip()
        self.require_fields(len(self.line) if cut else last)

    def _day(self, year: int, month: int, day: int, found: str, what: str) -> date:
        try:
            return date(year, month, day)
        except ValueError as wrong:
            raise self.refuse(found, f"{what}: a day that exists") from wrong


class Records:
    """The records of a file in their order; empty lines are passed over.

    A NUL byte or a line that is too long is refused with its line.
    """

    def __init__(self, stream: BoundedStream, *, file: str, width: int = 80) -> None:
        self._lines = enumerate(stream_lines(stream, file=file), 1)
        self._file, self._width = file, width
        self._number = 0

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        for number, line in self._lines:
            self._number = number
            if line.strip(_EMPTY):
                return self._record(line)
        raise StopIteration

    def cut_off(self, expected: str) -> UnreadableFileError:
        """The refusal of a file that ends before it should."""
        place = f"line {self._number + 1}"
        return UnreadableFileError(place, "the end of the file", expected, self._file)

    def _record(self, line: str) -> Record:
        record = Record(line.ljust(self._width), len(line), self._number, self._file)
        if len(line) > self._width:
            raise record.refuse(f"{len(line)} characters", f"{self._width} characters")
        return record
