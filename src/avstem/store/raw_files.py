"""Raw files as received: bytes for ever, compressed in pieces, found by their SHA-256."""

import hashlib
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from avstem.store.bulk import insert_rows
from avstem.store.models import BankFile, BankFileChunk

CHUNK_BYTES = 1 << 20


def digest_of(path: Path) -> str:
    """SHA-256 of the file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(
    *,
    company_id: int,
    path: Path,
    name: str,
    sha256: str,
    file_format: str,
    source: str,
    now: datetime,
) -> BankFile:
    """Store the file's bytes; the caller's transaction makes it all or nothing."""
    file = BankFile.objects.create(
        company_id=company_id,
        sha256=sha256,
        name=name[-255:],
        size_bytes=path.stat().st_size,
        format=file_format,
        source=source,
        received_at=now,
    )
    with path.open("rb") as stream:
        insert_rows(
            BankFileChunk,
            ("company_id", "file_id", "position", "data"),
            (
                (company_id, file.pk, position, zlib.compress(piece, 3))
                for position, piece in enumerate(_pieces(stream))
            ),
        )
    return file


def pieces_of(file: BankFile) -> Iterator[bytes]:
    """The file's bytes again, a piece at a time."""
    chunks = file.chunks.order_by("position").values_list("data", flat=True)
    for data in chunks.iterator(chunk_size=8):
        yield zlib.decompress(bytes(data))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(CHUNK_BYTES):
        yield piece
