"""Stripe: the payout reconciliation and balance reports, and the dashboard's balance export.

Both hold one row a balance transaction, with the automatic payout that settled it. A payout that
Stripe did not make by itself has no rows of its own: all of it is unexplained.

Source: docs.stripe.com/reports (report types `payout_reconciliation.itemized` and
`balance_change_from_activity.itemized`); docs/formats/settlements.md.
"""

from collections.abc import Iterator

from avstem.domain.settlement import LineKind, Settlement, SettlementLine
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.cells import DateForm
from avstem.formats.bank_csv.rows import Row
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.settlements.gather import Payout, Payouts, agree
from avstem.formats.settlements.table import Shape, Table, claimed_shape, text_table
from avstem.formats.xml_reader import BoundedStream

REPORT = Shape(
    "settlement.stripe.report",
    required={
        "id": "balance_transaction_id",
        "currency": "currency",
        "gross": "gross",
        "fee": "fee",
        "net": "net",
        "category": "reporting_category",
        "payout": "automatic_payout_id",
    },
    optional={
        "payout_date": "automatic_payout_effective_at",
        "payout_date_utc": "automatic_payout_effective_at_utc",
        "created": "created",
        "created_utc": "created_utc",
        "source": "source_id",
        "text": "description",
        "invoice": "invoice_number",
        "order": "payment_metadata[order_id]",
        "intent": "payment_intent_id",
    },
)
EXPORT = Shape(
    "settlement.stripe.export",
    required={
        "id": "id",
        "category": "Type",
        "source": "Source",
        "gross": "Amount",
        "fee": "Fee",
        "net": "Net",
        "currency": "Currency",
        "created": "Created (UTC)",
        "payout": "Transfer",
        "payout_date": "Transfer Date (UTC)",
    },
    optional={"text": "Description", "order": "order_id (metadata)"},
)
SHAPES = (REPORT, EXPORT)

#: Reporting categories of the reports, and types of the export. Every other one is an adjustment.
KINDS = {
    LineKind.SALE: "charge payment charge_failure partial_capture_reversal",
    LineKind.REFUND: "refund payment_refund refund_failure payment_failure_refund",
    LineKind.FEE: "fee stripe_fee stripe_fx_fee network_cost",
    LineKind.CHARGEBACK: "dispute dispute_reversal",
    LineKind.PAYOUT: "payout payout_reversal payout_failure payout_cancel",
}
_KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}


def claim_stripe(head: bytes) -> FormatName | None:
    """A table with the columns of one of Stripe's reports."""
    shape = claimed_shape(head, SHAPES)
    return FormatName(shape.name) if shape else None


STRIPE = OtherFormat("stripe", "Stripe settlement", claim_stripe, "settlement")


def read_stripe(
    stream: BoundedStream, *, file: str, notices: list[Notice], currency: str | None
) -> Iterator[Settlement]:
    """Each payout; what is not paid out yet is left out with a notice."""
    reader = _Reader(text_table(stream, SHAPES, file=file, notices=notices), currency)
    yield from reader.settlements()


class _Reader:
    """Reads the rows by their payouts; a balance transaction counts once."""

    def __init__(self, table: Table, currency: str | None) -> None:
        self._table, self._currency = table, currency
        self._payouts, self._seen = Payouts(), set[str]()

    def settlements(self) -> Iterator[Settlement]:
        for row in self._table.rows():
            self._take(row)
        yield from self._payouts.settlements("stripe", self._table.notices)

    def _take(self, row: Row) -> None:
        table = self._table
        currency, line = self._line(row)
        id = table.id_or_none(row, "payout")
        if line.kind is LineKind.PAYOUT:
            id = id or table.id_or_none(row, "source")
        if id is None:
            table.left_out(row)
            return
        payout = self._payouts.of(id, currency=currency, place=row.place)
        if payout.currency != currency:
            raise table.refuse(row, currency, f"{payout.currency}, as in the rest of {id}")
        self._date(payout, row, line)
        payout.lines.append(line)

    def _date(self, payout: Payout, row: Row, line: SettlementLine) -> None:
        """The day of the payout; its own row may lack it, and then names the day it was made."""
        table = self._table
        role = self._first(row, "payout_date", "payout_date_utc")
        if role is not None:
            day = table.day(row, role, DateForm.YEAR_FIRST)
            agree(payout, "payout_date", day, lambda _, found, said: table.refuse(row, found, said))
        elif line.kind is LineKind.PAYOUT:
            payout.made_date = payout.made_date or line.date

    def _line(self, row: Row) -> tuple[str, SettlementLine]:
        table, category = self._table, self._table.raw(row, "category").strip().casefold()
        reference = self._once(row)
        currency = table.currency(row, self._currency)
        created = self._first(row, "created", "created_utc")
        if created is None:
            raise table.refuse(row, "nothing", "a day in the column created")
        line = SettlementLine(
            kind=_KIND_OF.get(category, LineKind.ADJUSTMENT),
            reference=table.id_or_none(row, "source") or reference,
            order_id=table.id_or_none(row, "order", "invoice", "intent"),
            date=table.day(row, created, DateForm.YEAR_FIRST),
            gross=table.amount(row, "gross", currency),
            fee=table.amount(row, "fee", currency),
            net=table.amount(row, "net", currency),
            text=table.text_or_none(row, "text") or category or None,
        )
        return currency, line

    def _once(self, row: Row) -> str:
        """The balance transaction's own id."""
        id = self._table.id(row, "id")
        if id in self._seen:
            raise self._table.refuse(row, f"{id} again", "each balance transaction once")
        self._seen.add(id)
        return id

    def _first(self, row: Row, *roles: str) -> str | None:
        return next((role for role in roles if self._table.raw(row, role).strip()), None)
