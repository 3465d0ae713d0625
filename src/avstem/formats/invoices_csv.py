"""`invoices.csv`: the documents of any accounting program, a line each.

UTF-8 (a byte-order mark is accepted), `,` or `;`, a header line, columns in any order. A wrong
row is refused with its line and reason; the good rows are kept.

Source: docs/formats/invoices_csv.md (the public contract).
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import BinaryIO

from avstem.domain import kid as kids
from avstem.domain.early_payment import DiscountTerms, check_terms
from avstem.domain.errors import InvalidValueError, RefusalError
from avstem.domain.exchange import parse_price, value_minor
from avstem.domain.identifiers import (
    account_key,
    check_orgnr,
    compact,
    is_creditor_reference,
    normalise_account,
)
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.domain.vat import check_vat_code
from avstem.formats.csv_table import column_names, read_table
from avstem.formats.port import FormatName, OtherFormat

REQUIRED = ("type", "number", "party_name", "invoice_date", "currency", "amount")
COLUMNS = (
    *REQUIRED[:3], "party_orgnr", "party_account", *REQUIRED[3:4], "due_date", *REQUIRED[4:],
    "kid", "description", "amount_company_currency", "rate", "order_number", "vat_code",
    "discount_percent", "discount_until",
)  # fmt: skip
FIELD_CHARACTERS_MAX = 2_000
_LENGTHS_MAX = {
    "number": 70, "party_name": 140, "description": 500, "party_orgnr": 20, "order_number": 35,
}  # fmt: skip
_DOCUMENTS = {kind.value: kind for kind in ItemKind if kind.is_document}
_PERCENT = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?\Z", re.ASCII)


def claim_invoices_csv(head: bytes) -> FormatName | None:
    """A first line that names every column such a file must have, once."""
    first = re.split(rb"[\r\n]", head.removeprefix(b"\xef\xbb\xbf"), maxsplit=1)[0]
    try:
        names = column_names(first.decode("utf-8", "replace"))[0]
    except csv.Error:
        return None
    if any(names.count(name) != 1 for name in REQUIRED):
        return None
    return FormatName("csv.invoices")


INVOICES_CSV = OtherFormat("invoices_csv", "invoices.csv", claim_invoices_csv, "invoices")


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line of the file: a document (with what is odd about it), or why it is refused.

    Neither where nothing is to pay. `account_is_partys` is False where the money goes to another
    (factoring): then the account says nothing of who pays or is paid elsewhere.
    """

    line: int
    document: Document | None
    refusal: RefusalError | None = None
    warnings: tuple[str, ...] = ()
    account_is_partys: bool = True


def read_invoices(stream: BinaryIO, *, file: str, own: str = "NOK") -> Iterator[InvoiceRow]:
    """Read the rows as they stream. A file without the required columns is refused whole.

    `own` is the company's currency, that of the column `amount_company_currency`.
    """
    for line, row in read_table(stream, file=file, required=REQUIRED, known=COLUMNS):
        yield _read_row(line, row, own)


def _read_row(line: int, row: dict[str, str] | RefusalError, own: str) -> InvoiceRow:
    if isinstance(row, RefusalError):
        return InvoiceRow(line, None, row)
    try:
        document = read_document(row, own)
    except RefusalError as refusal:
        return InvoiceRow(line, None, refusal)
    return InvoiceRow(line, document, warnings=tuple(_warnings(document)))


def read_document(row: Mapping[str, str], own: str) -> Document:
    """The document of one row, or the reason it is refused. `own`: the company's currency."""
    for name in REQUIRED:
        if not row.get(name):
            raise InvalidValueError(name, "nothing", "a value")
    for name, value in row.items():
        if len(value) > _LENGTHS_MAX.get(name, 140):
            raise InvalidValueError(
                name,
                value[:57] + "…",
                f"at most {_LENGTHS_MAX.get(name, 140)} characters",
            )
    kind = _kind(row["type"])
    amount = _amount(row["amount"], row["currency"])
    issued = _day("invoice_date", row["invoice_date"])
    return Document(
        kind=kind,
        number=row["number"],
        party=Party(" ".join(row["party_name"].split()), _orgnr(row.get("party_orgnr", ""))),
        invoice_date=issued,
        due_date=_day("due_date", row["due_date"]) if row.get("due_date") else None,
        amount=amount,
        kid=_kid(row.get("kid", ""), kind),
        party_account=normalise_account(row["party_account"]) if row.get("party_account") else None,
        description=row.get("description") or None,
        value=_value(row, amount, own),
        vat_code=check_vat_code(row.get("vat_code", ""), kind),
        order_number=row.get("order_number") or None,
        discounts=_discounts(row, kind, amount, issued),
    )


