"""The messages of a file, from one `:20:` to the next, in blocks of whole lines.

A message is held until its end is known: its closing balance stands behind its entries, and a
message without one is a file cut off. That bounds how large one may be.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from avstem.domain.errors import UnreadableFileError
from avstem.formats.text_lines import LINE_BYTES_MAX, decode_line
from avstem.formats.xml_reader import BoundedStream

#: The largest message: about 750 000 entries.
MESSAGE_BYTES_MAX = 64 * 1024**2
#: And the largest part of it in which no entry begins.
PART_BYTES_MAX = 1024**2
#: What is split of it stays in the cache of a processor.
_CHUNK_BYTES = 64 * 1024
_START = b"\n:20:"
# The marks of a transmission (SOH, ETX) and the end of a file in DOS: nothing of the message.
_CONTROL = b"\x01\x03\x1a"
_ENVELOPE, _ENVELOPE_END = b"{4:", b"-}"


@dataclass
class Message:
    """One message; `line` is where it begins, `end` the line behind it, so far.

    Blocks stand with the line they begin on, and are let go as their entries are read.
    """

    file: str
    line: int
    enveloped: bool = False
    blocks: deque[tuple[int, bytes]] = field(default_factory=deque)
    held: int = 0
    end: int = 0

    def add(self, block: bytes, line: int, end: int) -> None:
        """Whole lines of it, from that line to the one behind it, within the bound."""
        self.held += len(block)
        if self.held > MESSAGE_BYTES_MAX:
            found = f"more than {MESSAGE_BYTES_MAX} bytes in one statement"
            place = f"line {self.line}"
            raise UnreadableFileError(place, found, "smaller statements", self.file)
        if block:
            self.blocks.append((line, block))
            self.end = end

    def find_field(self, begin: bytes, *ends: bytes) -> tuple[int, str] | None:
        """The first field whose tag begins so and ends in one of those ways: its line, and its
        first line of text. One search, however many ways there are.
        """
        for line, block in self.blocks:
            place = _find_any(block, begin, ends)
            if place >= 0:
                line += block.count(b"\n", 0, place)
                found = block[place : block.index(b"\n", place)]
                return line, decode_line(found, line, self.file)
        return None

    def head_text(self) -> str:
        """What stands before the first entry."""
        parts: list[bytes] = []
        for _, block in self.blocks:
            end = _find(block, b":61:")
            parts.append(block if end < 0 else block[:end])
            self._bound(sum(map(len, parts)))
            if end >= 0:
                break
        return _decode(b"".join(parts), self.line, self.file)

    def last_line(self) -> int:
        """The number of its last line."""
        return self.end - 1

    def has_end_mark(self) -> bool:
        """Whether the envelope is closed (`-}`), or there is none and a line begins with `-`."""
        mark = _ENVELOPE_END if self.enveloped else b"-"
        return any(_find(block, mark) >= 0 for _, block in list(self.blocks)[-2:])

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """Its text in pieces, none with a part of an entry; once.

        With each the line it begins on and the line behind it.
        """
        line, carried = self.line, deque[bytes]()
        while self.blocks:
            _, block = self.blocks.popleft()
            behind = self.blocks[0][0] if self.blocks else self.end
            cut = block.rfind(b"\n:61:") + 1
            if not cut and not block.startswith(b":61:"):
                carried.append(block)
                self._bound(sum(map(len, carried)))
                continue
            piece = b"".join((*carried, block[:cut]))
            carried = deque([block[cut:]])
            # The rest is short: its lines are counted sooner than those of the piece.
            end = behind - block.count(b"\n", cut)
            if piece:
                yield line, end, _decode(piece, line, self.file)
            line = end
        yield line, self.end, _decode(b"".join(carried), line, self.file)

    def _bound(self, size: int) -> None:
        if size > PART_BYTES_MAX:
            found = f"more than {PART_BYTES_MAX} bytes without an entry"
            place = f"line {self.line}"
            raise UnreadableFileError(place, found, ":61:, an entry", self.file)


def stream_messages(stream: BoundedStream, *, file: str) -> Iterator[Message]:
    """Each message of the file; what stands before the first `:20:` is the first one given,
    whatever it is, so that the reader can look at it.
    """
    message = Message(file, 1)
    for line, end, block in _blocks(stream, file):
        before, *starts = _split(block)
        begins = line + before.count(b"\n") if starts else end
        message.add(before, line, begins)
        for start in starts:
            following = Message(file, begins, enveloped=_opens_envelope(message))
            yield message
            message, line = following, begins
            begins = line + start.count(b"\n")
            message.add(start, line, begins)
    yield message


def _split(block: bytes) -> list[bytes]:
    """What belongs to the message before, then each message that begins here."""
    if not block.startswith(_START[1:]) and _START not in block:
        return [block]
    parts = (b"\n" + block).split(_START)
    return [parts[0][1:] + b"\n" if parts[0] else b"", *_restored(parts[1:])]


def _restored(parts: list[bytes]) -> Iterator[bytes]:
    """Put back what `split` took, but for the last part, which keeps its own line end."""
    for number, part in enumerate(parts, 1):
        yield _START[1:] + part + (b"" if number == len(parts) else b"\n")


def _opens_envelope(before: Message) -> bool:
    return bool(before.blocks) and _ENVELOPE in before.blocks[-1][1][-256:]


def _find(block: bytes, tag: bytes) -> int:
    """Where a line begins with the tag; blocks begin with a line."""
    return 0 if block.startswith(tag) else block.find(b"\n" + tag) + 1 or -1


def _find_any(block: bytes, begin: bytes, ends: tuple[bytes, ...]) -> int:
    """Where a line begins so and goes on in one of these ways."""
    place = _find(block, begin)
    while ends and place >= 0 and not block.startswith(ends, place + len(begin)):
        place = block.find(b"\n" + begin, place) + 1 or -1
    return place


def _blocks(stream: BoundedStream, file: str) -> Iterator[tuple[int, int, bytes]]:
    """Whole lines with LF behind each, with their first line and the line behind them.

    The byte-order mark and control characters are let go.
    """
    rest, line = b"", 1
    while chunk := stream.read(_CHUNK_BYTES):
        stream.freed()
        if b"\x00" in chunk:
            line += (rest + chunk).split(b"\x00")[0].count(b"\n")
            raise UnreadableFileError(f"line {line}", "a NUL byte", "text", file)
        data = rest + (chunk.translate(None, _CONTROL) if _holds_control(chunk) else chunk)
        data = data.removeprefix(b"\xef\xbb\xbf") if line == 1 else data
        held = data[-1:] if data.endswith(b"\r") else b""  # it may be half of CR LF
        if b"\r" in data:
            data = data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        cut = data.rfind(b"\n") + 1
        rest = data[cut:] + held
        _bound(rest, line, file)
        if cut:
            begins, line = line, line + data.count(b"\n", 0, cut)
            yield begins, line, data[:cut]
    if rest:
        yield line, line + 1, rest.rstrip(b"\r") + b"\n"


def _holds_control(chunk: bytes) -> bool:
    return any(each in chunk for each in _CONTROL)


def _bound(rest: bytes, line: int, file: str) -> None:
    if len(rest) > LINE_BYTES_MAX:
        found = f"a line of more than {LINE_BYTES_MAX} bytes"
        raise UnreadableFileError(f"line {line}", found, "shorter lines", file)


def _decode(block: bytes, line: int, file: str) -> str:
    """UTF-8, else line by line, as in `text_lines`."""
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        lines = enumerate(block.split(b"\n"), line)
        return "\n".join(decode_line(each, number, file) for number, each in lines)
