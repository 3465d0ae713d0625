"""Reading XML from strangers, streamed: no DTD, no entities, no network, bounded depth and text.

libxml2's own limits stay on (`huge_tree=False`): 256 levels of depth, 10 MB in one text. A document
type declaration is refused before anything in it is used.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from avstem.domain.errors import FileTooLargeError, UnreadableFileError

#: The largest file that is read.
BYTES_MAX = 4 * 1024**3
#: The most that is read before something is taken out of the tree: one entry with all its details.
HELD_BYTES_MAX = 128 * 1024**2
#: And the tags and attributes in it: an empty one takes far more memory than bytes in the file.
HELD_MARKS_MAX = 8_000_000
#: So little holds too few of them to be counted.
_UNCOUNTED_BYTES = 1024**2
_PIECE_BYTES = 32 * 1024
Element = Any  # lxml-stubs has no public name for what iterparse gives


class BoundedStream:
    """A stream that is refused when it is too large, or holds too much in one element."""

    def __init__(self, stream: BinaryIO, *, file: str, bytes_max: int = BYTES_MAX) -> None:
        self._stream, self._file, self._bytes_max = stream, file, bytes_max
        self._total = self._freed_at = self._marks = 0
        self._tail = b""
        #: Whether a private-use character (U+E000 to U+E07F) may have been read.
        self.may_hold_private_use = False

    @property
    def held(self) -> int:
        """How many bytes were read since memory was given back."""
        return self._total - self._freed_at

    def freed(self) -> None:
        """What was read so far is out of memory."""
        self._freed_at, self._marks = self._total, 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, while they are within the bounds."""
        data = self._stream.read(size)
        self._total += len(data)
        if self._total > self._bytes_max:
            raise FileTooLargeError(self._total, self._bytes_max, self._file)
        if not self.may_hold_private_use:
            self.may_hold_private_use = self._looks_private(data)
        if self.held > _UNCOUNTED_BYTES:
            self._marks += data.count(b"<") + data.count(b"=")
        if self.held > HELD_BYTES_MAX or self._marks > HELD_MARKS_MAX:
            found = f"{self.held} bytes in one element"
            raise UnreadableFileError(
                f"byte {self._freed_at}", found, "smaller entries", self._file
            )
        return data

    def _looks_private(self, data: bytes) -> bool:
        """In UTF-8 such a character begins with EE 80 or EE 81, elsewhere it is a reference.

        An encoding that could write it otherwise is not trusted at all.
        """
        if self._total == len(data) and not _writes_ascii_as_ascii(data):
            return True
        if self._tail == b"" and b"\xee" not in data and b"&" not in data:
            return False
        text, self._tail = self._tail + data, data[-1:] if data[-1:] in (b"\xee", b"&") else b""
        return b"\xee\x80" in text or b"\xee\x81" in text or b"&#" in text


def _writes_ascii_as_ascii(head: bytes) -> bool:
    """UTF-8 or an ISO-8859 encoding: what is declared, or nothing declared and no UTF-16 mark."""
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)", head)
    if declared is None:
        return not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00"))
    name = declared[1].lower()
    return name in (b"utf-8", b"us-ascii", b"windows-1252") or name.startswith(b"iso-8859-")


def stream_elements(
    pieces: Iterable[bytes], *, file: str, tags: tuple[str, ...]
) -> Iterator[tuple[str, Element]]:
    """The start and the end of each element of these tags, as they stream by.

    The caller takes elements out of the tree when it is done with them; that bounds memory.
    Not well-formed, cut off, wrongly encoded or with a DTD: refused with its line.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    checked = False
    try:
        for event, element in _events(parser, pieces, file):
            if not checked:
                _refuse_dtd(element, file)
                checked = True
            yield event, element
    except etree.XMLSyntaxError as wrong:
        raise _syntax_refusal(wrong, file) from wrong


def stream_pieces(stream: BoundedStream) -> Iterator[bytes]:
    """The bytes of the stream as they are read."""
    while piece := stream.read(_PIECE_BYTES):
        yield piece


def _events(
    parser: "etree.XMLPullParser", pieces: Iterable[bytes], file: str
) -> Iterator[tuple[str, Element]]:
    for piece in pieces:
        parser.feed(piece)
        _refuse_logged(parser, file)
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


def _refuse_logged(parser: "etree.XMLPullParser", file: str) -> None:
    """Some errors stop the parser in silence, and what is fed next begins a new document."""
    for error in parser.feed_error_log.filter_from_errors():
        place = f"line {error.line}, column {error.column}"
        raise UnreadableFileError(place, error.message[:60], "whole XML", file)


def _refuse_dtd(element: Element, file: str) -> None:
    info = element.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise UnreadableFileError("line 1", "a document type declaration", "plain XML", file)


def _syntax_refusal(wrong: etree.XMLSyntaxError, file: str) -> UnreadableFileError:
    line, column = wrong.position
    message = (wrong.msg or "not well-formed").split(", line ")[0]
    return UnreadableFileError(f"line {line}, column {column}", message[:60], "whole XML", file)
