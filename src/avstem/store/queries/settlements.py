"""Payouts of payment providers: the list, and one with its lines and its bank transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from avstem.store.models import BankTransaction, Settlement, SettlementLine
from avstem.store.queries.keyset import Order, Page, page_of
from avstem.store.settlement_candidates import transactions_of

BY_DAY = Order((("day", date.fromisoformat), ("pk", int)))
BY_POSITION = Order((("position", int),), descending=False)
LINES_SHOWN = 200


@dataclass(frozen=True)
class OnTheBank:
    """The bank transaction that the payout is; `found_by` is `reference` or `amount`."""

    row: BankTransaction
    found_by: str
    #: What the bank has more than the report says; zero where `found_by` is `amount`.
    difference_minor: int


@dataclass(frozen=True)
class SettlementRow:
    """A payout in the list."""

    row: Settlement
    on_the_bank: OnTheBank | None


@dataclass(frozen=True)
class SettlementDetail:
    """A payout with a page of its lines, in the order of the report."""

    row: Settlement
    on_the_bank: OnTheBank | None
    lines: Page[SettlementLine]


def settlements_page(
    company_id: int, *, after: str, before: str
) -> tuple[Page[Settlement], list[SettlementRow]]:
    """One page, newest first, with the bank transaction of each."""
    rows = Settlement.objects.filter(company_id=company_id)
    page = page_of(rows, BY_DAY, after=after, before=before)
    found = transactions_of(company_id, page.rows)
    return page, [SettlementRow(row, _on_the_bank(row, found)) for row in page.rows]


def find_settlement(
    company_id: int, settlement_id: int, *, after: str = "", before: str = ""
) -> SettlementDetail | None:
    """The company's own payout; None where there is none of that id."""
    rows = Settlement.objects.filter(company_id=company_id, pk=settlement_id)
    row = rows.select_related("file").first()
    if row is None:
        return None
    lines = SettlementLine.objects.filter(company_id=company_id, settlement=row)
    return SettlementDetail(
        row,
        _on_the_bank(row, transactions_of(company_id, [row])),
        page_of(lines, BY_POSITION, after=after, before=before, size=LINES_SHOWN),
    )


def _on_the_bank(
    row: Settlement, found: Mapping[int, tuple[BankTransaction, str]]
) -> OnTheBank | None:
    if row.pk not in found:
        return None
    transaction, found_by = found[row.pk]
    return OnTheBank(transaction, found_by, transaction.amount_minor - row.net_minor)
