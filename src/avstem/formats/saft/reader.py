"""Reads SAF-T Financial (NO) as it streams: each account, party and line is told and forgotten."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from avstem.domain.errors import UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.saft.entries import ENTRIES, TOTALS, Totals, read_line, read_voucher
from avstem.formats.saft.masters import read_account, read_header, read_party
from avstem.formats.saft.model import NAMESPACE, SaftAccount, SaftHeader, SaftRecord, SaftVoucher
from avstem.formats.saft.node import Node, qualified
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream, Element, stream_elements, stream_pieces

#: A chart has hundreds of accounts; a company's whole group some thousands.
ACCOUNTS_MAX = 100_000

#: Each element that is read, and where it stands.
_PARENTS = {
    "AuditFile": None, "Header": "AuditFile", "MasterFiles": "AuditFile",
    "GeneralLedgerAccounts": "MasterFiles", "Account": "GeneralLedgerAccounts",
    "Customers": "MasterFiles", "Customer": "Customers",
    "Suppliers": "MasterFiles", "Supplier": "Suppliers",
    "GeneralLedgerEntries": "AuditFile", "Journal": "GeneralLedgerEntries",
    "Transaction": "Journal", "Line": "Transaction",
}  # fmt: skip
#: The same names elsewhere mean something else, which is passed over.
_ELSEWHERE = {
    "Line": ("Invoice", "Payment", "StockMovement"),
    "Supplier": ("Asset", "AssetTransaction"),
}
#: What repeats and is not read; forgotten as it streams by.
_PASSED_OVER = (
    "Taxonomy", "TaxTableEntry", "UOMTableEntry", "AnalysisTypeTableEntry",
    "MovementTypeTableEntry", "Product", "PhysicalStockEntry", "Owner", "Asset", "Invoice",
    "Payment", "StockMovement", "AssetTransaction",
)  # fmt: skip
#: Sections that stand once: twice, nobody could say which counts.
_ONCE = frozenset(("AuditFile", "Header", "MasterFiles", "GeneralLedgerEntries"))

_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ROOT = re.compile(
    rb"""<(?:[\w.-]{1,60}:)?AuditFile\s[^>]{0,4000}?["']urn:StandardAuditFile-Taxation-Financial:NO["']"""
)
_VERSION = re.compile(rb"AuditFileVersion\s*>\s*([0-9.]{1,9})\s*<")


