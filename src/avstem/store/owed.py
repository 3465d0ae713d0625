"""Whether what orders pay is still owed: bills are settled in other ways too.

Call these with the company locked. Source: docs/payments.md.
"""

from collections.abc import Iterator, Sequence

from avstem.domain.errors import OverAllocationError
from avstem.domain.money import Money
from avstem.store.models import OpenItem, PaymentOrder

_CHUNK = 500


def beyond_owed(company_id: int, orders: Sequence[PaymentOrder]) -> dict[int, int]:
    """Orders for more than is left, by id, with what is left of the item that lacks (minor units).

    A credit note that an order draws on counts too: used elsewhere, the order would pay too little.
    """
    wanted = {order.pk: list(_settled_by(order)) for order in orders}
    left = _left(company_id, sorted({item for each in wanted.values() for item, _ in each}))
    short = {
        pk: [left.get(item, 0) for item, minor in each if left.get(item, 0) < minor]
        for pk, each in wanted.items()
    }
    return {pk: min(found) for pk, found in short.items() if found}


def refuse_beyond_owed(company_id: int, orders: Sequence[PaymentOrder]) -> None:
    """Refuse the first that pays more than is left (`OverAllocationError`)."""
    beyond = beyond_owed(company_id, orders)
    for order in orders:
        if order.pk in beyond:
            requested = Money(order.amount_minor, order.currency)
            remaining = Money(beyond[order.pk], order.currency)
            raise OverAllocationError(str(requested), str(remaining))


def _settled_by(order: PaymentOrder) -> Iterator[tuple[int, int]]:
    """The items that the order settles, each with so much."""
    if order.documents:
        yield from ((each["item"], each["amount_minor"]) for each in order.documents)
    elif order.item_id is not None:
        yield order.item_id, order.amount_minor


def _left(company_id: int, item_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(item_ids), _CHUNK):
        rows = OpenItem.objects.filter(
            company_id=company_id, pk__in=item_ids[start : start + _CHUNK]
        )
        found.update(rows.values_list("pk", "remaining_minor"))
    return found
