"""What foreign money is worth when it is booked: prices of bank lines, values of items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet, Sum

from avstem.domain.booked_value import Exchange, ItemValue
from avstem.domain.exchange import Price, line_price, rounded
from avstem.domain.money import Money
from avstem.store.models import Allocation, BankTransaction, Company, OpenItem, Posting
from avstem.store.rates import load_rates, original_of
from avstem.store.suggested_voucher import BookedTransaction


@dataclass(frozen=True)
class Valuation:
    """For some bank transactions and items: what is needed to book those that are foreign.

    `prices` are by transaction, `items` the foreign ones; parts that are taken of an item are seen
    by the vouchers that follow.
    """

    own: str
    prices: Mapping[int, Price]
    items: Mapping[int, ItemValue]

    def of(self, transaction: BookedTransaction, item_ids: Iterable[int]) -> Exchange | None:
        """The exchange of one voucher; None where all of it is in the company's own currency."""
        if transaction.amount.currency == self.own and self.items.keys().isdisjoint(item_ids):
            return None
        price = self.prices.get(transaction.id)
        return Exchange(
            own=self.own,
            day=transaction.booking_date,
            price=price.price if price else None,
            items=self.items,
        )


def load_valuation(
    company_id: int,
    transactions: Iterable[BookedTransaction],
    currencies: Mapping[int, str],
) -> Valuation:
    """Four queries at most, one where nothing is foreign. `currencies` are those of the items."""
    own = Company.objects.values_list("currency", flat=True).get(pk=company_id)
    lines = [each.id for each in transactions if each.amount.currency != own]
    items = [item_id for item_id, currency in currencies.items() if currency != own]
    return Valuation(own, _prices(company_id, own, lines), _item_values(company_id, items))


def _prices(company_id: int, own: str, ids: list[int]) -> dict[int, Price]:
    if not ids:
        return {}
    rows = list(BankTransaction.objects.filter(company_id=company_id, pk__in=ids))
    rates = load_rates(own, ((row.currency, row.booking_date) for row in rows))
    found = {}
    for row in rows:
        price = line_price(
            Money(row.amount_minor, row.currency),
            row.booking_date,
            original=original_of(row.original_minor, row.original_currency),
            written=row.exchange_rate,
            rates=rates,
        )
        if price is not None:
            found[row.pk] = price
    return found


def _item_values(company_id: int, ids: list[int]) -> dict[int, ItemValue]:
    if not ids:
        return {}
    settled = {row[0]: row[1:] for row in _settled(company_id, ids)}
    rows = OpenItem.objects.filter(company_id=company_id, pk__in=ids)
    return {row.pk: _item_value(row, *settled.get(row.pk, (0, 0))) for row in rows}


def _settled(company_id: int, ids: list[int]) -> QuerySet[Any, Any]:
    """(item, posted value, posted amount whose value nobody knew) by the index of allocations."""
    allocated = Allocation.objects.filter(company_id=company_id, item_id__in=ids)
    rows = Posting.objects.filter(
        company_id=company_id, voucher_id__in=allocated.values("voucher_id"), item_id__in=ids
    )
    return (
        rows.values_list("item_id")
        .annotate(
            value=Sum("value_minor", default=0),
            unknown=Sum("amount_minor", filter=Q(value_minor__isnull=True), default=0),
        )
        .order_by()
    )


def _item_value(row: OpenItem, posted_value: int, posted_unknown: int) -> ItemValue:
    """What was settled before there were rates counts pro rata."""
    value, settled = row.value_minor, row.amount_minor - row.remaining_minor
    item = ItemValue(row.currency, row.invoice_date, row.direction, row.remaining_minor, None)
    if value is None:
        return item
    unknown = _pro_rata(value, -row.direction * int(posted_unknown), row.amount_minor)
    item.settled, item.settled_value = settled, -row.direction * int(posted_value) + unknown
    item.left_value = value - item.settled_value
    return item


def _pro_rata(value: int, part: int, whole: int) -> int:
    return rounded(value * Fraction(part, whole))
