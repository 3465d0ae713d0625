"""The settlements of any file that holds them, whichever provider made it."""

from collections.abc import Iterator
from typing import BinaryIO

from avstem.domain.errors import UnknownFormatError
from avstem.domain.money import check_currency
from avstem.domain.settlement import Settlement
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.sheet import is_workbook
from avstem.formats.detect import describe
from avstem.formats.payment_node import MessageStream
from avstem.formats.port import HEAD_BYTES
from avstem.formats.settlements.stripe import STRIPE, read_stripe
from avstem.formats.settlements.table import TABLE_BYTES_MAX
from avstem.formats.settlements.vipps import VIPPS, XML, read_vipps
from avstem.formats.settlements.zettle import ZETTLE, read_zettle, read_zettle_sheet
from avstem.formats.values import notice
from avstem.formats.xml_reader import BoundedStream

FORMATS = (VIPPS, STRIPE, ZETTLE)


def read_settlements(
    stream: BinaryIO,
    *,
    file: str,
    notices: list[Notice] | None = None,
    currency: str | None = None,
) -> Iterator[Settlement]:
    """Each payout of the file with its lines; the file is refused whole with the place of a fault.

    `currency` is that of the amounts where the file names none (Zettle's reports). What is odd but
    usable is added to `notices`. A file holds at most 250 000 lines.
    """
    kept = [] if notices is None else notices
    said = None if currency is None else check_currency(currency)
    is_empty = True
    for settlement in _read(stream, file, kept, said):
        is_empty = False
        yield settlement
    if is_empty:
        notice(kept, "statement.empty", file)


def _read(
    stream: BinaryIO, file: str, notices: list[Notice], currency: str | None
) -> Iterator[Settlement]:
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if (name := VIPPS.claim(head)) is not None:
        vipps = _bounded(stream, file, is_xml=name.name == XML)
        return read_vipps(vipps, file=file, name=name, notices=notices, currency=currency)
    bounded = _bounded(stream, file)
    if STRIPE.claim(head) is not None:
        return read_stripe(bounded, file=file, notices=notices, currency=currency)
    if ZETTLE.claim(head) is not None:
        return read_zettle(bounded, file=file, notices=notices, currency=currency)
    if is_workbook(head):
        return read_zettle_sheet(bounded, file=file, notices=notices, currency=currency)
    expected = ", ".join(each.label for each in FORMATS)
    raise UnknownFormatError(describe(head), expected, file)


def _bounded(stream: BinaryIO, file: str, *, is_xml: bool = False) -> BoundedStream:
    """A table is bounded by its lines too, XML by what one transaction may hold."""
    if is_xml:
        return MessageStream(stream, file=file)
    return BoundedStream(stream, file=file, bytes_max=TABLE_BYTES_MAX)
