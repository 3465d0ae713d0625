"""Bills that may be the same one twice: same supplier and amount, and numbers that are alike."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from avstem.domain.payment_shield import Bill, is_like
from avstem.store.models import OpenItem

#: Bills further apart than this are not the same one entered twice.
ALIKE_WITHIN = timedelta(days=400)


def bills_like(company_id: int, items: Collection[OpenItem]) -> dict[int, list[OpenItem]]:
    """Of each bill those that are like it, the oldest first; paid ones too. Other kinds have none.

    One question by supplier and amount, which have an index; give a few thousand bills at most.
    """
    bills = [item for item in items if item.kind == "supplier_invoice"]
    if not bills:
        return {}
    rows = OpenItem.objects.filter(
        company_id=company_id, kind="supplier_invoice",
        party_id__in={item.party_id for item in bills},
        amount_minor__in={item.amount_minor for item in bills},
        invoice_date__gte=min(item.invoice_date for item in bills) - ALIKE_WITHIN,
    ).select_related("party")  # fmt: skip
    same: dict[tuple[int, str, int], list[OpenItem]] = defaultdict(list)
    wanted = {_key(item) for item in bills}
    for row in rows.order_by("pk"):
        if _key(row) in wanted:
            same[_key(row)].append(row)
    found = {item.pk: [row for row in same[_key(item)] if _are_like(item, row)] for item in bills}
    return {item_id: rows for item_id, rows in found.items() if rows}


def _key(item: OpenItem) -> tuple[int, str, int]:
    return item.party_id, item.currency, item.amount_minor


def _are_like(item: OpenItem, other: OpenItem) -> bool:
    return item.pk != other.pk and is_like(_bill(item), _bill(other))


def _bill(item: OpenItem) -> Bill:
    return Bill(item.number, item.amount_minor, item.invoice_date)
