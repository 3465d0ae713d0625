"""What becomes of each real file of the corpus, whatever its kind: read or refused, with why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from types import ModuleType
from typing import Any, BinaryIO

from avstem.domain.errors import RefusalError, UnknownFormatError
from avstem.domain.statement import Notice
from avstem.formats import detect, read_statements
from avstem.formats.bank_csv import propose_mapping, read_with_mapping, sample_rows
from avstem.formats.payment_files import READERS, read_payment_message
from avstem.formats.port import HEAD_BYTES
from avstem.formats.text_lines import stream_lines
from avstem.formats.ubl.reader import read_ubl
from avstem.formats.xml_reader import BoundedStream
from tests.support.corpus import FOLDER

#: Kinds of files that no reader of ours takes, and why.
NOT_OURS = {"xsd": "published schemas: the tests hold files against them"}
_PAYMENTS = frozenset(format.family for format, _ in READERS)


@dataclass(frozen=True)
class Outcome:
    """What became of a file; `notices` are the codes of what was odd but usable."""

    family: str
    notices: frozenset[str] = frozenset()
    refusal: RefusalError | None = None
    is_mapped: bool = False

    @property
    def is_read(self) -> bool:
        """Whether its values were taken; an unknown table only once it has been explained."""
        return self.refusal is None


def outcome(row: dict[str, Any]) -> Outcome:
    """Read the file as the program does; an unknown table with the mapping it proposes."""
    content = (FOLDER / row["file"]).read_bytes()
    found = detect(content[:HEAD_BYTES])
    family = found[0].family if found else "csv"
    notices: list[Notice] = []
    try:
        _read(BytesIO(content), family, notices)
    except UnknownFormatError as unknown:
        if not row["kind"].startswith("csv"):
            return Outcome(family, refusal=unknown)
        _read_explained(content, notices)
        return Outcome(family, is_mapped=True)
    except RefusalError as refusal:
        return Outcome(family, refusal=refusal)
    return Outcome(family, frozenset(each.code for each in notices))


def _read(stream: BinaryIO, family: str, notices: list[Notice]) -> None:
    if family == "ubl":
        read_ubl(BoundedStream(stream, file="f"), file="f", notices=notices)
    elif family in _PAYMENTS:
        read_payment_message(stream, file="f", notices=notices)
    else:
        for source in read_statements(stream, file="f", notices=notices):
            notices += [*source.head.notices, *([] if list(source.entries) else [_EMPTY])]


_EMPTY = Notice("corpus.no_entries", "", "")


def _read_explained(content: bytes, notices: list[Notice]) -> None:
    """As `statement map` does when the user says yes; where no column names it, US dollars."""
    lines = stream_lines(BoundedStream(BytesIO(content), file="f"), file="f")
    delimiter, rows = sample_rows(lines, file="f")
    mapping = propose_mapping(rows, delimiter)
    if mapping.columns.currency is None:
        mapping = replace(mapping, currency="USD")
    stream = BoundedStream(BytesIO(content), file="f")
    sources = read_with_mapping(stream, mapping.confirm(), file="f", notices=notices)
    assert sum(len(list(source.entries)) for source in sources)


def files_named_by(module: ModuleType) -> Iterator[str]:
    """The files of the corpus that are parameters of a test in that module."""
    for test in vars(module).values():
        for mark in getattr(test, "pytestmark", ()) if callable(test) else ():
            if mark.name == "parametrize":
                for parameter in mark.args[1]:
                    yield from _files_in(getattr(parameter, "values", (parameter,)))


def _files_in(values: Any) -> Iterator[str]:
    for value in values if isinstance(values, tuple) else ():
        if isinstance(value, dict) and "file" in value and "kind" in value:
            yield value["file"]


def counts(outcomes: dict[str, Outcome], kinds: dict[str, str]) -> dict[str, Counter[str]]:
    """Of each kind how many files were read, read once explained, and refused."""
    found: dict[str, Counter[str]] = {}
    for file, each in outcomes.items():
        said = "refused" if not each.is_read else "explained" if each.is_mapped else "read"
        found.setdefault(kinds[file], Counter())[said] += 1
    return found
