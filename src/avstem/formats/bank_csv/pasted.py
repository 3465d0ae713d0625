"""Rows that are pasted from a screen or a sheet: the same tables, without a file."""

import io
from collections.abc import Iterator

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice, StatementSource
from avstem.formats.bank_csv.mapping import CsvMapping, read_mapped_lines
from avstem.formats.bank_csv.reader import read_known_lines
from avstem.formats.text_lines import stream_lines
from avstem.formats.xml_reader import BoundedStream

#: The most characters that are pasted at once.
CHARACTERS_MAX = 4 * 1024**2


def read_pasted(
    text: str,
    *,
    notices: list[Notice],
    mapping: CsvMapping | None = None,
    file: str = "pasted rows",
) -> Iterator[StatementSource]:
    """The statements of what was pasted: by its known header row, or as the user has mapped it."""
    lines = pasted_lines(text, file=file)
    if mapping is not None:
        yield from read_mapped_lines(lines, mapping, file=file, notices=notices)
    else:
        yield from read_known_lines(lines, file=file, notices=notices)


def pasted_lines(text: str, *, file: str) -> Iterator[str]:
    """The lines of what was pasted; too much of it is refused."""
    if len(text) > CHARACTERS_MAX:
        expected = f"at most {CHARACTERS_MAX} characters; a file for more"
        raise UnreadableFileError("line 1", f"{len(text)} characters", expected, file)
    # A lone half of a character pair cannot be written; it is a question mark then.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    return stream_lines(BoundedStream(stream, file=file), file=file)
