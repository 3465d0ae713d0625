"""Bytes or a stream, read piece by piece: size, fingerprint, comparison."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from avstem.connectors.port import PIECE_BYTES, Data
from avstem.domain.errors import FileTooLargeError


@dataclass(frozen=True)
class Contents:
    """What is sent, with the size and fingerprint it had when it was looked through."""

    stream: BinaryIO
    size: int
    sha256: str

    def piece(self, offset: int) -> bytes:
        """Up to one piece from there on."""
        self.stream.seek(offset)
        return self.stream.read(PIECE_BYTES)


def look_through(data: Data, *, name: str, bytes_max: int) -> Contents:
    """Measure what is to be sent; refuse what is larger than the bound."""
    stream = BytesIO(data) if isinstance(data, bytes) else data
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    for piece in pieces(stream):
        digest.update(piece)
        size += len(piece)
        if size > bytes_max:
            raise FileTooLargeError(size, bytes_max, name)
    return Contents(stream, size, digest.hexdigest())


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The rest of a stream."""
    while piece := stream.read(PIECE_BYTES):
        yield piece
