"""Bytes to domain values and back: one module a format. Reads streams; opens nothing."""

from collections.abc import Iterator
from typing import BinaryIO

from avstem.domain.errors import UnknownFormatError
from avstem.domain.statement import Notice, StatementSource
from avstem.formats.detect import describe, detect, statement_format
from avstem.formats.port import FormatName
from avstem.formats.registry import STATEMENT_FORMATS
from avstem.formats.wrapped import documents
from avstem.formats.xml_reader import BYTES_MAX, BoundedStream

__all__ = ["FormatName", "detect", "read_statements"]


def read_statements(
    stream: BinaryIO,
    *,
    file: str,
    notices: list[Notice] | None = None,
    bytes_max: int = BYTES_MAX,
) -> Iterator[StatementSource]:
    """The statements of a bank file of any known format, each with its entries streaming.

    Take a statement's entries before asking for the next one: what is left of them is read past.
    What is odd but usable is added to `notices`, a thousand at most. Memory stays bounded whatever
    the size. The file is known to be whole only when the last statement has been read.
    """
    kept = [] if notices is None else notices
    for document in documents(stream, file=file, notices=kept):
        found = statement_format(document.head)
        if found is None:
            expected = ", ".join(each.label for each in STATEMENT_FORMATS)
            raise UnknownFormatError(describe(document.head), expected, document.name)
        reader, name = found
        bounded = BoundedStream(document.stream, file=document.name, bytes_max=bytes_max)
        yield from reader.read(bounded, file=document.name, name=name, notices=kept)
