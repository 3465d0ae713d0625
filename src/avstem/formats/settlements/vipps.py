"""Vipps MobilePay's settlement reports: CSV with a row a transaction or in sections, and XML.

Payouts are numbered within a sales unit, so that `57860-2000023` names one; the bank's text of the
payout holds both numbers (`Utb. 2000023 Vippsnr 57860`).

Source: developer.vippsmobilepay.com, Settlements (file formats); docs/formats/settlements.md.
"""

from collections.abc import Iterator

from avstem.domain.errors import UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.money import Money
from avstem.domain.settlement import LineKind, Settlement, SettlementLine
from avstem.domain.statement import Notice
from avstem.formats.bank_csv.rows import Row
from avstem.formats.port import FormatName, OtherFormat
from avstem.formats.settlements.gather import Payouts, agree, fee_taken
from avstem.formats.settlements.table import Shape, Table, claimed_shape, text_table
from avstem.formats.settlements.vipps_sections import has_sections, read_sections
from avstem.formats.settlements.vipps_xml import NAMESPACE, read_xml, report_version
from avstem.formats.xml_reader import BoundedStream

ROWS = Shape(
    "settlement.vipps.rows",
    required={
        "date": "Salgsdato",
        "unit": "Vippsnummer",
        "reference": "Transaksjons-ID",
        "order": "Ordre-ID",
        "gross": "Brutto",
        "fee": "Gebyr",
        "net": "Netto",
        "kind": "Transaksjonstype",
        "payout": "Oppgjørs-ID",
        "payout_date": "Oppgjørsdato",
        "payout_net": "Oppgjørssum",
        "account": "Oppgjørskonto",
    },
    optional={"currency": "Valuta", "text": "Melding"},
)
SECTIONS, XML = "settlement.vipps.sections", "settlement.vipps.xml"
_KINDS = {
    "salg": LineKind.SALE,
    "refundering": LineKind.REFUND,
    "refusjon": LineKind.REFUND,
    "gebyr": LineKind.FEE,
}
# The table names no currency; its Norwegian columns are those of the Norwegian service.
_CURRENCY = "NOK"


def claim_vipps(head: bytes) -> FormatName | None:
    """Any of the three reports."""
    version = report_version(head)
    if version is not None:
        return FormatName(XML, NAMESPACE if version == "3.0" else "")
    if has_sections(head):
        return FormatName(SECTIONS)
    return FormatName(ROWS.name) if claimed_shape(head, (ROWS,)) else None


VIPPS = OtherFormat("vipps", "Vipps MobilePay settlement", claim_vipps, "settlement")


def read_vipps(
    stream: BoundedStream,
    *,
    file: str,
    name: FormatName,
    notices: list[Notice],
    currency: str | None,
) -> Iterator[Settlement]:
    """Each payout; what is not settled yet is left out with a notice."""
    if name.name == XML:
        if not name.namespace:
            expected = "version 3.0: fetch the report again"
            raise UnreadableFileError("SettlementReport", "version 2.0", expected, file)
        yield from read_xml(stream, file=file, notices=notices)
    elif name.name == SECTIONS:
        yield from read_sections(stream, file=file, notices=notices)
    else:
        reader = _Reader(text_table(stream, (ROWS,), file=file, notices=notices), currency)
        yield from reader.settlements()


class _Reader:
    """Reads the table with a row a transaction; each row says which payout it is in."""

    def __init__(self, table: Table, currency: str | None) -> None:
        self._table, self._currency = table, currency or _CURRENCY
        self._payouts, self._seen = Payouts(), set[tuple[str, str]]()

    def settlements(self) -> Iterator[Settlement]:
        for row in self._table.rows():
            if self._table.id_or_none(row, "payout") is None:
                self._table.left_out(row)
            else:
                self._take(row)
        yield from self._payouts.settlements("vipps", self._table.notices)

    def _take(self, row: Row) -> None:
        table = self._table
        currency = table.currency(row, self._currency)
        unit, number = table.id(row, "unit"), table.id(row, "payout")
        payout = self._payouts.of(unit, number, currency=currency, place=row.place)
        for name, found in (
            ("currency", currency),
            ("payout_date", table.day(row, "payout_date")),
            ("account", account_key(table.id(row, "account"))),
            ("net", table.amount(row, "payout_net", currency)),
        ):
            agree(payout, name, found, lambda _, said, known: table.refuse(row, said, known))
        payout.lines.append(self._line(row, unit, currency))

    def _line(self, row: Row, unit: str, currency: str) -> SettlementLine:
        table, reference = self._table, self._table.id(row, "reference")
        if (unit, reference) in self._seen:
            raise table.refuse(row, f"{reference} again", "each transaction once")
        self._seen.add((unit, reference))
        kind = self._kind(row)
        gross, net = (table.amount(row, name, currency) for name in ("gross", "net"))
        if kind is LineKind.REFUND:
            gross, net = -abs(gross), -abs(net)
        return SettlementLine(
            kind=kind,
            reference=reference,
            order_id=table.id_or_none(row, "order"),
            date=table.day(row, "date"),
            gross=gross,
            fee=fee_taken(gross, self._fee(row, currency), net),
            net=net,
            text=table.text_or_none(row, "text"),
        )

    def _fee(self, row: Row, currency: str) -> Money:
        """An empty cell is no fee."""
        if not self._table.raw(row, "fee").strip():
            return Money.zero(currency)
        return self._table.amount(row, "fee", currency)

    def _kind(self, row: Row) -> LineKind:
        """What is neither a sale nor a refund is an adjustment, counted by itself."""
        return _KINDS.get(self._table.raw(row, "kind").strip().casefold(), LineKind.ADJUSTMENT)
