"""Reads one invoice or credit note; its lines are summed as they stream by and forgotten."""

import re
from collections.abc import Iterator

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.exchange import written_price
from avstem.domain.money import Money, check_currency
from avstem.domain.statement import Notice
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.ubl.attachments import read_attachments
from avstem.formats.ubl.model import StatedRate, UblDocument
from avstem.formats.ubl.node import Node
from avstem.formats.ubl.parties import read_customer, read_payee, read_supplier
from avstem.formats.ubl.payment import read_due_date, read_payment_means
from avstem.formats.ubl.terms import read_discounts, read_tax_rate
from avstem.formats.ubl.totals import check_totals, read_totals
from avstem.formats.values import notice
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream, Element, stream_elements, stream_pieces

#: The largest document that is read, attachments included.
DOCUMENT_BYTES_MAX = 128 * 1024**2

_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
_AGGREGATE = f"{{{_SCHEMA}CommonAggregateComponents-2}}"
_ROOTS = {f"{{{_SCHEMA}{name}-2}}{name}": name for name in ("Invoice", "CreditNote")}
_LINES = {"Invoice": "InvoiceLine", "CreditNote": "CreditNoteLine"}
#: The network's envelope around a document, which some access points leave on.
_ENVELOPE = "StandardBusinessDocument"

_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIRST = re.compile(rb"<(?:[\w.-]{1,60}:)?([A-Za-z]{1,60})(?=[\s>])")
_NAMESPACE = re.compile(
    rb"""["']urn:oasis:names:specification:ubl:schema:xsd:(Invoice|CreditNote)-2["']"""
)

#: UNCL 1001, as EN 16931 divides it between the two documents.
_CREDIT_NOTES = frozenset("81 83 261 262 296 308 381 396 420 458 502 503 532".split())
_INVOICES = frozenset(
    "71 80 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388 "
    "389 390 393 394 395 456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876 "
    "877 935".split()
)


