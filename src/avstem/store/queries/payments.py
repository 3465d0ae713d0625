"""Payments as lists, and one of them with everything that happened to it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from avstem.domain.payment_life import OrderState
from avstem.store.models import (
    Allocation,
    OpenItem,
    PaymentApproval,
    PaymentEvent,
    PaymentOrder,
)
from avstem.store.queries.keyset import Order, Page, page_of

#: The purpose of orders that tell what a person earns.
WAGES = "salary"
_S = OrderState
#: The tabs of the list, each with the states that stand in it; what is ready is no order yet.
TABS: Mapping[str, tuple[OrderState, ...]] = {
    "approve": (_S.DRAFT, _S.AWAITING_APPROVAL),
    "going": (
        _S.APPROVED, _S.IN_FILE, _S.UNKNOWN_OUTCOME, _S.SENT, _S.RECEIVED,
        _S.AWAITING_BANK_APPROVAL, _S.ACCEPTED, _S.EXECUTED,
    ),
    "rejected": (_S.REJECTED, _S.RETURNED, _S.CANCELLED),
    "done": (_S.SETTLED,),
}  # fmt: skip
_NEWEST = Order((("pk", int),))
#: What is to be approved is approved before it leaves.
_FIRST_TO_LEAVE = Order((("execution_date", date.fromisoformat), ("pk", int)), descending=False)
#: The newest events of an order that are shown.
EVENTS_MAX = 500


def orders_page(
    company_id: int, tab: str, *, after: str, before: str, wages: bool = True
) -> Page[PaymentOrder]:
    """One tab's orders, with their bills and accounts; `wages` too, or not.

    The newest come first; of those to approve, the first to leave.
    """
    rows = PaymentOrder.objects.filter(company_id=company_id, state__in=TABS[tab])
    if not wages:
        rows = rows.exclude(purpose=WAGES)
    order = _FIRST_TO_LEAVE if tab == "approve" else _NEWEST
    rows = rows.select_related("item", "account", "party")
    return page_of(rows, order, after=after, before=before)


def listed_to_approve(company_id: int, kind: str) -> QuerySet[PaymentOrder]:
    """All wages, or all tax, that wait for approval, the first to leave first."""
    rows = PaymentOrder.objects.filter(
        company_id=company_id, purpose=kind, state=_S.AWAITING_APPROVAL
    )
    return rows.select_related("item", "account", "file").order_by("execution_date", "pk")


def listed_counts(company_id: int) -> list[tuple[str, int]]:
    """How many wages and how many taxes wait for approval, where any do."""
    rows = PaymentOrder.objects.filter(
        company_id=company_id, purpose__in=("salary", "tax"), state=_S.AWAITING_APPROVAL
    )
    return list(rows.values_list("purpose").annotate(count=Count("pk")).order_by("purpose"))


def wages_in(company_id: int, tab: str) -> tuple[int, int]:
    """How many wages stand in a tab, and their sum in øre: what a reader may know of them."""
    rows = PaymentOrder.objects.filter(company_id=company_id, state__in=TABS[tab], purpose=WAGES)
    found = rows.aggregate(count=Count("pk"), minor=Sum("amount_minor", default=0))
    return found["count"], int(found["minor"])


def tab_counts(company_id: int) -> dict[str, int]:
    """How many orders stand in each tab."""
    rows = PaymentOrder.objects.filter(company_id=company_id)
    counts = {tab: Count("pk", filter=Q(state__in=states)) for tab, states in TABS.items()}
    return rows.aggregate(**counts)


def approvals_of(
    company_id: int, orders: Collection[PaymentOrder]
) -> dict[int, list[PaymentApproval]]:
    """Who has said yes to each as it stands now, the first one first."""
    rows = PaymentApproval.objects.filter(
        company_id=company_id, order_id__in=[order.pk for order in orders]
    ).order_by("pk")
    hashes = {order.pk: order.order_hash for order in orders}
    found: dict[int, list[PaymentApproval]] = defaultdict(list)
    for row in rows:
        if row.order_hash == hashes[row.order_id]:
            found[row.order_id].append(row)
    return found


def reasons_of(company_id: int, orders: Collection[PaymentOrder]) -> dict[int, list[Any]]:
    """The bank's newest reasons about each: [{code, texts}], where it gave any."""
    rows = PaymentEvent.objects.filter(
        company_id=company_id, order_id__in=[order.pk for order in orders],
        kind__in=("status", "contradiction", "copy_refused", "returned"),
    ).order_by("pk")  # fmt: skip
    found: dict[int, list[Any]] = {}
    for order_id, facts in rows.values_list("order_id", "facts"):
        if facts.get("reasons"):
            found[order_id] = facts["reasons"]
    return found