def claim_saft(head: bytes) -> FormatName | None:
    """A SAF-T Financial file of the Norwegian tax administration (not its cash registers')."""
    text = _COMMENT.sub(b"", as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t"))
    if not text.startswith(b"<") or _ROOT.search(text) is None:
        return None
    version = _VERSION.search(text)
    return FormatName(f"saft.no.{version[1].decode() if version else '1'}", NAMESPACE)


SAFT = OtherFormat("saft", "SAF-T Financial", claim_saft, "invoices")


def read_saft(stream: BoundedStream, *, file: str, notices: list[Notice]) -> Iterator[SaftRecord]:
    """The header, the accounts, the parties and the lines, as they stand in the file.

    That the control totals hold is known only when the last record has been taken.
    """
    yield from _Reader(stream, file, notices).records()


class _Reader:
    """Where we are in the file, and what is kept of it: the chart, for its balances."""

    def __init__(self, stream: BoundedStream, file: str, notices: list[Notice]) -> None:
        self._stream, self._file, self._notices = stream, file, notices
        self._header: SaftHeader | None = None
        self._accounts: dict[str, SaftAccount] = {}
        self._totals: Totals | None = None
        self._journal = ""
        self._voucher: SaftVoucher | None = None
        self._counts: dict[str, int] = dict.fromkeys((*_PARENTS, *_PASSED_OVER), 0)
        self._ends: dict[str, Any] = {
            "Header": self._take_header,
            "Account": self._take_account,
            "Customer": self._take_party,
            "Supplier": self._take_party,
            "Transaction": self._end_voucher,
            "Line": self._take_line,
            "GeneralLedgerEntries": self._end_entries,
        }

    def records(self) -> Iterator[SaftRecord]:
        tags = tuple(map(qualified, (*_PARENTS, *_PASSED_OVER)))
        pieces = stream_pieces(self._stream)
        for event, element in stream_elements(pieces, file=self._file, tags=tags):
            name = element.tag.rpartition("}")[2]
            if event == "start":
                self._begin(element, name)
            elif name in _PASSED_OVER or self._is_elsewhere(element, name):
                self._forget(element)
            else:
                take = self._ends.get(name)
                if take is not None and (record := take(element)) is not None:
                    yield record
                self._forget(element)
        if self._header is None:
            raise self._refuse("AuditFile", "no header", "a SAF-T file with its header")

    def _begin(self, element: Element, name: str) -> None:
        """Each element stands where it should; what stands before a journal is read here."""
        if name in _PASSED_OVER or self._is_elsewhere(element, name):
            return
        parent = element.getparent()
        found = None if parent is None else parent.tag
        wanted = _PARENTS[name]
        if found != (wanted and qualified(wanted)):
            raise self._refuse(name, f"inside {_local(found)}", f"inside {wanted or 'nothing'}")
        self._counts[name] += 1
        if name in _ONCE and self._counts[name] > 1:
            raise self._refuse(f"AuditFile/{name}", "two of them", "one")
        if name == "GeneralLedgerEntries":
            self._totals = Totals(self._currency, self._file, self._notices)
        elif name == "Journal":
            self._journal = ""
            self._state_totals(element.itersiblings(preceding=True))
        elif name == "Transaction":
            self._voucher = None
            self._journal = self._journal_of(element) or self._journal

    def _state_totals(self, elements: Iterable[Element]) -> None:
        """Keep what the file says it holds; what stands there is forgotten soon."""
        assert self._totals is not None, "control totals stand inside GeneralLedgerEntries"
        for each in elements:
            if (name := _local(each.tag)) in TOTALS:
                self._totals.state(name, Node(each, f"{ENTRIES}/{name}", self._file))

    def _journal_of(self, transaction: Element) -> str | None:
        """What stands before the first voucher of a journal; nothing does before the others."""
        for each in transaction.itersiblings(qualified("JournalID"), preceding=True):
            return Node(each, f"{ENTRIES}/Journal[{self._counts['Journal']}]", self._file).own_id()
        return None

    def _is_elsewhere(self, element: Element, name: str) -> bool:
        if name not in _ELSEWHERE:
            return False
        parent = element.getparent()
        return parent is not None and _local(parent.tag) in _ELSEWHERE[name]

    @property
    def _currency(self) -> str:
        if self._header is None:
            raise self._refuse("AuditFile", "amounts before the header", "the header first")
        return self._header.currency

    def _take_header(self, element: Element) -> SaftHeader:
        self._header = read_header(Node(element, "AuditFile/Header", self._file), self._notices)
        return self._header

    def _take_account(self, element: Element) -> SaftAccount:
        node = self._node(element, "AuditFile/MasterFiles/GeneralLedgerAccounts/Account")
        found = read_account(node, self._currency)
        if found.id in self._accounts:
            raise node.refuse("AccountID", f"{found.id} twice", "each account once")
        if len(self._accounts) >= ACCOUNTS_MAX:
            raise node.refuse("AccountID", found.id, f"at most {ACCOUNTS_MAX} accounts")
        self._accounts[found.id] = found
        return found

    def _take_party(self, element: Element) -> SaftRecord:
        name = _local(element.tag)
        node = self._node(element, f"AuditFile/MasterFiles/{name}s/{name}")
        return read_party(node, self._currency, self._notices)

    def _take_line(self, element: Element) -> SaftRecord:
        if self._voucher is None:
            self._voucher = self._voucher_of(element.getparent())
        assert self._totals is not None, "a line stands inside GeneralLedgerEntries"
        node = self._node(element, f"{ENTRIES}/Journal/Transaction/Line")
        line = read_line(node, self._voucher, self._currency)
        self._totals.add_line(line, is_debit=node.child("DebitAmount") is not None)
        return line

    def _end_voucher(self, element: Element) -> None:
        if self._voucher is None:
            self._voucher = self._voucher_of(element)
        assert self._totals is not None, "a voucher stands inside GeneralLedgerEntries"
        self._totals.end_voucher(self._voucher_path)

    def _voucher_of(self, transaction: Element) -> SaftVoucher:
        return read_voucher(Node(transaction, self._voucher_path, self._file), self._journal)

    @property
    def _voucher_path(self) -> str:
        place = self._counts["Transaction"]
        return f"{ENTRIES}/Journal/Transaction[{place}]"

    def _end_entries(self, element: Element) -> None:
        assert self._totals is not None, "made when the section began"
        self._state_totals(element)
        self._totals.check()
        self._totals.check_accounts(self._accounts.values())

    def _node(self, element: Element, path: str) -> Node:
        return Node(element, f"{path}[{self._counts[_local(element.tag)]}]", self._file)

    def _forget(self, element: Element) -> None:
        """Take the element out of the tree, with all that stands before it at every level."""
        inner = element
        while (above := inner.getparent()) is not None:
            while inner.getprevious() is not None:
                del above[0]
            inner = above
        if (parent := element.getparent()) is not None:
            parent.remove(element)
        self._stream.freed()

    def _refuse(self, place: str, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(place, found, expected, self._file)


def _local(tag: str | None) -> str:
    return (tag or "nothing").rpartition("}")[2]
