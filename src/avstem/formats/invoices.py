"""Invoices and credit notes from any file that holds them, as rows to take or to refuse."""

from collections.abc import Iterator
from typing import BinaryIO

from avstem.domain.errors import RefusalError, UnknownFormatError
from avstem.domain.statement import Notice
from avstem.formats.detect import describe, detect
from avstem.formats.invoices_csv import InvoiceRow, read_invoices
from avstem.formats.port import HEAD_BYTES, FormatName, OtherFormat
from avstem.formats.saft.open_items import read_open_items
from avstem.formats.saft.reader import claim_saft, read_saft
from avstem.formats.saft.warnings import warnings_of as saft_warnings
from avstem.formats.ubl.open_item import open_item_of, warnings_of
from avstem.formats.ubl.reader import DOCUMENT_BYTES_MAX, claim_ubl, read_ubl
from avstem.formats.wrapped import members
from avstem.formats.xml_head import as_ascii
from avstem.formats.xml_reader import BoundedStream

_EXPECTED = "invoices.csv, EHF or a Peppol invoice, or SAF-T Financial"
_BESIDE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BINARY = (b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")


def document_format(head: bytes) -> FormatName | None:
    """The format of a file that is a document itself; None for a table of them."""
    return claim_ubl(head)


def is_beside_invoices(head: bytes) -> bool:
    """What people pack together with invoices and is none: a PDF, a picture, an office document.

    A text or XML that no reader knows is not: it may be a broken invoice, and its reader says so.
    """
    return head.startswith(_BESIDE)


def holds_invoices(stream: BinaryIO, *, file: str) -> bool:
    """Whether a file is one of invoices, or an archive with one at least that begins as such."""
    found = (detect(each.document.head) for each in members(stream, file=file) if each.document)
    return any(
        each is not None and isinstance(each[0], OtherFormat) and each[0].purpose == "invoices"
        for each in found
    )


def read_invoice_file(
    stream: BinaryIO, *, file: str, orgnr: str, own: str = "NOK"
) -> Iterator[InvoiceRow]:
    """The documents in the file, as the company of that number and currency has them in its books.

    A file that is cut off or does not add up is refused whole; a wrong row of several alone.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if document_format(head) is not None:
        yield _ubl_row(stream, file, orgnr, own)
    elif claim_saft(head) is not None:
        yield from _saft_rows(stream, file, orgnr)
    elif head.startswith(_BINARY) or as_ascii(head).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise UnknownFormatError(describe(head), _EXPECTED, file)
    else:
        yield from read_invoices(stream, file=file, own=own)


def _ubl_row(stream: BinaryIO, file: str, orgnr: str, own: str) -> InvoiceRow:
    notices: list[Notice] = []
    bounded = BoundedStream(stream, file=file, bytes_max=DOCUMENT_BYTES_MAX)
    document = read_ubl(bounded, file=file, notices=notices)
    line = document.customer.line
    try:
        item = open_item_of(document, orgnr, own)
    except RefusalError as refusal:
        return InvoiceRow(line, None, refusal)
    warnings = tuple(warnings_of(document, item, notices))
    is_partys = document.paid_to_another is None
    return InvoiceRow(line, item, None, warnings, account_is_partys=is_partys)


def _saft_rows(stream: BinaryIO, file: str, orgnr: str) -> Iterator[InvoiceRow]:
    notices: list[Notice] = []
    records = read_saft(BoundedStream(stream, file=file), file=file, notices=notices)
    yield from read_open_items(records, orgnr=orgnr, file=file)
    if warnings := tuple(saft_warnings(notices)):
        yield InvoiceRow(1, None, warnings=warnings)