def claim_ubl(head: bytes) -> FormatName | None:
    """A UBL 2 invoice or credit note, also inside the network's envelope."""
    text = _COMMENT.sub(b"", as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t"))
    first, namespace = _FIRST.search(text), _NAMESPACE.search(text)
    if not text.startswith(b"<") or first is None or namespace is None:
        return None
    if first[1] not in (namespace[1], _ENVELOPE.encode()):
        return None
    return FormatName("ubl.invoice" if namespace[1] == b"Invoice" else "ubl.credit_note")


UBL = OtherFormat("ubl", "EHF or Peppol invoice", claim_ubl, "invoices")


def read_ubl(stream: BoundedStream, *, file: str, notices: list[Notice]) -> UblDocument:
    """The document in the file; what makes an amount, a day or a party uncertain refuses it."""
    return _Reader(stream, file, notices).read()


class _Reader:
    """Where we are in the document: the sum of its lines, until the rest of it is there."""

    def __init__(self, stream: BoundedStream, file: str, notices: list[Notice]) -> None:
        self._stream, self._file, self._notices = stream, file, notices
        self._line_sum_minor = self._line_count = 0
        self._currency: str | None = None

    def read(self) -> UblDocument:
        found: UblDocument | None = None
        lines = tuple(_AGGREGATE + name for name in _LINES.values())
        for event, element in stream_elements(
            stream_pieces(self._stream), file=self._file, tags=(*_ROOTS, *lines)
        ):
            if element.tag in _ROOTS:
                if found is not None or (event == "start" and not _stands_alone(element)):
                    raise self._refuse("a document in or beside another", "one document")
                found = self._document(element) if event == "end" else None
            elif event == "end":
                self._line(element)
        if found is None:
            raise self._refuse("no invoice or credit note", "one")
        return found

    def _line(self, element: Element) -> None:
        """Add a line of the document itself to the sum, and give its memory back."""
        parent = element.getparent()
        name = _ROOTS.get(parent.tag) if parent is not None else None
        if name is None or element.tag != _AGGREGATE + _LINES[name]:
            raise self._refuse("a line inside another element", "lines alone")
        self._line_count += 1
        currency = self._currency_of(Node(parent, name, self._file))
        node = Node(element, f"{name}/{_LINES[name]}[{self._line_count}]", self._file)
        self._line_sum_minor += node.amount("LineExtensionAmount", currency).minor
        self._stream.freed()
        parent.remove(element)

    def _currency_of(self, root: Node) -> str:
        """The document's currency; it stands before the lines."""
        if self._currency is None:
            code = root.text("DocumentCurrencyCode")
            try:
                self._currency = check_currency(code)
            except InvalidValueError as wrong:
                raise root.refuse("DocumentCurrencyCode", wrong.found, wrong.expected) from wrong
        return self._currency

    def _document(self, element: Element) -> UblDocument:
        root = Node(element, _ROOTS[element.tag], self._file)
        currency, notices = self._currency_of(root), self._notices
        totals = read_totals(root, currency)
        check_totals(root, totals, Money(self._line_sum_minor, currency), notices)
        means = read_payment_means(root, currency, notices)
        issue_date = root.day_or_none("IssueDate")
        if issue_date is None:
            raise root.refuse("IssueDate", "nothing", "a date")
        return UblDocument(
            is_credit_note=root.path == "CreditNote",
            number=root.text("ID"),
            issue_date=issue_date,
            due_date=read_due_date(root, means, notices),
            type_code=self._type_code(root),
            currency=currency,
            customization=root.text_or_none("CustomizationID"),
            note=" ".join(root.texts("Note")) or None,
            supplier=read_supplier(root, notices),
            customer=read_customer(root, notices),
            payee=read_payee(root, notices),
            payment_means=means,
            totals=totals,
            line_count=self._line_count,
            order_reference=root.text_or_none("OrderReference/ID"),
            buyer_reference=root.text_or_none("BuyerReference"),
            billing_references=_billing_references(root),
            attachments=read_attachments(root, notices),
            rates=tuple(_rates(root)),
            discounts=read_discounts(root, totals.payable, issue_date, notices),
            tax_rate=read_tax_rate(root),
        )

    def _type_code(self, root: Node) -> str | None:
        """A code of the other kind of document is refused: the kind turns the sign of the amount.

        Where there is none, or one that nobody lists, the root says what it is.
        """
        name = f"{root.path}TypeCode"
        code = root.text_or_none(name)
        own, other = _CREDIT_NOTES, _INVOICES
        if root.path == "Invoice":
            own, other = other, own
        if code in other:
            raise root.refuse(name, code, f"the code of a document of the kind {root.path}")
        if code not in own:
            notice(self._notices, "type_code.unknown", f"{root.path}/{name}", code or "nothing")
        return code

    def _refuse(self, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError("Invoice or CreditNote", found, expected, self._file)


def _stands_alone(element: Element) -> bool:
    """At the top, or directly in the envelope that is."""
    parent = element.getparent()
    if parent is None:
        return True
    return parent.getparent() is None and parent.tag.rpartition("}")[2] == _ENVELOPE


def _rates(root: Node) -> Iterator[StatedRate]:
    """The rates that the sender states; one that is no number states nothing."""
    for node in root.each("TaxExchangeRate"):
        price = written_price(node.text_or_none("CalculationRate") or "")
        if price is not None:
            yield StatedRate(
                source=node.text_or_none("SourceCurrencyCode") or "",
                target=node.text_or_none("TargetCurrencyCode") or "",
                price=price,
                operator=node.text_or_none("MathematicOperatorCode") or "Multiply",
            )


def _billing_references(root: Node) -> tuple[str, ...]:
    references = (each.child("InvoiceDocumentReference") for each in root.each("BillingReference"))
    found = (each.text_or_none("ID") for each in references if each is not None)
    return tuple(each for each in found if each)
