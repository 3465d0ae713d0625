"""The settlements of any file that holds them, whichever provider made it."""

from collections.abc import Iterator
from typing import BinaryIO

from avstem.domain.errors import (
    RefusalError,
    SettlementLayoutUnknownError,
    UnknownFormatError,
)
from avstem.domain.money import check_currency
from avstem.domain.settlement import Settlement
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.sheet import is_workbook
from avstem.formats.detect import describe
from avstem.formats.payment_node import MessageStream
from avstem.formats.port import HEAD_BYTES, FormatName
from avstem.formats.settlements.stripe import STRIPE, read_stripe
from avstem.formats.settlements.table import TABLE_BYTES_MAX
from avstem.formats.settlements.unread import UNREAD
from avstem.formats.settlements.vipps import VIPPS, XML, read_vipps
from avstem.formats.settlements.zettle import (
    ZETTLE,
    claim_zettle_sheet,
    read_zettle,
    read_zettle_sheet,
)
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


def settlement_format(stream: BinaryIO, *, file: str) -> FormatName | None:
    """Which report it is, from its content; None where it is none that is read. At the start again.

    A workbook is looked into, and is none where it cannot be read.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    found = next(filter(None, (each.claim(head) for each in FORMATS)), None)
    if found is None and is_workbook(head):
        try:
            found = claim_zettle_sheet(_bounded(stream, file), file=file)
        except RefusalError:
            found = None  # whoever takes it says what is wrong with it
        stream.seek(0)
    return found


def names_no_currency(name: FormatName) -> bool:
    """Whether the amounts of such a report are in a currency that it does not name."""
    return name.name.startswith("settlement.zettle")


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
    for each in UNREAD:
        if each.claim(head) is not None:
            raise SettlementLayoutUnknownError(each.label, file)
    expected = ", ".join(each.label for each in FORMATS)
    raise UnknownFormatError(describe(head), expected, file)


def _bounded(stream: BinaryIO, file: str, *, is_xml: bool = False) -> BoundedStream:
    """A table is bounded by its lines too, XML by what one transaction may hold."""
    if is_xml:
        return MessageStream(stream, file=file)
    return BoundedStream(stream, file=file, bytes_max=TABLE_BYTES_MAX)
