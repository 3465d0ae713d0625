"""Read a settlement report without a database: each payout with its lines, as JSON takes them."""

from dataclasses import dataclass, field
from typing import Any, BinaryIO

from avstem.domain.money import Money
from avstem.domain.settlement import Settlement, SettlementLine
from avstem.domain.statement import Notice
from avstem.formats.settlements.files import read_settlements, settlement_format


@dataclass
class ReadSettlements:
    """The payouts of a file, which report it is, and what was odd about it."""

    file: str
    format: str
    payouts: list[Settlement] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_settlement(stream: BinaryIO, *, file: str, currency: str | None = None) -> ReadSettlements:
    """Read the whole file; `currency` is that of a report that names none (Zettle's)."""
    name = settlement_format(stream, file=file)
    found = ReadSettlements(file, name.name if name else "")
    read = read_settlements(stream, file=file, notices=found.notices, currency=currency)
    found.payouts = list(read)
    return found


def payout_document(payout: Settlement, *, file: str, format: str) -> dict[str, Any]:
    """One payout as JSON: amounts as decimal text, days as text, an unknown value null."""
    invoiced = payout.invoiced_fees
    return {
        "file": file,
        "format": format,
        "provider": payout.provider,
        "id": payout.id,
        "payout_date": None if payout.payout_date is None else payout.payout_date.isoformat(),
        "account": payout.account,
        "currency": payout.currency,
        "gross": payout.gross.decimal(),
        "fee": payout.fees.decimal(),
        "refunds": payout.refunds.decimal(),
        "other": payout.other.decimal(),
        "net": payout.net.decimal(),
        "unexplained": payout.unexplained.decimal(),
        "invoiced_fee": None if invoiced is None else invoiced.decimal(),
        "lines": [_line(each) for each in payout.lines],
    }


def _line(line: SettlementLine) -> dict[str, Any]:
    amounts: dict[str, Money] = {"gross": line.gross, "fee": line.fee, "net": line.net}
    return {
        "kind": line.kind.value,
        "reference": line.reference,
        "order_id": line.order_id,
        "date": line.date.isoformat(),
        **{name: amount.decimal() for name, amount in amounts.items()},
        "difference": line.difference.decimal(),
        "text": line.text,
    }
