"""Every reader, as a function of bytes; and what it begins with: real files, and small ones."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from avstem.formats import read_statements
from avstem.formats.detect import HEAD_BYTES, claims
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.registry import OTHER_FORMATS, STATEMENT_FORMATS
from avstem.formats.xml_reader import BoundedStream
from tests.support.corpus import FOLDER

SEED_BYTES_MAX = 16 * 1024
SEEDS_MAX = 24
FAMILIES = {each.family: each for each in STATEMENT_FORMATS}


def whole(content: bytes) -> int:
    """As a user's file: detected, unwrapped, read to the end."""
    count = 0
    for source in read_statements(io.BytesIO(content), file="fuzz"):
        count += sum(1 for _ in source.entries)
    return count


def by_reader(form: StatementFormat, default: FormatName) -> Callable[[bytes], int]:
    """Past the detection, so that a damaged head reaches the reader too."""

    def read(content: bytes) -> int:
        stream = BoundedStream(io.BytesIO(content), file="fuzz")
        name = form.claim(content[:HEAD_BYTES]) or default
        sources = form.read(stream, file="fuzz", name=name, notices=[])
        return sum(1 for source in sources for _ in source.entries)

    return read


def seeds_of(family: str) -> list[bytes]:
    """Small real files that the family claims; the smallest first, at most `SEEDS_MAX`."""
    found = [content for content, families in _corpus() if families == {family}]
    return sorted(found, key=len)[:SEEDS_MAX]


def _corpus() -> Iterator[tuple[bytes, set[str]]]:
    for path in sorted(Path(FOLDER).rglob("*")):
        if path.is_file() and path.suffix != ".xsd" and path.stat().st_size <= SEED_BYTES_MAX:
            content = path.read_bytes()
            yield content, {form.family for form, _ in claims(content[:HEAD_BYTES])}


def name_of(form: StatementFormat, seeds: list[bytes]) -> FormatName:
    """The name of the first seed's format."""
    claimed = (form.claim(content[:HEAD_BYTES]) for content in seeds)
    return next((name for name in claimed if name is not None), FormatName(form.family))


ALL_FORMATS = (*STATEMENT_FORMATS, *OTHER_FORMATS)
