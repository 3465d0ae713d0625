"""Text files from banks, line by line: the encoding is found, the length is bounded.

Banks write UTF-8, ISO-8859-1 or Windows-1252 without saying which. A line that is no UTF-8 is read
as Windows-1252, which agrees with ISO-8859-1 and -15 on every Norwegian letter.
"""

import codecs
from collections.abc import Iterator

from avstem.domain.errors import UnreadableFileError
from avstem.formats.xml_reader import BoundedStream

#: The longest line that is read, in bytes.
LINE_BYTES_MAX = 1024**2
_CHUNK_BYTES = 256 * 1024


def stream_lines(stream: BoundedStream, *, file: str) -> Iterator[str]:
    """Each line without its end (CR LF, LF or CR); UTF-8 with or without a mark, UTF-16, else
    Windows-1252. A NUL byte or an endless line is refused with its line.
    """
    rest, number, decoder = b"", 0, None
    while chunk := stream.read(_CHUNK_BYTES):
        stream.freed()
        if number == 0 and not rest and decoder is None:
            decoder, chunk = _decoder(chunk)
        if decoder is not None:
            chunk = decoder.decode(chunk).encode("utf-8")
        *lines, rest = _split(rest + chunk)
        for line in lines:
            number += 1
            yield decode_line(line, number, file)
        _bound(rest, number + 1, file)
    if rest:
        yield decode_line(rest.rstrip(b"\r"), number + 1, file)


def decode_line(line: bytes, number: int, file: str) -> str:
    """One line as text; a NUL byte is refused."""
    if b"\x00" in line:
        raise UnreadableFileError(f"line {number}", "a NUL byte", "text", file)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _decoder(head: bytes) -> tuple[codecs.IncrementalDecoder | None, bytes]:
    """For UTF-16 its decoder; a UTF-8 mark is let go."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return codecs.getincrementaldecoder("utf-16")("replace"), head
    return None, head.removeprefix(b"\xef\xbb\xbf")


def _split(data: bytes) -> list[bytes]:
    """The lines; the last one is unfinished, and a CR at its end may be half of CR LF."""
    held = data[-1:] if data.endswith(b"\r") else b""
    lines = data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    lines[-1] += held
    return lines


def _bound(line: bytes, number: int, file: str) -> None:
    if len(line) > LINE_BYTES_MAX:
        found = f"a line of more than {LINE_BYTES_MAX} bytes"
        raise UnreadableFileError(f"line {number}", found, "shorter lines", file)
