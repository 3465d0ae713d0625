"""Reads camt.052, .053 and .054 as they stream: a thousand entries at a time, then forgotten."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Entry, Notice, StatementSource
from avstem.formats.camt.entries import detail_values, entry_values, read_entry
from avstem.formats.camt.head import KINDS, HeadReader, head_currency
from avstem.formats.camt.stylesheet import RECORD, entry_stylesheet
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import iso20022_message
from avstem.formats.xml_reader import BoundedStream, stream_elements

CHUNK_ENTRIES = 200
_CHUNK_BYTES = 16 * 1024**2
_WHOLE = {
    "camt.052": "BkToCstmrAcctRpt",
    "camt.053": "BkToCstmrStmt",
    "camt.054": "BkToCstmrDbtCdtNtfctn",
}


_VERSIONS = re.compile(r"camt\.05[234]\.001\.(?:0[2-9]|1[0-4])\Z")


def claim_camt(head: bytes) -> FormatName | None:
    """camt.052, .053 and .054 in versions .02 to .14."""
    found = iso20022_message(head)
    return found if found is not None and _VERSIONS.match(found.name) else None


def read_camt(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """Each statement with its entries streaming; see `formats.read_statements`."""
    reader = _Reader(stream, file, name, notices)
    while (source := reader.next_statement()) is not None:
        yield source
        for _ in source.entries:
            pass  # what the caller left is read past, and checked all the same
    reader.require_whole()


CAMT = StatementFormat("camt", "camt.052, camt.053 or camt.054", claim_camt, read_camt)


class _Reader:
    """Where we are in the stream: which statement, which entry."""

    def __init__(
        self, stream: BoundedStream, file: str, name: FormatName, notices: list[Notice]
    ) -> None:
        self._file, self._name, self._notices = file, name, notices
        prefix = f"{{{name.namespace}}}" if name.namespace else ""
        self._entry_tag, self._balance_tag = f"{prefix}Ntry", f"{prefix}Bal"
        self._stream = stream
        self._events = stream_elements(
            stream,
            file=file,
            tags=(*(f"{prefix}{kind}" for kind in KINDS), self._entry_tag, self._balance_tag),
        )
        self._statements = 0
        self._message = _WHOLE[name.name[:8]]

    def next_statement(self) -> StatementSource | None:
        """The next statement's head, with its entries behind it; None at the end."""
        for event, element in self._events:
            if event == "start" and element.tag not in (self._entry_tag, self._balance_tag):
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
        currency = head_currency(head)
        return StatementSource(head, self._entries(element, first, ended, currency))

    def _until_entry(self) -> tuple[bool, Any]:
        for event, element in self._events:
            if event == "end" and element.tag != self._balance_tag:
                return (False, element) if element.tag == self._entry_tag else (True, None)
        return True, None

    def _entries(
        self, statement: Any, first: Any, ended: bool, currency: str | None
    ) -> Iterator[Entry]:
        chunk, count = [first] if first is not None else [], 0
        while chunk or not ended:
            element = None if ended else self._next_entry(statement)
            ended = element is None
            if element is not None:
                chunk.append(element)
            if ended or len(chunk) == CHUNK_ENTRIES or self._stream.held > _CHUNK_BYTES:
                for entry in self._translate(chunk, count):
                    count += 1
                    self._notice_currency(entry, count, currency)
                    yield entry
                chunk = []
        _forget(statement)
        self._stream.freed()

    def _next_entry(self, statement: Any) -> Any:
        """The next entry that has ended; None where the statement has."""
        for event, element in self._events:
            if event == "start":
                continue
            if element.tag == self._balance_tag:
                raise self._refusal("")("Bal", "a balance after the entries", "balances first")
            if element.tag != self._entry_tag:
                return None
            if element.getparent() is not statement:
                raise self._refusal("")("Ntry", "an entry inside another element", "entries alone")
            return element
        return None

    def _notice_currency(self, entry: Entry, count: int, currency: str | None) -> None:
        """Real statements hold such entries; they are read as said, but no balance proves them."""
        found = entry.amount.currency
        if currency is not None and found != currency:
            place = self._path(f"/Ntry[{count}]/Amt/@Ccy")
            notice(self._notices, "entry.other_currency", place, found)

    def _translate(self, chunk: list[Any], before: int) -> Iterator[Entry]:
        """Move the elements out of the tree and turn them into entries."""
        sheet = entry_stylesheet(self._name.namespace, searched=self._stream.may_hold_private_use)
        records = str(sheet(_taken_out(chunk))).split(RECORD)
        self._stream.freed()
        place, count = 0, 0
        while place < len(records) - 1:
            record = records[place]
            place += 1
            count += 1
            refuse = self._refusal(f"/Ntry[{before + count}]")
            if record[0] != "E":
                raise refuse("*", "a private-use character", "text")
            details = []
            while records[place][:1] == "D":
                details.append(detail_values(records[place]))
                place += 1
            values = entry_values(record)
            yield read_entry(values, details, refuse, self._notices)

    def _refusal(self, inside: str) -> Callable[[str, str, str], UnreadableFileError]:
        def refuse(element: str, found: str, expected: str) -> UnreadableFileError:
            place = f"{self._path(inside)}/{element}"
            return UnreadableFileError(place, found[:60], expected, self._file)

        return refuse

    def _path(self, inside: str) -> str:
        kind = {"camt.052": "Rpt", "camt.053": "Stmt", "camt.054": "Ntfctn"}[self._name.name[:8]]
        return f"Document/{self._message}/{kind}[{self._statements}]{inside}"


def _taken_out(chunk: list[Any]) -> Any:
    """The entries under an element of their own; what stood before and between them is let go."""
    wrapper = etree.Element("entries")
    if chunk:
        parent, following = chunk[-1].getparent(), chunk[-1].getnext()
        wrapper.extend(chunk)
        _remove_before(parent, following)
    return wrapper


def _remove_before(parent: Any, stop: Any) -> None:
    while len(parent) and parent[0] is not stop:
        del parent[0]


def _forget(statement: Any) -> None:
    """Give the statement's memory back; the next one must not pay for it."""
    parent = statement.getparent()
    statement.clear()
    if parent is not None:
        _remove_before(parent, statement)
