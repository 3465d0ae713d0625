"""Reads CODA: one statement a file from record 0 to record 9; several files may follow each other.

The new balance and the totals stand at the end: a statement is held until record 9.

Source: Febelfin, Coded statement of account (CODA) 2.6 (and 1.x where it differs);
docs/formats/coda.md.
"""

import re
from collections.abc import Iterator

from avstem.domain.statement import Notice, StatementSource
from avstem.formats.coda.statement import Statement
from avstem.formats.fixed_width import Record, Records
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

NAME = "coda"
WIDTH = 128
_START = re.compile(rb"\s*00000[0-9]{6}[0-9 ]{3}05[D ][^\r\n]{40}")
_ANOTHER, _LAST = "1", "2"


def claim_coda(head: bytes) -> FormatName | None:
    """A header record (0) of application 05, whatever its version."""
    return FormatName(NAME) if _START.match(as_ascii(head).removeprefix(b"\xef\xbb\xbf")) else None


def read_coda(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each statement with its entries; see `formats.read_statements`.

    Totals that are not those of record 9 refuse the file at that line, unless its balance does not
    add up either: such a statement is read as what it is, and books nothing.
    """
    records, follows, line = Records(stream, file=file, width=WIDTH), "", 0
    for record in records:
        if follows == _LAST:
            notice(notices, "coda.behind_last", f"line {record.number}")
        statement = Statement(whole(record), name.name, notices)
        end = statement.read(map(whole, records))
        if end is None:
            raise records.cut_off("record 9, the end of the statement")
        follows, line = end.field(128, 128), end.number
        if follows not in (_ANOTHER, _LAST):
            raise end.refuse(follows, "1 (another file follows) or 2 (the last one) at 128")
        yield statement.source()
    if follows == _ANOTHER:
        notice(notices, "coda.another_announced", f"line {line}")


def whole(record: Record) -> Record:
    """The record, if all of it is there: each one ends in a code."""
    if record.given != WIDTH:
        raise record.refuse(f"{record.given} characters", f"{WIDTH} characters")
    return record


CODA = StatementFormat(NAME, "CODA", claim_coda, read_coda)