@dataclass(frozen=True)
class OrderTimeline:
    """An order with its events in the order in which they were written, oldest first."""

    order: PaymentOrder
    events: Sequence[PaymentEvent]
    approvals: Sequence[PaymentApproval]


@dataclass(frozen=True)
class ItemDetail:
    """An invoice with what settled it, and the payments made of it, the newest first."""

    item: OpenItem
    allocations: Sequence[Allocation]
    orders: Sequence[OrderTimeline]


def find_item(company_id: int, item_id: int) -> ItemDetail | None:
    """The company's own invoice or credit note, whole."""
    rows = OpenItem.objects.filter(company_id=company_id, pk=item_id).select_related("party")
    item = rows.first()
    if item is None:
        return None
    allocations = Allocation.objects.filter(company_id=company_id, item=item)
    orders = PaymentOrder.objects.filter(company_id=company_id, item=item)
    return ItemDetail(
        item,
        list(allocations.select_related("voucher__transaction").order_by("pk")),
        timelines(company_id, _whole(orders)),
    )


def find_order(company_id: int, order_id: int) -> OrderTimeline | None:
    """The company's own order with its timeline."""
    rows = PaymentOrder.objects.filter(company_id=company_id, pk=order_id)
    found = timelines(company_id, _whole(rows))
    return found[0] if found else None


def _whole(rows: Any) -> list[PaymentOrder]:
    rows = rows.select_related("item", "account", "party", "file__agreement", "standing")
    return list(rows.order_by("-pk"))


def timelines(company_id: int, orders: Sequence[PaymentOrder]) -> list[OrderTimeline]:
    """The events of the orders and of the files they went in, by a fixed number of questions."""
    if not orders:
        return []
    ids = [order.pk for order in orders]
    files = PaymentEvent.objects.filter(company_id=company_id, order_id__in=ids).values("file_id")
    rows = PaymentEvent.objects.filter(company_id=company_id).filter(
        Q(order_id__in=ids) | Q(order__isnull=True, file_id__in=files)
    )
    events = list(rows.select_related("file", "voucher").order_by("-pk")[: EVENTS_MAX * len(ids)])
    events.reverse()
    approvals = approvals_of(company_id, orders)
    return [
        OrderTimeline(order, _events_of(order, events), approvals.get(order.pk, []))
        for order in orders
    ]


def _events_of(order: PaymentOrder, events: Sequence[PaymentEvent]) -> list[PaymentEvent]:
    """Its own, and those of a file from when it was put in until it was taken out."""
    found: list[PaymentEvent] = []
    within: set[int] = set()
    for event in events:
        if event.order_id == order.pk:
            if not _said_before(event, found):
                found.append(event)
            if event.kind in ("in_file", "cancel_asked") and event.file_id:
                within.add(event.file_id)
            if event.kind == "withdrawn":
                within.clear()
        elif event.order_id is None and event.file_id in within:
            found.append(event)
    return found


def _said_before(event: PaymentEvent, found: Sequence[PaymentEvent]) -> bool:
    """Whether the line above says it already, of the file, and with who did it."""
    before = found[-1] if found else None
    return (
        before is not None
        and before.order_id is None
        and (before.kind, before.file_id) == (event.kind, event.file_id)
    )
