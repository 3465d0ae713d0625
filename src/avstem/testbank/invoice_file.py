"""Write `invoices.csv`, the contract that `formats/invoices_csv.py` reads."""

import csv
import io
from collections.abc import Iterable

from avstem.domain.open_item import Document
from avstem.formats.invoices_csv import COLUMNS


def render_header() -> bytes:
    """The line of column names."""
    return (",".join(COLUMNS) + "\n").encode()


def render_documents(documents: Iterable[Document]) -> bytes:
    """A line a document, in the order of `COLUMNS`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writerows(map(_row, documents))
    return text.getvalue().encode()


def _row(document: Document) -> dict[str, str]:
    return {
        "type": document.kind.value,
        "number": document.number,
        "party_name": document.party.name,
        "party_orgnr": document.party.orgnr or "",
        "party_account": document.party_account or "",
        "invoice_date": document.invoice_date.isoformat(),
        "due_date": document.due_date.isoformat() if document.due_date else "",
        "currency": document.amount.currency,
        "amount": document.amount.decimal(),
        "kid": document.kid or "",
        "description": document.description or "",
        "order_number": document.order_number or "",
        "vat_code": document.vat_code,
        **_discount(document),
    }


def _discount(document: Document) -> dict[str, str]:
    """A row has room for one discount; a document with several is written as XML."""
    for each in document.discounts:
        percent = f"{each.percent_bp // 100}.{each.percent_bp % 100:02d}"
        return {"discount_percent": percent, "discount_until": each.last_day.isoformat()}
    return {}
