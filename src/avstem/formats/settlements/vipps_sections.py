"""Vipps' settlement report as CSV in sections: each row says in its first cell what it is.

`SettlementInfo` tells of a payout, `TransactionInfo` of what is in it; each section has a header
row. A merchant's sales units follow each other. Fees and refunds are written with a minus.

Source: github.com/vippsas/vipps-developers, settlements/csv/settlement-report.csv (2018).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.money import Money, check_currency, parse_minor
from avstem.domain.settlement import Settlement, SettlementLine
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.cells import DateForm, one_line, read_day
from avstem.formats.bank_csv.rows import Row, head_lines, text_rows
from avstem.formats.settlements.gather import (
    Payouts,
    captured_and_refunded,
    fee_taken,
)
from avstem.formats.settlements.table import ID_CHARACTERS_MAX, LINES_MAX
from avstem.formats.text_lines import stream_lines
from avstem.formats.values import notice
from avstem.formats.xml_reader import BoundedStream

_MERCHANT = ("OrganizationNumber", "MerchantName")
_PAYOUT, _TRANSACTION, _FEE = "SettlementInfo", "TransactionInfo", "FeeInfo"
_AMOUNTS = ("Currency", "Gross", "Fee", "Refund", "Net")
_UNIT = "SaleUnitNumber"
#: The columns that a section's header must name.
_NEEDED = {
    _PAYOUT: (_UNIT, "SettlementDate", "SettlementID", "SettlementAccount", *_AMOUNTS),
    _TRANSACTION: (_UNIT, "SalesDate", "TransactionId", "SettlementId", "OrderID", *_AMOUNTS),
    _FEE: (_UNIT, "SettlementDate", "Fee"),
}
_COUNT = "NumberOfTransactions"


def has_sections(head: bytes) -> bool:
    """Whether a file begins as such a report."""
    lines = head_lines(head)[:40]
    merchant, payout = ",".join(_MERCHANT), f"{_PAYOUT},"
    return (
        bool(lines)
        and lines[0].strip() == merchant
        and any(line.startswith(payout) and "SettlementID" in line for line in lines)
    )


def read_sections(
    stream: BoundedStream, *, file: str, notices: list[Notice]
) -> Iterator[Settlement]:
    """Each payout with its transactions."""
    reader = _Reader(file, notices)
    for count, row in enumerate(text_rows(stream_lines(stream, file=file), ",", file=file)):
        if count >= LINES_MAX:
            raise reader.refuse(row, f"more than {LINES_MAX} rows", "a smaller file")
        if not row.is_blank():
            reader.take(row)
    yield from reader.settlements()


@dataclass(frozen=True, slots=True)
class _Stated:
    """The sums that a report gives beside the net; fee and refund without their sign."""

    place: str
    gross: Money
    fee: Money
    refund: Money

    def fits(self, found: Settlement) -> bool:
        """Whether the lines come to the same; the gross is with the refunds or without them."""
        return (
            self.gross in (found.gross, found.gross - found.refunds)
            and self.fee == abs(found.fees)
            and self.refund == found.refunds
        )


class _Reader:
    """Where we are: the header of each section, and the payouts so far."""

    def __init__(self, file: str, notices: list[Notice]) -> None:
        self._file, self._notices = file, notices
        self._headers: dict[str, tuple[str, ...]] = {}
        self._payouts = Payouts()
        self._counts: dict[str, tuple[Row, int]] = {}
        self._stated: dict[str, _Stated] = {}
        # A report may repeat a section word for word; what was said once counts once.
        self._said: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._about_merchant = False

    def take(self, row: Row) -> None:
        """Read one row, by what its first cell says it is."""
        section, cells = row.cells[0], row.cells[1:]
        if section not in _NEEDED:
            self._pass_over(row)
        elif set(_NEEDED[section]) <= set(cells):
            self._headers[section] = cells
        elif section not in self._headers or len(cells) != len(self._headers[section]):
            expected = f"as many cells as the header of {section}"
            raise self.refuse(row, f"{len(cells)} cells", expected)
        else:
            self._read(section, row, dict(zip(self._headers[section], cells, strict=True)))

    def settlements(self) -> Iterator[Settlement]:
        """The payouts, each with as many transactions as it says."""
        for id, (row, count) in self._counts.items():
            payout = self._payouts.find(id)
            transactions = len({line.reference for line in payout.lines}) if payout else 0
            if transactions != count:
                raise self.refuse(row, f"{transactions} transactions", f"{count} in {id}")
        for settlement in self._payouts.settlements("vipps", self._notices):
            stated = self._stated[settlement.id]
            if not stated.fits(settlement):
                notice(self._notices, "payment.sum_differs", stated.place, str(stated.gross))
            yield settlement

    def _pass_over(self, row: Row) -> None:
        """A header about the merchant or Vipps, and the one row below it."""
        if self._about_merchant:
            self._about_merchant = False
        elif row.cells[:2] in (_MERCHANT, ("Name", "VisitingAddress")):
            self._about_merchant = True
        else:
            raise self.refuse(row, row.cells[0], f"one of {', '.join(_NEEDED)}")

    def _read(self, section: str, row: Row, cells: dict[str, str]) -> None:
        if section == _FEE:
            notice(self._notices, "row.ignored", row.place, " ".join(row.cells))
        elif not self._is_repeated(section, row, cells):
            (self._payout if section == _PAYOUT else self._transaction)(row, cells)

    def _is_repeated(self, section: str, row: Row, cells: dict[str, str]) -> bool:
        """Whether this stood in the file before; the same thing told otherwise is refused."""
        names = ("SettlementID",) if section == _PAYOUT else ("SettlementId", "TransactionId")
        key = (section, *(self._id(row, cells, name) for name in (_UNIT, *names)))
        before = self._said.setdefault(key, row.cells)
        if before is row.cells:
            return False
        if before != row.cells:
            raise self.refuse(row, f"{' '.join(key[1:])} again", "the same as before")
        notice(self._notices, "row.ignored", row.place, " ".join(row.cells))
        return True

    def _payout(self, row: Row, cells: dict[str, str]) -> None:
        currency, id = self._currency(row, cells), self._key(row, cells, "SettlementID")
        payout = self._payouts.of(id, currency=currency, place=row.place)
        payout.payout_date = self._day(row, cells["SettlementDate"])
        payout.account = account_key(self._id(row, cells, "SettlementAccount"))
        payout.net = self._amount(row, cells, "Net", currency)
        self._stated[id] = _Stated(
            row.place,
            self._amount(row, cells, "Gross", currency),
            abs(self._amount(row, cells, "Fee", currency)),
            abs(self._amount(row, cells, "Refund", currency)),
        )
        if (count := cells.get(_COUNT)) is not None:
            if not (count.isascii() and count.isdecimal() and len(count) <= 9):
                raise self.refuse(row, count, "a number of transactions")
            self._counts[id] = row, int(count)

    def _transaction(self, row: Row, cells: dict[str, str]) -> None:
        currency = self._currency(row, cells)
        payout = self._payouts.find(self._key(row, cells, "SettlementId"))
        if payout is None or payout.currency != currency:
            expected = f"a payout in {currency} that the file tells of above"
            raise self.refuse(row, self._key(row, cells, "SettlementId"), expected)
        payout.lines.extend(self._lines(row, cells, currency))

    def _lines(self, row: Row, cells: dict[str, str], currency: str) -> Iterator[SettlementLine]:
        gross, fee, refund, net = (
            self._amount(row, cells, name, currency) for name in ("Gross", "Fee", "Refund", "Net")
        )
        apart, within = _adds_up(gross, fee, refund, net)
        if refund.minor and not (apart or within):
            raise self.refuse(row, str(net), "a net that is gross less refund and fee")
        refunded = -abs(refund)
        captured = gross if apart or not refund.minor else gross - refunded
        if not refund.minor and gross.minor < 0:
            captured, refunded = Money.zero(currency), gross
        yield from captured_and_refunded(
            captured,
            refunded,
            fee_taken(captured + refunded, fee, net),
            net,
            reference=self._id(row, cells, "TransactionId"),
            order_id=one_line(cells["OrderID"])[:ID_CHARACTERS_MAX] or None,
            date=self._day(row, cells["SalesDate"]),
        )

    def _key(self, row: Row, cells: dict[str, str], name: str) -> str:
        """Payouts are numbered within a sales unit."""
        return f"{self._id(row, cells, _UNIT)}-{self._id(row, cells, name)}"

    def _id(self, row: Row, cells: dict[str, str], name: str) -> str:
        found = one_line(cells[name])
        if not 0 < len(found) <= ID_CHARACTERS_MAX:
            raise self.refuse(row, found, f"a value in {name}")
        return found

    def _currency(self, row: Row, cells: dict[str, str]) -> str:
        try:
            return check_currency(cells["Currency"])
        except InvalidValueError as wrong:
            raise self.refuse(row, wrong.found, wrong.expected) from wrong

    def _amount(self, row: Row, cells: dict[str, str], name: str, currency: str) -> Money:
        try:
            return Money(parse_minor(cells[name].strip(), currency), currency)
        except InvalidValueError as wrong:
            raise self.refuse(row, wrong.found, f"{name}: {wrong.expected}") from wrong

    def _day(self, row: Row, cell: str) -> date:
        try:
            return read_day(cell, DateForm.NORWEGIAN)
        except InvalidValueError as wrong:
            raise self.refuse(row, wrong.found, wrong.expected) from wrong

    def refuse(self, row: Row, found: str, expected: str) -> UnreadableFileError:
        """The refusal of something in the row."""
        return UnreadableFileError(row.place, found[:60] or "nothing", expected, self._file)


def _adds_up(gross: Money, fee: Money, refund: Money, net: Money) -> tuple[bool, bool]:
    """Whether the refund is to be taken off the gross, and whether that has been done already."""
    apart, within = gross - abs(refund), gross
    return net in (apart - fee, apart + fee), net in (within - fee, within + fee)
