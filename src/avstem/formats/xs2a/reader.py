"""Reads account reports of NextGenPSD2: booked and pending transactions, balances, one account.

A report is held whole: its balances may stand behind its transactions, and what its amounts mean is
seen over all of them (`direction`).

Source: NextGenPSD2 XS2A implementation guidelines 1.3.12, section 6.7; docs/formats/xs2a.md.
"""

import re
from collections.abc import Iterator
from typing import Any

from avstem.domain.errors import UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import Notice, StatementHead, StatementSource
from avstem.formats.json_tree import JsonNode, read_json
from avstem.formats.port import FormatName, StatementFormat
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream
from avstem.formats.xs2a.direction import Amounted, direct
from avstem.formats.xs2a.entries import EntryReader, account_of, amounted

NAME = "xs2a"
_LISTS = re.compile(rb'"(?:booked|pending)"\s*:\s*\[')
_ONE = re.compile(rb'"(?:transactionId|cardTransactionId)"\s*:')
_AMOUNT = re.compile(rb'"(?:transactionAmount|amount)"\s*:\s*\{')
_ACCOUNT = re.compile(rb'"(?:iban|bban)"\s*:\s*"')
_BALANCES = re.compile(rb'"balances"\s*:\s*\[')
_REPORTS = ("transactions", "cardTransactions", "accountReport")
_ACCOUNTS = ("account", "cardAccount", "accountReference")
_EXPECTED = "an account report with its transactions or balances"


def claim_xs2a(head: bytes) -> FormatName | None:
    """JSON with booked or pending transactions, one transaction, or an account with balances."""
    text = as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t")
    if not text.startswith((b"{", b"[")):
        return None
    one = _ONE.search(text) and _AMOUNT.search(text)
    account = _ACCOUNT.search(text) and _BALANCES.search(text)
    return FormatName(NAME) if _LISTS.search(text) or one or account else None


def read_xs2a(
    stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
) -> Iterator[StatementSource]:
    """The statement of a report, or of each in a list; see `formats.read_statements`."""
    for root in _roots(read_json(stream, file=file), file):
        yield _Report(root, name.name, notices).statement()


XS2A = StatementFormat("xs2a", "account report in JSON (PSD2)", claim_xs2a, read_xs2a)


def _roots(value: Any, file: str) -> Iterator[JsonNode]:
    """A report is an object; a list is of reports, or of the booked transactions of one."""
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, dict) for each in values):
        raise UnreadableFileError("the file", type(value).__name__, _EXPECTED, file)
    if any(_is_transaction(each) for each in values):
        yield JsonNode({"booked": values}, "", file)
        return
    for number, each in enumerate(values):
        yield JsonNode(each, f"[{number}]" if isinstance(value, list) else "", file)


def _is_transaction(value: dict[str, Any]) -> bool:
    return "transactionAmount" in value or ("amount" in value and "transactionId" in value)


class _Report:
    """One report: the account, its balances, the booked and the pending transactions."""

    def __init__(self, root: JsonNode, format_name: str, notices: list[Notice]) -> None:
        self._root, self._format, self._notices = root, format_name, notices
        self._lists = root.node(*_REPORTS) or root
        self._account = root.node(*_ACCOUNTS) or root
        self._own = account_of(self._account)
        self._is_whole = self._no_page_follows()

    def statement(self) -> StatementSource:
        """The head, and the entries in the order of the report."""
        stated = [*self._stated("booked", True), *self._stated("pending", False)]
        if not stated:
            self._require_something()
        balances = self._booked_balances()
        directed = direct(stated, balances)
        if directed.by_parties:
            notice(self._notices, "xs2a.unsigned", self._lists.path)
        reader = EntryReader(self._own, self._notices)
        pairs = zip(stated, directed.amounts, strict=True)
        entries = [reader.entry(each, amount) for each, amount in pairs]
        days = [day for entry in entries if (day := entry.booking_date or entry.value_date)]
        head = StatementHead(
            format=self._format,
            kind=directed.kind,
            id=None,
            sequence=None,
            account=self._own,
            currency=self._currency(stated),
            from_date=min(days, default=None),
            to_date=max(days, default=None),
            opening_balance=balances[0] if balances else None,
            closing_balance=balances[1] if balances else self._balance("closingBooked"),
            balances_booked=balances is not None and not directed.by_parties,
        )
        return StatementSource(head, iter(entries))

    def _stated(self, name: str, is_booked: bool) -> Iterator[Amounted]:
        for node in self._lists.nodes(name):
            yield amounted(node, is_booked=is_booked, own=self._own)

    def _require_something(self) -> None:
        """An empty report is one; JSON of something else is not."""
        known = {"booked", "pending"} & self._lists.value.keys()
        if not known and "balances" not in self._root.value:
            raise self._root.refuse("transactions", None, _EXPECTED)
        notice(self._notices, "statement.empty", self._lists.path or "the file")

    def _currency(self, stated: list[Amounted]) -> str | None:
        """The account's, else that of all its transactions."""
        found = {each.amount.currency for each in stated}
        only = next(iter(found)) if len(found) == 1 else None
        return self._account.text("currency") or only

    def _no_page_follows(self) -> bool:
        """A page of a report is read, but the balances are not its own."""
        links = self._lists.node("_links", "links")
        if links is None or links.node("next") is None:
            return True
        notice(self._notices, "xs2a.more_pages", self._lists.path or "the file")
        return False

    def _booked_balances(self) -> tuple[Money, Money] | None:
        """Opening and closing of the report, where it is all here."""
        if not self._is_whole:
            return None
        opening, closing = self._balance("openingBooked"), self._balance("closingBooked")
        return (opening, closing) if opening is not None and closing is not None else None

    def _balance(self, kind: str) -> Money | None:
        """The only balance of that kind; several are of several days, and none is used."""
        found = {
            node.money("balanceAmount")
            for node in self._root.nodes("balances")
            if (node.text("balanceType") or "").replace("_", "").casefold() == kind.casefold()
        }
        return found.pop() if len(found) == 1 else None