def _discounts(
    row: Mapping[str, str], kind: ItemKind, amount: Money, issued: date
) -> tuple[DiscountTerms, ...]:
    """What may be left out by whom pays in time: a percentage and its last day, or neither."""
    percent, until = row.get("discount_percent", ""), row.get("discount_until", "")
    if not percent and not until:
        return ()
    if kind.is_credit_note:
        raise InvalidValueError("discount_percent", percent or until, "nothing for a credit note")
    if not _PERCENT.match(percent):
        expected = "a percentage with a dot, as 2 or 2.50"
        raise InvalidValueError("discount_percent", percent[:60] or "nothing", expected)
    terms = DiscountTerms(int(Fraction(percent) * 100), _day("discount_until", until))
    return check_terms((terms,), amount_minor=amount.minor, issued=issued)


def _value(row: Mapping[str, str], amount: Money, own: str) -> Money | None:
    """What it was booked at: as said, or by the rate said; both must agree, to the last øre."""
    said, rate = row.get("amount_company_currency", ""), row.get("rate", "")
    if not said and not rate:
        return None
    value = _amount(said, own) if said else None
    price = parse_price(rate) if rate else None
    by_rate = price and Money(value_minor(amount, price, own), own)
    if amount.currency == own and ((value or amount) != amount or price not in (None, 1)):
        raise InvalidValueError("rate", rate or said, f"nothing, for {own} is the company's own")
    if value and price and by_rate and _is_apart(value, by_rate, rate, amount):
        raise InvalidValueError("rate", rate, f"one that makes {amount} into {value}")
    return value or by_rate or None


def _is_apart(value: Money, by_rate: Money, rate: str, amount: Money) -> bool:
    """Whether they differ by more than the decimals that the rate was written with."""
    step = Fraction(1, 10 ** len(rate.partition(".")[2]))
    return abs(value - by_rate).minor > 1 + abs(value_minor(amount, step, value.currency))


def _kind(text: str) -> ItemKind:
    kind = _DOCUMENTS.get(text)
    if kind is None:
        raise InvalidValueError("type", text[:60], ", ".join(_DOCUMENTS))
    return kind


def _orgnr(text: str) -> str | None:
    """A Norwegian number must be right; a foreign one carries its country's two letters."""
    number = compact(text)
    if re.fullmatch(r"(?!NO)[A-Z]{2}[0-9A-Z]{4,18}", number, re.ASCII):
        return number
    return check_orgnr(text) if text else None


def _day(name: str, text: str) -> date:
    try:
        if len(text) != len("2026-01-31"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(name, text[:60], "a date that exists, as 2026-01-31") from None


def _amount(text: str, currency: str) -> Money:
    amount = Money.parse(text, currency)
    if amount.minor <= 0:
        raise InvalidValueError("amount", text[:60], "a positive amount (credit notes too)")
    return amount


def _kid(text: str, kind: ItemKind) -> str | None:
    """Our own KID must be right; a supplier's wrong one is kept with a warning.

    The bill is owed whatever is printed on it, and the payment is refused before it is sent.
    """
    kid = "".join(text.split())
    if not kid or not kind.is_own or kids.is_valid(kid) or is_creditor_reference(kid):
        return kid.upper() or None
    raise InvalidValueError("kid", text[:60], "a KID whose check digit fits (modulus 10 or 11)")


def _warnings(document: Document) -> Iterator[str]:
    kid = document.kid
    if kid and not (kids.is_valid(kid) or is_creditor_reference(kid)):
        yield f"the KID {kid[:35]} fails its check digit"
    if document.due_date and document.due_date < document.invoice_date:
        yield "it is due before its own date"


def account_of(document: Document) -> str:
    """The party's account as the tables know it, or nothing."""
    return account_key(document.party_account) if document.party_account else ""
