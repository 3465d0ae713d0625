"""Files around files: ZIP, gzip, a base64 envelope, several documents one behind the other.

What is inside is read as it streams; nothing is written anywhere. Bounds: three layers, a thousand
members, and no more than `RATIO_MAX` times the bytes there were (a bomb grows a thousandfold).

Source: RFC 1952 (gzip); PKWARE APPNOTE 6.3 (ZIP); the banks' Web Services guides for
`ApplicationResponse` (`Content` in base64, gzip where `Compressed` says so).
"""

import base64
import binascii
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, cast

from lxml import etree

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats.detect import HEAD_BYTES, statement_format
from avstem.formats.values import notice
from avstem.formats.xml_head import root_name

LAYERS_MAX = 3
MEMBERS_MAX = 1_000
#: A statement in XML shrinks twenty to sixtyfold.
RATIO_MAX = 300
_FREE_BYTES = 64 * 1024**2
_ENVELOPE_BYTES_MAX = 16 * 1024**2
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_END = re.compile(rb"</(?:[\w.-]+:)?Document\s*>\s{0,64}\Z")
_BEGINNING = b"<?xml"
_EMPTY_ZIP = b"PK\x05\x06"
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """One file inside the file: its name as a refusal shows it, its first 64 KB, all of it."""

    name: str
    head: bytes
    stream: BinaryIO


def documents(
    stream: BinaryIO, *, file: str, notices: list[Notice], layer: int = 0
) -> Iterator[Document]:
    """What is to be read, in order. Take one whole before asking for the next.

    A file that is not wrapped is itself. In an archive what no reader knows is passed over with a
    notice, unless there is nothing else.
    """
    if layer > LAYERS_MAX:
        raise _refused(file, f"more than {LAYERS_MAX} layers", "a file wrapped once")
    head = _fill(stream, HEAD_BYTES)
    if statement_format(head) is not None:
        yield from _one_by_one(head, stream, file)
    elif head.startswith(b"\x1f\x8b"):
        stream.seek(0)
        inner = cast(BinaryIO, _Guarded(gzip.GzipFile(fileobj=stream), file, len(head)))
        yield from documents(inner, file=file, notices=notices, layer=layer + 1)
    elif head.startswith(b"PK\x03\x04"):
        yield from _members(stream, file, notices, layer)
    elif root_name(head) == "ApplicationResponse":
        content = _enveloped(head + stream.read(_ENVELOPE_BYTES_MAX + 1), file)
        yield from documents(BytesIO(content), file=file, notices=notices, layer=layer + 1)
    else:
        yield Document(file, head, stream)


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive, or why it cannot be opened; the others can all the same."""

    name: str
    document: Document | None
    refusal: UnreadableFileError | None = None
    is_packed: bool = True


def members(stream: BinaryIO, *, file: str, layer: int = 0) -> Iterator[Member]:
    """Each file inside a ZIP or gzip file, archives in it opened too; any other file is itself.

    Nothing is passed over, and one broken member leaves the rest. Take one whole before asking
    for the next. Refused is an archive that cannot be opened at all, or has too many members.
    """
    try:
        head = _fill(stream, HEAD_BYTES)
        if layer > LAYERS_MAX:
            raise _refused(file, f"more than {LAYERS_MAX} layers", "a file wrapped once")
        if head.startswith(b"\x1f\x8b"):
            stream.seek(0)
            inner = cast(BinaryIO, _Guarded(gzip.GzipFile(fileobj=stream), file, len(head)))
            yield from members(inner, file=file, layer=layer + 1)
        # A sheet of an office program is a ZIP archive too, but one file to people.
        elif head.startswith((b"PK\x03\x04", _EMPTY_ZIP)) and statement_format(head) is None:
            yield from _each_member(stream, file, layer)
        else:
            yield Member(file, Document(file, head, stream), is_packed=layer > 0)
    except UnreadableFileError as broken:
        if layer == 0:
            raise
        yield Member(file, None, broken)


def _each_member(stream: BinaryIO, file: str, layer: int) -> Iterator[Member]:
    archive, listed = _listed(stream, file)
    for member in listed:
        name = f"{file}/{member.filename[:100]}"
        try:
            inner = _guarded(archive, member, file)
        except UnreadableFileError as broken:
            yield Member(name, None, broken)
        else:
            yield from members(inner, file=name, layer=layer + 1)


def _listed(stream: BinaryIO, file: str) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The archive and what counts of it, by name."""
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
        listed = [each for each in archive.infolist() if not _is_beside_the_point(each)]
    except (*_BROKEN, ValueError) as wrong:
        raise _refused(file, f"a broken ZIP archive: {wrong}"[:60], "a whole archive") from wrong
    if len(listed) > MEMBERS_MAX:
        raise _refused(file, f"{len(listed)} members", f"at most {MEMBERS_MAX}")
    return archive, sorted(listed, key=lambda each: each.filename)


def _guarded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> BinaryIO:
    """The member as it unpacks; an encrypted one is refused."""
    if member.flag_bits & 1:
        raise _refused(f"{file}/{member.filename}", "an encrypted member", "an open archive")
    return cast(BinaryIO, _Guarded(_opened(archive, member, file), file, member.compress_size))


