"""Reads camt.052, .053 and .054 as they stream: a thousand entries at a time, then forgotten."""

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any, cast

from lxml import etree

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Entry, Notice, StatementSource
from avstem.formats.camt.cutter import MARK_TAG, EntryCutter
from avstem.formats.camt.entries import detail_fields, entry_fields, read_entry
from avstem.formats.camt.head import KINDS, HeadReader, head_currency
from avstem.formats.camt.stylesheet import RECORD, entry_stylesheet
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import iso20022_message
from avstem.formats.xml_reader import BoundedStream, stream_elements

CHUNK_ENTRIES = 200
#: What holds more than this is copied a few details at a time.
_LARGE_BYTES = 2 * 1024**2
#: And no entry besides its details, nor 200 details, may have more elements.
_ELEMENTS_MAX = 100_000
_ELEMENTS = etree.XPath("count(.//*)")
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
    stream: BoundedStream,
    *,
    file: str,
    name: FormatName,
    notices: list[Notice],
    cutting: bool = True,
) -> Iterator[StatementSource]:
    """Each statement with its entries streaming; see `formats.read_statements`.

    With `cutting` whole entries are read by their shape, which is faster; the answer is the same.
    """
    reader = _Reader(stream, file, name, notices, cutting=cutting)
    while (source := reader.next_statement()) is not None:
        yield source
        for _ in source.entries:
            pass  # what the caller left is read past, and checked all the same
    reader.require_whole()


CAMT = StatementFormat("camt", "camt.052, camt.053 or camt.054", claim_camt, read_camt)


