"""Bytes to domain values and back: one module a format. Reads streams; opens nothing."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from avstem.domain.errors import UnknownFormatError
from avstem.domain.statement import Notice, StatementSource
from avstem.formats.bank_csv import CsvMapping, read_with_mapping
from avstem.formats.bank_csv.reader import WORKBOOK
from avstem.formats.bank_csv.remembered import read_workbook, remembered_mapping
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
    mappings: Mapping[str, CsvMapping] | None = None,
) -> Iterator[StatementSource]:
    """The statements of a bank file of any known format, each with its entries streaming.

    Take a statement's entries before asking for the next one: what is left of them is read past.
    What is odd but usable is added to `notices`, a thousand at most. Memory stays bounded whatever
    the size. The file is known to be whole only when the last statement has been read.
    `mappings` are the tables that the user has explained, by their header or shape.
    """
    kept = [] if notices is None else notices
    for document in documents(stream, file=file, notices=kept):
        bounded = BoundedStream(document.stream, file=document.name, bytes_max=bytes_max)
        found = statement_format(document.head)
        if found is not None:
            reader, name = found
            if mappings and name.name == WORKBOOK:
                read = partial(read_workbook, mappings=mappings)
            else:
                read = partial(reader.read, name=name)
            yield from read(bounded, file=document.name, notices=kept)
        elif (said := remembered_mapping(document.head, mappings or {})) is not None:
            document.stream.seek(0)
            yield from read_with_mapping(bounded, said, file=document.name, notices=kept)
        else:
            expected = ", ".join(each.label for each in STATEMENT_FORMATS)
            raise UnknownFormatError(describe(document.head), expected, document.name)