def _members(stream: BinaryIO, file: str, notices: list[Notice], layer: int) -> Iterator[Document]:
    archive, listed = _listed(stream, file)
    passed_over = []
    for member in listed:
        inner = _guarded(archive, member, file)
        name = f"{file}/{member.filename[:100]}"
        for document in documents(inner, file=name, notices=notices, layer=layer + 1):
            if statement_format(document.head) is None:
                passed_over.append(document)
            else:
                yield document
    for document in passed_over:
        if len(passed_over) == len(listed):
            yield document
            return
        notice(notices, "archive.passed_over", document.name)


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> BinaryIO:
    try:
        return cast(BinaryIO, archive.open(member))
    except (*_BROKEN, ValueError) as wrong:
        raise _refused(f"{file}/{member.filename}", str(wrong)[:60], "a whole archive") from wrong


def _is_beside_the_point(member: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS puts beside every file."""
    return member.is_dir() or member.filename.startswith("__MACOSX/")


def _enveloped(envelope: bytes, file: str) -> bytes:
    """The content of an `ApplicationResponse`."""
    if len(envelope) > _ENVELOPE_BYTES_MAX:
        found = f"an envelope of more than {_ENVELOPE_BYTES_MAX} bytes"
        raise _refused(file, found, "a smaller one, or the file inside it")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(envelope, parser)
        if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # stubs
            raise _refused(file, "a document type declaration", "plain XML")
        content = root.findtext("{*}Content") or ""
        said = base64.b64decode("".join(content.split()), validate=True)
    except (etree.XMLSyntaxError, binascii.Error, ValueError) as wrong:
        raise _refused(f"{file}/Content", str(wrong)[:60], "whole XML around base64") from wrong
    if not said:
        code = root.findtext("{*}ResponseCode") or "no code"
        raise _refused("Content", f"no content ({code})", "the bank's file in base64", file)
    return said


def _one_by_one(head: bytes, stream: BinaryIO, file: str) -> Iterator[Document]:
    """The file, or each of the XML documents that stand one behind the other in it."""
    splitter = _Splitter(head, stream)
    number = 0
    while (first := splitter.begin()) is not None:
        number += 1
        name = file if number == 1 else f"{file}[{number}]"
        yield Document(name, first, cast(BinaryIO, splitter))
        splitter.skip()


class _Splitter:
    """A stream that ends where a document does, and then begins anew with the next.

    A document ends at its end tag with `<?xml` behind it, which can stand nowhere else.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._stream, self._held = stream, head
        self._ended = self._at_end = False
        self._may_split = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        self._given = b""

    def begin(self) -> bytes | None:
        """The first bytes of the next document, which `read` gives again; None at the end."""
        self._ended = False
        first = self.read(HEAD_BYTES)
        while len(first) < HEAD_BYTES and (more := self.read(HEAD_BYTES - len(first))):
            first += more
        self._given = first
        return first or None

    def seek(self, place: int) -> int:
        """Only to the beginning, before anything but the head was read."""
        assert place == 0
        return 0

    def skip(self) -> None:
        """Read past what is left of this document."""
        while self.read(_PIECE_BYTES):
            pass

    def read(self, size: int = -1) -> bytes:
        """The next bytes of this document; nothing at its end."""
        if self._given:
            given, self._given = self._given, b""
            return given
        if self._ended:
            return b""
        size = size if size >= 0 else _PIECE_BYTES
        if len(self._held) < size + 128 and not self._at_end:
            more = self._stream.read(size + 128)
            self._at_end = not more
            self._held += more
        return self._give(size)

    def _give(self, size: int) -> bytes:
        place = self._boundary() if self._may_split else -1
        if 0 <= place <= size:
            self._ended, size = True, place
        elif not self._at_end:
            # A boundary may begin in the last bytes and end in those that come.
            size = max(min(size, len(self._held) - 128), 0)
        given, self._held = self._held[:size], self._held[size:]
        self._ended = self._ended or not given
        return given

    def _boundary(self) -> int:
        place = self._held.find(_BEGINNING, 1)
        while place != -1:
            if _END.search(self._held[max(0, place - 256) : place]):
                return place
            place = self._held.find(_BEGINNING, place + 1)
        return -1


class _Guarded:
    """A decompressing stream that refuses what is broken, and what grows beyond measure."""

    def __init__(self, stream: "gzip.GzipFile | BinaryIO", file: str, packed: int) -> None:
        self._stream, self._file = stream, file
        self._free = max(_FREE_BYTES, packed * RATIO_MAX)
        self._total = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            data = self._stream.read(size)
        except _BROKEN as wrong:
            raise _refused(self._file, f"a broken archive: {wrong}"[:60], "a whole one") from wrong
        self._total += len(data)
        if self._total > self._free:
            found = f"more than {self._free} bytes when unpacked"
            raise _refused(self._file, found, "an archive that grows less")
        return data

    def seek(self, place: int, whence: int = 0) -> int:
        """As the stream below."""
        self._total = 0
        try:
            return self._stream.seek(place, whence)
        except _BROKEN as wrong:
            raise _refused(self._file, f"a broken archive: {wrong}"[:60], "a whole one") from wrong

    def seekable(self) -> bool:
        """Backwards too, by unpacking anew."""
        return True

    def tell(self) -> int:
        """As the stream below."""
        return self._stream.tell()


def _fill(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, unless the stream ends before: a packed one gives them piecemeal."""
    found = stream.read(size)
    while len(found) < size and (more := stream.read(size - len(found))):
        found += more
    return found


def _refused(place: str, found: str, expected: str, file: str = "") -> UnreadableFileError:
    return UnreadableFileError(place, found, expected, file or place)
