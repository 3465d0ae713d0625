"""Reads camt.052, .053 and .054 as they stream: a thousand entries at a time, then forgotten."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Entry, Notice, StatementSource
from avstem.formats.camt.entries import detail_values, entry_values, read_entry
from avstem.formats.camt.head import KINDS, HeadReader
from avstem.formats.camt.stylesheet import RECORD, entry_stylesheet
from avstem.formats.detect import FormatName
from avstem.formats.xml_reader import stream_elements

CHUNK_ENTRIES = 1_000
_WHOLE = {
    "camt.052": "BkToCstmrAcctRpt",
    "camt.053": "BkToCstmrStmt",
    "camt.054": "BkToCstmrDbtCdtNtfctn",
}


def read_camt(
    stream: BinaryIO, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each statement with its entries streaming; see `formats.read_statements`."""
    reader = _Reader(stream, file, name, notices)
    while (source := reader.next_statement()) is not None:
        yield source
        for _ in source.entries:
            pass  # what the caller left is read past, and checked all the same
    reader.require_whole()


class _Reader:
    """Where we are in the stream: which statement, which entry."""

    def __init__(
        self, stream: BinaryIO, file: str, name: FormatName, notices: list[Notice]
    ) -> None:
        self._file, self._name, self._notices = file, name, notices
        prefix = f"{{{name.namespace}}}" if name.namespace else ""
        self._entry_tag = f"{prefix}Ntry"
        self._sheet = entry_stylesheet(name.namespace)
        self._events = stream_elements(
            stream,
            file=file,
            tags=(*(f"{prefix}{kind}" for kind in KINDS), self._entry_tag),
        )
        self._statements = 0
        self._message = _WHOLE[name.name[:8]]

    def next_statement(self) -> StatementSource | None:
        """The next statement's head, with its entries behind it; None at the end."""
        for event, element in self._events:
            if event == "start" and element.tag != self._entry_tag:
                self._statements += 1
                self._require_message(element)
                return self._statement(element)
        return None

    def require_whole(self) -> None:
        """A message without a single statement tells nothing; that is no statement file."""
        if not self._statements:
            raise UnreadableFileError(
                f"Document/{self._message}", "no statement", "one at least", self._file
            )

    def _require_message(self, element: Any) -> None:
        parent = element.getparent()
        found = etree.QName(parent).localname if parent is not None else "nothing"
        if found != self._message:
            raise UnreadableFileError("Document", found[:60], self._message, self._file)

    def _statement(self, element: Any) -> StatementSource:
        """The head needs what stands before the first entry: read up to it, or to the end."""
        ended, first = self._until_entry()
        refuse = self._refusal("")
        reader = HeadReader(element, self._name.namespace, refuse, self._notices, self._path(""))
        head = reader.read(self._name.name)
        return StatementSource(head, self._entries(element, first, ended))

    def _until_entry(self) -> tuple[bool, Any]:
        for event, element in self._events:
            if event == "end":
                return (False, element) if element.tag == self._entry_tag else (True, None)
        return True, None

    def _entries(self, statement: Any, first: Any, ended: bool) -> Iterator[Entry]:
        chunk, count, balances = (
            [first] if first is not None else [],
            0,
            _balances(statement),
        )
        while not ended:
            event, element = next(self._events, ("end", None))
            if event == "start":
                continue
            if element is None or element.tag != self._entry_tag:
                ended = True
            else:
                chunk.append(element)
            if len(chunk) == CHUNK_ENTRIES or (ended and chunk):
                yield from self._translate(chunk, count)
                count += len(chunk)
                chunk = []
        if _balances(statement) != balances:
            raise self._refusal("")("Bal", "a balance after the entries", "balances first")
        _forget(statement)

    def _translate(self, chunk: list[Any], before: int) -> Iterator[Entry]:
        """Move the elements out of the tree and turn them into entries."""
        wrapper = etree.Element("entries")
        wrapper.extend(chunk)
        records = str(self._sheet(wrapper)).split(RECORD)
        place, count = 0, 0
        while place < len(records) - 1:
            record = records[place]
            place += 1
            count += 1
            refuse = self._refusal(f"/Ntry[{before + count}]")
            if record[0] != "E":
                raise _odd(record, refuse)
            details = []
            while records[place][:1] == "D":
                details.append(detail_values(records[place]))
                place += 1
            where = self._path(f"/Ntry[{before + count}]")
            yield read_entry(entry_values(record), details, refuse, self._notices, where)

    def _refusal(self, inside: str) -> Callable[[str, str, str], UnreadableFileError]:
        def refuse(element: str, found: str, expected: str) -> UnreadableFileError:
            place = f"{self._path(inside)}/{element}"
            return UnreadableFileError(place, found[:60], expected, self._file)

        return refuse

    def _path(self, inside: str) -> str:
        kind = {"camt.052": "Rpt", "camt.053": "Stmt", "camt.054": "Ntfctn"}[self._name.name[:8]]
        return f"Document/{self._message}/{kind}[{self._statements}]{inside}"


def _odd(
    record: str, refuse: Callable[[str, str, str], UnreadableFileError]
) -> UnreadableFileError:
    if record[0] == "C":
        return refuse("Amt/@Ccy", "not three letters", "a currency, as NOK")
    return refuse("*", "a private-use character", "text")


def _balances(statement: Any) -> int:
    return sum(1 for child in statement if etree.QName(child).localname == "Bal")


def _forget(statement: Any) -> None:
    """Give the statement's memory back; the next one must not pay for it."""
    parent = statement.getparent()
    statement.clear()
    if parent is not None:
        for child in list(parent):
            if child is statement:
                break
            parent.remove(child)
