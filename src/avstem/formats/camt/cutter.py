"""Cuts runs of whole entries out of the bytes, so that they need not stream through events.

Asking libxml2 for the start and end of every entry costs more than parsing it. So whole entries are
cut out and read at once, and a mark stands for them in what streams. In XML without comments,
sections and instructions every `<` begins a tag, so that `</Ntry>` is the end of an entry and
nothing else. Where anything is in doubt the bytes stream through whole, and are read or refused
there; a test reads every file both ways.

Source: XML 1.0, sections 2.4 and 3.1: `<` never stands unescaped in text or attribute values.
"""

import re
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any

from lxml import etree

from avstem.formats.camt.shapes import Shapes
from avstem.formats.xml_reader import BoundedStream

BLOCK_BYTES = 256 * 1024
#: What stands for a run in what streams.
MARK_TAG = "{urn:avstem:run}run"
#: An entry that is larger than this streams through.
_ENTRY_BYTES_MAX = 2 * 1024**2
_ENTRY = re.compile(rb"<(?:([\w.-]+):)?Ntry>")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_ENCODINGS = {b"utf-8": "utf-8", b"us-ascii": "ascii", b"iso-8859-1": "iso-8859-1"}
_TAIL = 256


class EntryCutter:
    """Gives the bytes to stream; the runs that were cut out of them wait for their marks.

    A run is the flat records of its entries (see `stylesheet`). Without `cutting` all streams.
    """

    def __init__(self, stream: BoundedStream, namespace: str, *, cutting: bool = True) -> None:
        self._stream, self._namespace, self._cutting = stream, namespace, cutting
        self._encoding: str | None = None
        self._runs: deque[tuple[int, list[str]]] = deque()
        self._cut = 0
        self._prefix: bytes | None = None
        self._shapes: dict[bytes, Shapes] = {}
        self._opening = self._closing = self._end = b""

    def inside(self, statement: Any | None) -> None:
        """The reader is inside this statement now (None: in none); only there are entries cut."""
        self._prefix = None
        if statement is None or not self._encoding:
            return
        prefix = statement.prefix
        if (statement.nsmap.get(prefix) or "") != self._namespace:
            return
        self._prefix = (prefix or "").encode()
        colon = f"{prefix}:" if prefix else ""
        self._opening, self._closing = f"<{colon}Ntry>".encode(), f"</{colon}Ntry>".encode()
        self._end = f"</{colon}{etree.QName(statement).localname}".encode()
        if self._prefix not in self._shapes:
            bound = f' xmlns{":" if prefix else ""}{prefix or ""}="{self._namespace}"'
            start = f"<{colon}run{bound if self._namespace else ''}>"
            self._shapes[self._prefix] = Shapes(self._namespace, (start, f"</{colon}run>"))

    def take(self, mark: Any) -> list[str] | None:
        """The run that this mark stands for; None where no such mark was made."""
        if not self._runs or mark.get("n") != str(self._runs[0][0]):
            return None
        return self._runs.popleft()[1]

    def left(self) -> bool:
        """Whether a run was cut out whose mark never came: then the file is not what it seemed."""
        return bool(self._runs)

    def pieces(self) -> Iterator[bytes]:
        """The bytes, with marks in the place of runs."""
        rest = self._stream.read(BLOCK_BYTES)
        self._encoding = _encoding_of(rest) if self._cutting else None
        cutting = self._encoding is not None and not self._doubtful(_after_declaration(rest))
        while cutting:
            rest = yield from self._cut_out(rest)
            block = self._stream.read(BLOCK_BYTES)
            rest += block
            cutting = bool(block) and not self._doubtful(rest)
        self._encoding = None
        yield rest
        yield from iter(lambda: self._stream.read(BLOCK_BYTES), b"")

    def _doubtful(self, data: bytes) -> bool:
        return b"<!" in data or b"<?" in data or self._stream.may_hold_private_use

    def _cut_out(self, data: bytes) -> Generator[bytes, None, bytes]:
        """What streams of these bytes; returns the rest, which wants more bytes to be judged."""
        place = 0
        while (found := _ENTRY.search(data, place)) is not None:
            start = found.start()
            if start > place:
                yield data[place:start]
            if self._prefix is None or (found[1] or b"") != self._prefix:
                yield found[0]
                place = found.end()
                continue
            stop = self._last_end(data, start)
            if stop == -1:
                return (yield from self._unfinished(data[start:]))
            yield self._run(data[start:stop])
            place = stop
        keep = max(place, data.rfind(b"<", max(place, len(data) - _TAIL)))
        yield data[place:keep]
        return data[keep:]

    def _last_end(self, data: bytes, start: int) -> int:
        """Where the last whole entry of this statement ends; -1 where none does."""
        limit = data.find(self._end, start)
        last = data.rfind(self._closing, start, limit if limit != -1 else len(data))
        return last + len(self._closing) if last != -1 else -1

    def _unfinished(self, data: bytes) -> Generator[bytes, None, bytes]:
        if len(data) <= _ENTRY_BYTES_MAX and self._end not in data:
            return data
        yield data
        return b""

    def _run(self, data: bytes) -> bytes:
        """The mark for these entries, or they themselves where they are not just that."""
        records = self._read(data)
        if records is None:
            return data
        self._cut += 1
        self._runs.append((self._cut, records))
        # As many lines as were cut out, so that a refusal further on names the right one.
        lines = b"\n" * data.count(b"\n")
        return b'<a:run xmlns:a="urn:avstem:run" n="%d">%b</a:run>' % (self._cut, lines)

    def _read(self, data: bytes) -> list[str] | None:
        assert self._encoding is not None
        assert self._prefix is not None
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError:
            return None
        return self._shapes[self._prefix].records(text, self._closing.decode())


def _encoding_of(head: bytes) -> str | None:
    """The encoding, where it is one whose markup is ASCII and that Python reads the same."""
    declared = _DECLARED.match(head)
    if declared is not None:
        return _ENCODINGS.get(declared[1].lower())
    return "utf-8" if head.startswith((b"<", b"\xef\xbb\xbf<")) else None


def _after_declaration(head: bytes) -> bytes:
    declared = re.match(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*\?>", head)
    return head[declared.end() :] if declared else head
