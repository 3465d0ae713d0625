"""Vipps' settlement report as XML, version 3.0: payouts stream by, each with its transactions.

`Net` settlements have the fees taken off. Of `Gross` ones the fees are invoiced: they are no part
of the payout, and stand as `invoiced_fees`.

Source: SettlementReport-3.0.xsd (Vipps), with its comments on what each sum is of.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.money import Money, check_currency, parse_minor, total
from avstem.domain.settlement import LineKind, Settlement, SettlementLine
from avstem.domain.statement import Notice
from avstem.formats.settlements.gather import Payout, captured_and_refunded
from avstem.formats.settlements.table import ID_CHARACTERS_MAX, LINES_MAX
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii, root_name
from avstem.formats.xml_reader import BoundedStream, Element, stream_elements, stream_pieces

NAMESPACE = "http://vipps.no/xmlschema/SettlementReport-3.0.xsd"
OLD_NAMESPACE = "http://vipps.dnb.no/XMLSchema/SettlementReport.xsd"
_ROOT, _UNIT, _PAYMENTS = "SettlementReport", "SettlementDetailsInfo", "PaymentsInfo"
_PAYOUT, _LINE, _FEE = "SettlementInfo", "TransactionInfo", "FeeInfo"
#: What each element that is read stands in.
_PARENTS = {
    _ROOT: "",
    _UNIT: _ROOT,
    _PAYMENTS: _UNIT,
    _PAYOUT: _PAYMENTS,
    _LINE: _PAYOUT,
    _FEE: "FeeDetailsInfo",
}
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[0-9:.]{8,18})?(?:Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


def report_version(head: bytes) -> str | None:
    """`3.0` or `2.0` where a file begins as such a report, else None."""
    if root_name(head) != _ROOT:
        return None
    text = as_ascii(head)
    if NAMESPACE.encode() in text:
        return "3.0"
    return "2.0" if OLD_NAMESPACE.encode() in text else None


def read_xml(stream: BoundedStream, *, file: str, notices: list[Notice]) -> Iterator[Settlement]:
    """Each payout as its element ends. The older version is refused."""
    reader = _Reader(stream, file, notices)
    tags = tuple(f"{{{NAMESPACE}}}{name}" for name in _PARENTS)
    is_whole = False
    for event, element in stream_elements(stream_pieces(stream), file=file, tags=tags):
        name = _local(element)
        if event == "start":
            reader.begin(element, name)
        elif name == _PAYOUT:
            yield reader.payout(element)
        elif name == _ROOT:
            is_whole = True
        else:
            reader.end(element, name)
    if not is_whole:
        raise UnreadableFileError(_ROOT, "another version", f"the version of {NAMESPACE}", file)


class _Reader:
    """The payout that is being read, and how many came before it."""

    def __init__(self, stream: BoundedStream, file: str, notices: list[Notice]) -> None:
        self._stream, self._file, self._notices = stream, file, notices
        self._lines: list[SettlementLine] = []
        self._fees: list[Money] = []
        self._transactions = self._payouts = self._payouts_before = 0
        self._currency: str | None = None
        self._seen: set[str] = set()
        self._before: dict[str, tuple[Element, Element]] = {}

    def begin(self, element: Element, name: str) -> None:
        """Refuse an element where it does not belong."""
        parent = element.getparent()
        found = "" if parent is None else _local(parent)
        if found != _PARENTS[name]:
            expected = f"inside {_PARENTS[name]}"
            raise UnreadableFileError(name, f"inside {found}"[:60], expected, self._file)

    def end(self, element: Element, name: str) -> None:
        """Take what stands in the payouts or around them."""
        if name == _LINE:
            self._transaction(element)
            self._let_go(element, name)
        elif name == _FEE:
            notice(self._notices, "row.ignored", _FEE, _Node(element, _FEE, self._file).said())
            element.getparent().remove(element)
        elif name == _PAYMENTS:
            node = _Node(element, _PAYMENTS, self._file)
            node.check_count("NumOfSettlements", self._payouts - self._payouts_before)
            self._payouts_before = self._payouts
        elif name == _UNIT:
            self._let_go(element, name)

    def payout(self, element: Element) -> Settlement:
        """The payout with the transactions that went before."""
        self._payouts += 1
        node = _Node(element, f"{_PAYOUT}[{self._payouts}]", self._file)
        around = _Node(element.getparent(), _PAYMENTS, self._file)
        unit = _Node(element.getparent().getparent(), _UNIT, self._file)
        currency = node.currency()
        id = f"{unit.text('SerialNumber')}-{node.text('SettlementID')}"
        if id in self._seen:
            raise node.refuse("SettlementID", f"{id} again", "each payout once")
        self._seen.add(id)
        payout = Payout(id, currency, node.path)
        payout.payout_date = node.day("SettlementDate")
        payout.account = account_key(around.text("SettlementAccountNum"))
        payout.net = node.money("SettledAmount", currency)
        node.check_count("NumOfTransactions", self._transactions)
        self._check_sums(node, currency)
        payout.lines = self._lines
        if node.text("SettlementType") == "Gross":
            payout.invoiced_fees = total(self._fees, currency)
            payout.lines = [_without_fee(line) for line in self._lines]
        elif node.text("SettlementType") != "Net":
            raise node.refuse("SettlementType", node.text("SettlementType"), "Net or Gross")
        self._lines, self._fees, self._transactions = [], [], 0
        self._currency = None
        self._let_go(element, _PAYOUT)
        return payout.settlement("vipps", self._notices)

    def _transaction(self, element: Element) -> None:
        self._transactions += 1
        payout = f"{_PAYOUT}[{self._payouts + 1}]"
        node = _Node(element, f"{payout}/{_LINE}[{self._transactions}]", self._file)
        if self._transactions > LINES_MAX:
            raise node.refuse("", f"more than {LINES_MAX} transactions", "a smaller payout")
        if self._currency is None:
            self._currency = _Node(element.getparent(), payout, self._file).currency()
        currency = self._currency
        if node.currency() != currency:
            raise node.refuse("SettlementCurrencyCode", node.currency(), currency)
        captured = node.money("TransactionCaptureAmount", currency)
        refunded = node.money("TransactionRefundAmount", currency)
        if captured.minor < 0 or refunded.minor > 0:
            found = f"{captured} and {refunded}"
            raise node.refuse("TransactionRefundAmount", found, "captured with +, refunded with -")
        self._fees.append(node.money("TransactionFeeAmount", currency))
        self._lines.extend(
            captured_and_refunded(
                captured,
                refunded,
                self._fees[-1],
                node.money("TransactionNetAmount", currency),
                reference=node.text("TransactionID"),
                order_id=node.text_or_none("OrderID"),
                date=node.day("TransactionTime"),
            )
        )

    def _check_sums(self, node: "_Node", currency: str) -> None:
        """The sums that the payout gives are those of its transactions, else a notice."""
        sums = {kind: Money.zero(currency) for kind in (LineKind.SALE, LineKind.REFUND)}
        for line in self._lines:
            if line.gross.currency != currency:
                raise node.refuse("SettlementCurrencyCode", currency, line.gross.currency)
            sums[line.kind] += line.gross
        fees = total(self._fees, currency)
        gross = sums[LineKind.SALE] + sums[LineKind.REFUND]
        for name, found in (
            ("CaptureSettlementAmount", sums[LineKind.SALE]),
            ("RefundSettlementAmount", sums[LineKind.REFUND]),
            ("GrossSettlementAmount", gross),
            ("FeeSettlementAmount", fees),
            ("NetSettlementAmount", gross - fees),
        ):
            stated = node.money(name, currency)
            if stated != found:
                place = f"{node.path}/{name}"
                notice(self._notices, "payment.sum_differs", place, str(stated))

    def _let_go(self, element: Element, name: str) -> None:
        """Give the memory back.

        Elements of a kind follow each other; what stands between two of them would be held until
        the end, and is refused.
        """
        parent, before = element.getparent(), element.getprevious()
        known = self._before.get(name)
        if known is not None and known[0] is parent and known[1] is not before:
            found = "nothing" if before is None else _local(before)
            raise UnreadableFileError(name, found[:60], f"{name} after {name}", self._file)
        self._before[name] = parent, before
        self._stream.freed()
        parent.remove(element)


class _Node:
    """One element with its path: text, days and amounts, or a refusal."""

    def __init__(self, element: Element, path: str, file: str) -> None:
        self._element, self.path, self._file = element, path, file

    def text_or_none(self, name: str) -> str | None:
        """What stands in the one child of that name, on one line; None where it is empty."""
        found = self._element.findall(f"{{{NAMESPACE}}}{name}")
        if len(found) > 1 or any(len(each) for each in found):
            raise self.refuse(name, f"{len(found)} of them, or one in parts", "one with text")
        text = " ".join((found[0].text or "").split()) if found else ""
        if len(text) > ID_CHARACTERS_MAX:
            raise self.refuse(name, text, f"at most {ID_CHARACTERS_MAX} characters")
        return text or None

    def text(self, name: str) -> str:
        """As `text_or_none`, where it must be there."""
        found = self.text_or_none(name)
        if found is None:
            raise self.refuse(name, "nothing", "a value")
        return found

    def currency(self) -> str:
        """The element's currency."""
        try:
            return check_currency(self.text("SettlementCurrencyCode"))
        except InvalidValueError as wrong:
            raise self.refuse("SettlementCurrencyCode", wrong.found, wrong.expected) from wrong

    def money(self, name: str, currency: str) -> Money:
        """The signed amount."""
        try:
            return Money(parse_minor(self.text(name), currency), currency)
        except InvalidValueError as wrong:
            raise self.refuse(name, wrong.found, wrong.expected) from wrong

    def day(self, name: str) -> date:
        """The day; the time behind it is Oslo's, and let go."""
        text = self.text(name)
        found = _DAY.match(text)
        try:
            return date.fromisoformat(found[1] if found else "")
        except ValueError:
            raise self.refuse(name, text, "a day that exists, as 2026-01-31") from None

    def check_count(self, name: str, found: int) -> None:
        """Refuse where the file is to hold another number of something than it does."""
        text = self.text(name)
        if not _COUNT.match(text) or int(text) != found:
            raise self.refuse(name, text, f"{found}, as many as there are")

    def said(self) -> str:
        """All the text of its parts."""
        return " ".join((each.text or "")[:60] for each in self._element)

    def refuse(self, name: str, found: str, expected: str) -> UnreadableFileError:
        """The refusal of the value of that name."""
        place = f"{self.path}/{name}".rstrip("/")
        return UnreadableFileError(place, found[:60] or "nothing", expected, self._file)


def _without_fee(line: SettlementLine) -> SettlementLine:
    """The line of a gross settlement: its fee is invoiced, so that all of it is paid out."""
    difference = line.difference
    return replace(line, fee=line.fee - line.fee, net=line.gross + difference)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
