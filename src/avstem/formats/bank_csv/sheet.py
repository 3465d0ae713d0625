"""The first sheet of an XLSX workbook as rows of cells: one pass, no formulas, everything bounded.

A ZIP archive is hostile until shown otherwise: its directory, its members' real sizes, the number
of cells in a row and of shared texts are bounded, whatever it declares. Numbers come as
`SheetNumber`, numbers shown as a day as `SheetDay`.

Source: ECMA-376 part 1 (SpreadsheetML), 18.3 (worksheets), 18.4.8 (shared strings), 18.8.30
(number formats), 18.17.4.1 (date systems).
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from avstem.domain.errors import UnreadableFileError
from avstem.formats.bank_csv.cells import SheetDay, SheetNumber, sheet_day
from avstem.formats.bank_csv.rows import COLUMNS_MAX, Row
from avstem.formats.xml_reader import BoundedStream, Element, stream_elements, stream_pieces

#: The largest workbook, packed and unpacked (all that is read of it), in bytes.
PACKED_BYTES_MAX = 32 * 1024**2
UNPACKED_BYTES_MAX = 96 * 1024**2
SHARED_TEXTS_MAX = 1_000_000
#: The most rows and cells of a sheet, empty ones counted.
ELEMENTS_MAX = 2_500_000
_DIRECTORY_BYTES_MAX = 256 * 1024
_ELEMENTS_HELD_MAX = 100_000
_END = b"PK\x05\x06"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}\Z", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DAY_FORMATS = frozenset((*range(14, 23), 27, 30, 36, 45, 46, 47, 50, 57))
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_WRONG = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OverflowError,
    EOFError, OSError, KeyError, struct.error,
)  # fmt: skip


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP archive with a spreadsheet in it."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    names = [head[at.end() + 26 : at.end() + 126] for at in re.finditer(rb"PK\x03\x04", head)]
    return any(name.startswith(b"xl/") for name in names) or (
        b"[Content_Types].xml" in names[0] and not any(b"word/" in name for name in names)
    )


def sheet_rows(stream: BoundedStream, *, file: str) -> Iterator[Row]:
    """The rows of the first sheet that hold anything, each as wide as its last cell."""
    workbook = _Workbook(_packed(stream, file), file)
    yield from workbook.rows()


def _packed(stream: BoundedStream, file: str) -> bytes:
    parts, size = [], 0
    while part := stream.read(1024**2):
        parts.append(part)
        size += len(part)
        if size > PACKED_BYTES_MAX:
            found = f"more than {PACKED_BYTES_MAX} bytes"
            raise UnreadableFileError("the workbook", found, "a smaller workbook", file)
    data = b"".join(parts)
    _check_directory(data, file)
    return data


def _check_directory(data: bytes, file: str) -> None:
    """Its size is known before it is read; the 64-bit form is for archives far too large."""
    at = data.rfind(_END)
    if at < 0 or len(data) - at < 22:
        raise _refuse("the workbook", "no end of the archive", file)
    size = struct.unpack("<L", data[at + 12 : at + 16])[0]
    if size > _DIRECTORY_BYTES_MAX or data[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
        raise _refuse("the workbook", "a directory that is too large", file)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Where the parts of the workbook are in the archive."""

    sheet: str
    texts: str | None
    styles: str | None
    from_1904: bool


