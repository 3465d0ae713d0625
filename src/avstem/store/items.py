"""Items as booking needs them."""

from collections.abc import Iterable

from avstem.domain.open_item import ItemKind
from avstem.store.models import OpenItem
from avstem.store.suggested_voucher import BookedItem


def booked_items(company_id: int, item_ids: Iterable[int]) -> dict[int, BookedItem]:
    """The company's items by id; one of another company is not among them."""
    rows = OpenItem.objects.filter(company_id=company_id, pk__in=set(item_ids))
    fields = ("pk", "kind", "number", "party_id", "party__name", "currency", "ledger_account")
    return {
        row[0]: BookedItem(row[0], ItemKind(row[1]), *row[2:]) for row in rows.values_list(*fields)
    }
