"""Zettle (by PayPal): the account statement, which shows payouts, and the report of payments.

The account statement has sales, fees and payouts as rows of their own, with the balance after each:
a payout is of the rows since the one before. The report of payments knows no payouts: it becomes
one settlement of its period without a day of payment, and payments that Zettle does not pay out
(cash, invoices, other wallets) are left out. Neither names a currency; the user says it.

Source: docs/formats/settlements.md, with what of it is assumed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from avstem.domain.money import Money
from avstem.domain.settlement import LineKind, Settlement, SettlementLine
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.rows import Row
from avstem.formats.bank_csv.sheet import sheet_rows
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.settlements.gather import Payout, fee_taken
from avstem.formats.settlements.table import (
    Shape,
    Table,
    claimed_shape,
    header_in,
    sheet_table,
    text_table,
)
from avstem.formats.xml_reader import BoundedStream

STATEMENT = Shape(
    "settlement.zettle.statement",
    required={
        "date": "Afregningsdato|Oppgjørsdato|Settlement date",
        "paid_on": "Betalingsdato|Payment date",
        "reference": "Reference|Referanse",
        "kind": "Type",
        "amount": "Netto|Net",
        "balance": "Saldo|Balance",
    },
    optional={},
)
PAYMENTS = Shape(
    "settlement.zettle.payments",
    required={
        "date": "Dato|Date",
        "reference": "Kvitteringsnummer|Receipt number",
        "gross": "Total|Totalt",
        "fee": "Afgift|Gebyr|Avgift|Fee",
        "net": "Netto|Net",
        "method": "Betalingsmetode|Betalingsmåte|Payment method",
    },
    optional={"issuer": "Kortudsteder|Kortutsteder|Card issuer", "text": "Beskrivelse|Description"},
)
SHAPES = (STATEMENT, PAYMENTS)

#: Words that tell what a row of the statement is, the first that fits; else an adjustment.
_KINDS = (
    (LineKind.FEE, ("gebyr", "fee", "avgift")),
    (LineKind.CHARGEBACK, ("chargeback", "tvist")),
    (LineKind.REFUND, ("tilbakebetaling", "tilbagebetaling", "refusjon", "refund")),
    (LineKind.PAYOUT, ("utbetaling", "udbetaling", "payout")),
    (LineKind.SALE, ("kortbetaling", "card payment")),
)


def claim_zettle(head: bytes) -> FormatName | None:
    """A text table of one of the two reports; a workbook shows its header only when it is read."""
    shape = claimed_shape(head, SHAPES)
    return FormatName(shape.name) if shape else None


def claim_zettle_sheet(stream: BoundedStream, *, file: str) -> FormatName | None:
    """As `claim_zettle`, of the first sheet of a workbook; one that cannot be read is refused."""
    found = header_in(sheet_rows(stream, file=file), SHAPES)
    return FormatName(found.shape.name) if found else None


ZETTLE = OtherFormat("zettle", "Zettle settlement", claim_zettle, "settlement")


def read_zettle(
    stream: BoundedStream, *, file: str, notices: list[Notice], currency: str | None
) -> Iterator[Settlement]:
    """Each payout of a statement, or the one period of a report of payments."""
    yield from _read(text_table(stream, SHAPES, file=file, notices=notices), currency)


def read_zettle_sheet(
    stream: BoundedStream, *, file: str, notices: list[Notice], currency: str | None
) -> Iterator[Settlement]:
    """The same from the first sheet of a workbook."""
    rows = sheet_rows(stream, file=file)
    yield from _read(sheet_table(rows, SHAPES, file=file, notices=notices), currency)


def _read(table: Table, currency: str | None) -> Iterator[Settlement]:
    if table.shape is STATEMENT:
        yield from _Statement(table, currency).settlements()
    else:
        yield from _period(table, currency)


@dataclass(frozen=True, slots=True)
class _Movement:
    """A row of the account statement, and the balance after it."""

    row: Row
    line: SettlementLine
    balance: Money


class _Statement:
    """The account statement, whichever end it begins at."""

    def __init__(self, table: Table, currency: str | None) -> None:
        self._table, self._currency = table, currency

    def settlements(self) -> Iterator[Settlement]:
        payout: Payout | None = None
        waiting: list[_Movement] = []
        for movement in self._oldest_first([self._movement(row) for row in self._table.rows()]):
            waiting.append(movement)
            line = movement.line
            if line.kind is LineKind.PAYOUT:
                id = line.reference or f"{line.date}"
                payout = Payout(id, line.gross.currency, movement.row.place, line.date)
                payout.lines = [each.line for each in waiting]
                yield payout.settlement("zettle", self._table.notices)
                waiting = []
        for movement in waiting:
            self._table.left_out(movement.row)

    def _movement(self, row: Row) -> _Movement:
        table = self._table
        currency = table.currency(row, self._currency)
        amount = table.amount(row, "amount", currency)
        line = SettlementLine(
            kind=_kind(table.raw(row, "kind"), amount),
            reference=table.id_or_none(row, "reference"),
            order_id=None,
            date=table.day(row, "date"),
            gross=amount,
            fee=Money.zero(currency),
            net=amount,
            text=table.text_or_none(row, "kind"),
        )
        return _Movement(row, line, table.amount(row, "balance", currency))

    def _oldest_first(self, rows: list[_Movement]) -> list[_Movement]:
        """The balances prove the order; without it nobody can say what is in a payout."""
        turned = rows[::-1]
        orders = [each for each in (rows, turned) if _first_break(each) is None]
        if not orders:
            at = _first_break(rows if rows[0].line.date <= rows[-1].line.date else turned)
            assert at is not None, "an order that is proved is taken"
            expected = "the balance of the row before with this row's amount"
            raise self._table.refuse(at.row, str(at.balance), expected)
        by_date = rows if not rows or rows[0].line.date <= rows[-1].line.date else turned
        return by_date if by_date in orders else orders[0]


def _first_break(rows: list[_Movement]) -> _Movement | None:
    """The first row whose balance does not follow from the one before it."""
    for before, after in pairwise(rows):
        if before.balance + after.line.gross != after.balance:
            return after
    return None


def _kind(words: str, amount: Money) -> LineKind:
    """A card payment that takes money out is one given back."""
    folded = words.casefold()
    found = (kind for kind, marks in _KINDS if any(mark in folded for mark in marks))
    kind = next(found, LineKind.ADJUSTMENT)
    return LineKind.REFUND if kind is LineKind.SALE and amount.minor < 0 else kind


def _period(table: Table, currency: str | None) -> Iterator[Settlement]:
    """What Zettle owes for the payments of the period."""
    period: Payout | None = None
    for row in table.rows():
        if not table.raw(row, "reference").strip() or not _is_paid_out(table, row):
            table.left_out(row)
            continue
        line = _payment(table, row, table.currency(row, currency))
        period = period or Payout("", line.gross.currency, row.place)
        period.lines.append(line)
    if period is not None:
        days = sorted({line.date for line in period.lines})
        period.id = f"{days[0]}/{days[-1]}"
        yield period.settlement("zettle", table.notices)


def _is_paid_out(table: Table, row: Row) -> bool:
    """Whether a card was used: by its issuer where there is such a column, else by the fee."""
    if table.has("issuer"):
        return bool(table.raw(row, "issuer").strip())
    return bool(table.raw(row, "fee").strip(" 0.,-"))


def _payment(table: Table, row: Row, currency: str) -> SettlementLine:
    gross, fee, net = (table.amount(row, role, currency) for role in ("gross", "fee", "net"))
    return SettlementLine(
        kind=LineKind.REFUND if gross.minor < 0 else LineKind.SALE,
        reference=table.id(row, "reference"),
        order_id=None,
        date=table.day(row, "date"),
        gross=gross,
        fee=fee_taken(gross, fee, net),
        net=net,
        text=table.text_or_none(row, "text"),
    )