class _Workbook:
    """The archive, opened; every byte that is unpacked is counted."""

    def __init__(self, data: bytes, file: str) -> None:
        self._file, self._left, self._held = file, UNPACKED_BYTES_MAX, 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _WRONG as wrong:
            raise _refuse("the workbook", str(wrong), file) from wrong

    def rows(self) -> Iterator[Row]:
        """The rows of the first sheet."""
        parts = self._parts()
        texts = list(self._texts(parts.texts)) if parts.texts else []
        days = frozenset(self._day_styles(parts.styles)) if parts.styles else frozenset[int]()
        reader = _SheetReader(texts, days, parts.from_1904, self._file)
        for count, element in enumerate(self._elements(parts.sheet, "row", "c")):
            row = reader.take(element)
            if count >= ELEMENTS_MAX:
                raise _refuse(f"row {reader.number}", "too many rows and cells", self._file)
            if row is not None:
                yield row

    def _parts(self) -> _Parts:
        book = "xl/workbook.xml"
        targets = {
            each.get("Id", ""): (each.get("Type", "").rpartition("/")[2], each.get("Target", ""))
            for each in self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        first, from_1904 = "", False
        for each in self._elements(book, "sheet", "workbookPr"):
            if _name(each) == "workbookPr":
                from_1904 = each.get("date1904", "0") in ("1", "true")
            else:
                relations = (value for name, value in each.items() if name.endswith("}id"))
                first = first or next(relations, "")
        kinds = dict(targets.values())
        sheet = targets.get(first, ("", ""))[1]
        if not sheet:
            raise _refuse(book, "no sheet", self._file)
        texts, styles = kinds.get("sharedStrings"), kinds.get("styles")
        return _Parts(
            _inside(sheet),
            _inside(texts) if texts else None,
            _inside(styles) if styles else None,
            from_1904,
        )

    def _texts(self, name: str) -> Iterator[str]:
        for count, element in enumerate(self._elements(name, "si")):
            if count >= SHARED_TEXTS_MAX:
                raise _refuse(name, f"more than {SHARED_TEXTS_MAX} texts", self._file)
            yield _text_of(element)

    def _day_styles(self, name: str) -> Iterator[int]:
        """The numbers of the cell styles that show a day."""
        own: dict[str, bool] = {}
        count = 0
        for element in self._elements(name, "numFmt", "xf"):
            if _name(element) == "numFmt":
                own[element.get("numFmtId", "")] = _shows_a_day(element.get("formatCode", ""))
            elif _name(element.getparent()) == "cellXfs":
                number = element.get("numFmtId", "0")
                if own.get(number, _is_number(number) and int(number) in _DAY_FORMATS):
                    yield count
                count += 1

    def _elements(self, name: str, *tags: str) -> Iterator[Element]:
        """The elements of one part as they end; each is taken out of the tree after its use."""
        part, file = name[:80], self._file
        wanted = tuple(f"{{*}}{tag}" for tag in tags)
        try:
            info = self._archive.getinfo(name)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotImplementedError("another packing than deflate")
            with self._archive.open(info) as member:
                stream = BoundedStream(cast(BinaryIO, member), file=file)
                pieces = self._counted(stream, part)
                for event, element in stream_elements(pieces, file=file, tags=wanted):
                    if event == "end":
                        yield element
                        _let_go(element)
                        self._held = 0
        except UnreadableFileError as wrong:
            raise _refuse(f"{part}, {wrong.place}", wrong.found, file) from wrong
        except _WRONG as wrong:
            raise _refuse(part, str(wrong), file) from wrong

    def _counted(self, stream: BoundedStream, part: str) -> Iterator[bytes]:
        """The unpacked bytes; what is held in the tree between two elements is bounded."""
        for piece in stream_pieces(stream):
            self._left -= len(piece)
            self._held += piece.count(b"<")
            if self._left < 0 or self._held > _ELEMENTS_HELD_MAX:
                raise _refuse(part, "more than a bank's workbook holds", self._file)
            yield piece


class _SheetReader:
    """Puts the cells of a row together; `number` is that of the last row."""

    def __init__(self, texts: list[str], days: frozenset[int], from_1904: bool, file: str) -> None:
        self._texts, self._days, self._from_1904, self._file = texts, days, from_1904, file
        self._cells: list[str] = []
        self.number = 0

    def take(self, element: Element) -> Row | None:
        """A cell is kept; the end of a row gives the row, None where it is empty."""
        if _name(element) == "c":
            self._keep(element)
            return None
        stated = element.get("r", "")
        self.number = int(stated) if _is_number(stated) else self.number + 1
        cells, self._cells = tuple(self._cells), []
        return Row(f"row {self.number}", cells) if any(cells) else None

    def _keep(self, element: Element) -> None:
        column = _column(element.get("r", ""), len(self._cells))
        if not len(self._cells) <= column < COLUMNS_MAX:
            place = f"row {self.number + 1}"
            found = f"a cell in column {column + 1}"
            expected = f"columns in order, at most {COLUMNS_MAX}"
            raise UnreadableFileError(place, found, expected, self._file)
        self._cells.extend([""] * (column - len(self._cells)))
        self._cells.append(self._value(element))

    def _value(self, element: Element) -> str:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return _text_of(element)
        value = "".join(element.xpath("string(*[local-name()='v'])")).strip()
        if kind == "s":
            return self._shared(value)
        if kind == "d" and _ISO_DAY.match(value):
            return SheetDay(value[:10])
        if kind != "n" or not value:
            return value
        style = element.get("s", "0")
        if _is_number(style) and int(style) in self._days:
            return sheet_day(value, from_1904=self._from_1904) or value
        return SheetNumber(value)

    def _shared(self, value: str) -> str:
        if not _is_number(value) or int(value) >= len(self._texts):
            found = f"the shared text {value}".strip()[:60]
            raise UnreadableFileError(f"row {self.number + 1}", found, "one there is", self._file)
        return self._texts[int(value)]


def _text_of(element: Element) -> str:
    """The text of all its runs; how it is read aloud (`rPh`) is no text."""
    runs = element.xpath(".//*[local-name()='t'][not(ancestor::*[local-name()='rPh'])]")
    return "".join(run.text or "" for run in runs)


def _name(element: Element | None) -> str:
    """The local name, in whatever namespace; empty for the parent that a root has not."""
    return "" if element is None else str(element.tag).rpartition("}")[2]


def _let_go(element: Element) -> None:
    """Give the memory back of what has been read, and of what stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]


def _inside(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 8


def _column(reference: str, following: int) -> int:
    """The column of `AB12`, from 0; a cell without a reference follows the one before."""
    found = _REFERENCE.match(reference)
    if found is None:
        return following
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _shows_a_day(code: str) -> bool:
    return bool(re.search(r"[dyDY]", _NOT_SHOWN.sub("", code[:200])))


def _refuse(place: str, found: str, file: str) -> UnreadableFileError:
    return UnreadableFileError(place, found[:60] or "nothing", "a whole XLSX workbook", file)