class _Reader:
    """Where we are in the stream: which statement, which entry."""

    def __init__(
        self,
        stream: BoundedStream,
        file: str,
        name: FormatName,
        notices: list[Notice],
        *,
        cutting: bool,
    ) -> None:
        self._file, self._name, self._notices = file, name, notices
        prefix = f"{{{name.namespace}}}" if name.namespace else ""
        self._entry_tag, self._balance_tag = f"{prefix}Ntry", f"{prefix}Bal"
        self._head_tags = tuple(f"{prefix}{kind}" for kind in KINDS)
        self._stream = stream
        self._cutter = EntryCutter(stream, name.namespace, cutting=cutting)
        tags = (*self._head_tags, self._entry_tag, self._balance_tag, MARK_TAG)
        self._events = stream_elements(self._cutter.pieces(), file=file, tags=tags)
        self._statements = 0
        self._message = _WHOLE[name.name[:8]]

    def next_statement(self) -> StatementSource | None:
        """The next statement's head, with its entries behind it; None at the end."""
        for event, element in self._events:
            if element.tag == MARK_TAG:
                raise self._foreign_mark()
            if event == "start" and element.tag in self._head_tags:
                self._statements += 1
                self._require_message(element)
                self._cutter.inside(element)
                return self._statement(element)
        return None

    def require_whole(self) -> None:
        """A message without a single statement tells nothing; that is no statement file."""
        if self._cutter.left():
            raise self._foreign_mark()
        if not self._statements:
            raise UnreadableFileError(
                f"Document/{self._message}", "no statement", "one at least", self._file
            )

    def _require_message(self, element: Any) -> None:
        parent = element.getparent()
        found = etree.QName(parent).localname if parent is not None else "nothing"
        if found != self._message:
            raise UnreadableFileError("Document", found[:60], self._message, self._file)

    def _foreign_mark(self) -> UnreadableFileError:
        return self._refusal("")("*", "an element of avstem's own", "the bank's elements")

    def _statement(self, element: Any) -> StatementSource:
        """The head needs what stands before the first entry: read up to it, or to the end."""
        first = self._until_entry()
        refuse = self._refusal("")
        reader = HeadReader(element, self._name.namespace, refuse, self._notices, self._path(""))
        head = reader.read(self._name.name)
        currency = head_currency(head)
        return StatementSource(head, self._entries(element, first, currency))

    def _until_entry(self) -> Any:
        """The first entry, or the mark of the first run of them; None where there is none."""
        for event, element in self._events:
            if event == "end" and element.tag != self._balance_tag:
                return element if element.tag in (self._entry_tag, MARK_TAG) else None
        return None

    def _entries(self, statement: Any, first: Any, currency: str | None) -> Iterator[Entry]:
        count = 0
        for records in self._records(statement, first):
            for entry in self._translate(records, count):
                count += 1
                self._notice_currency(entry, count, currency)
                yield entry
        _forget(statement)
        self._cutter.inside(None)
        self._stream.freed()

    def _records(self, statement: Any, first: Any) -> Iterator[list[str]]:
        """The flat records of all entries: of runs as they come, of single ones by the chunk."""
        chunk: list[Any] = []
        element = first
        while element is not None:
            if element.getparent() is not statement:
                raise self._refusal("")("Ntry", "an entry inside another element", "entries alone")
            if element.tag == MARK_TAG:
                yield self._chunk_records(chunk)
                chunk = []
                yield self._run_records(element)
            else:
                large = self._stream.held > _LARGE_BYTES
                if large or len(chunk) == CHUNK_ENTRIES:
                    yield self._chunk_records(chunk)
                    chunk = []
                if large:
                    yield self._large_records(element)
                else:
                    chunk.append(element)
            element = self._next_entry()
        yield self._chunk_records(chunk)

    def _next_entry(self) -> Any:
        """The next entry or run that has ended; None where the statement has."""
        for event, element in self._events:
            if event == "start":
                continue
            if element.tag == self._balance_tag:
                raise self._refusal("")("Bal", "a balance after the entries", "balances first")
            return element if element.tag in (self._entry_tag, MARK_TAG) else None
        return None

    def _run_records(self, mark: Any) -> list[str]:
        records = self._cutter.take(mark)
        if records is None:
            raise self._foreign_mark()
        _remove_before(mark.getparent(), mark)
        self._stream.freed()
        return records

    def _chunk_records(self, chunk: list[Any]) -> list[str]:
        """Move the elements out of the tree and ask the stylesheet about all of them."""
        if not chunk:
            return []
        records = self._asked(_taken_out(chunk))
        self._stream.freed()
        return records

    def _large_records(self, entry: Any) -> list[str]:
        """An entry of thousands of details: a few of them are copied and let go at a time."""
        prefix = self._entry_tag.removesuffix("Ntry")
        details = entry.findall(f"{prefix}NtryDtls/{prefix}TxDtls")
        records: list[str] = []
        while details:
            # A single one would be taken for the whole entry.
            few = details[:CHUNK_ENTRIES] if len(details) > CHUNK_ENTRIES + 1 else details
            details = details[len(few) :]
            self._bound(few)
            holder = etree.Element("entries")
            parts = etree.SubElement(etree.SubElement(holder, self._entry_tag), f"{prefix}NtryDtls")
            parts.extend([deepcopy(detail) for detail in few])
            records += self._asked(holder)[1:]
            for detail in few:
                detail.clear()
                detail.getparent().remove(detail)
        self._bound([entry])
        return [*self._chunk_records([entry]), *records]

    def _bound(self, elements: Sequence[Any]) -> None:
        count = sum(int(cast(float, _ELEMENTS(each))) for each in elements)
        if count > _ELEMENTS_MAX:
            raise self._refusal("")("Ntry", f"{count} elements in one entry", "smaller entries")

    def _asked(self, entries: Any) -> list[str]:
        sheet = entry_stylesheet(self._name.namespace, searched=self._stream.may_hold_private_use)
        return str(sheet(entries)).split(RECORD)[:-1]

    def _notice_currency(self, entry: Entry, count: int, currency: str | None) -> None:
        """Real statements hold such entries; they are read as said, but no balance proves them."""
        found = entry.amount.currency
        if currency is not None and found != currency:
            place = self._path(f"/Ntry[{count}]/Amt/@Ccy")
            notice(self._notices, "entry.other_currency", place, found)

    def _translate(self, records: list[str], before: int) -> Iterator[Entry]:
        """Records as entries; each entry's details follow it."""
        place, count, end = 0, 0, len(records)
        while place < end:
            record = records[place]
            place += 1
            count += 1
            refuse = self._refusal(f"/Ntry[{before + count}]")
            if record[0] != "E":
                raise refuse("*", "a private-use character", "text")
            details = []
            while place < end and records[place][:1] == "D":
                details.append(detail_fields(records[place]))
                place += 1
            yield read_entry(entry_fields(record), details, refuse, self._notices)

    def _refusal(self, inside: str) -> Callable[[str, str, str], UnreadableFileError]:
        def refuse(element: str, found: str, expected: str) -> UnreadableFileError:
            place = f"{self._path(inside)}/{element}"
            return UnreadableFileError(place, found[:60], expected, self._file)

        return refuse

    def _path(self, inside: str) -> str:
        kind = {"camt.052": "Rpt", "camt.053": "Stmt", "camt.054": "Ntfctn"}[self._name.name[:8]]
        return f"Document/{self._message}/{kind}[{self._statements}]{inside}"


def _taken_out(chunk: list[Any]) -> Any:
    """The entries under an element of their own; what stood before and between them is let go.

    Copied, not moved: lxml moves an element in the square of its children's number.
    """
    wrapper = etree.Element("entries")
    for element in chunk:
        wrapper.append(deepcopy(element))
    _remove_before(chunk[-1].getparent(), chunk[-1].getnext())
    return wrapper


def _remove_before(parent: Any, stop: Any) -> None:
    while len(parent) and parent[0] is not stop:
        parent[0].clear()  # an empty element is taken out at once, a full one is not
        del parent[0]


def _forget(statement: Any) -> None:
    """Give the statement's memory back; the next one must not pay for it."""
    parent = statement.getparent()
    statement.clear()
    if parent is not None:
        _remove_before(parent, statement)
