"""Invoices and credit notes: the lists, and the search while matching by hand."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from avstem.store.models import OpenItem
from avstem.store.queries.keyset import Order, Page, page_of
from avstem.store.queries.words import any_of

FOUND_MAX = 20
_SEARCHED = ("number", "kid", "party__name")
_CUSTOMERS = ("customer_invoice", "customer_credit_note")
_SUPPLIERS = ("supplier_invoice", "supplier_credit_note")
BY_DUE_DAY = Order((("due", date.fromisoformat), ("pk", int)), descending=False)


def items_page(
    company_id: int,
    *,
    customers: bool,
    closed: bool,
    words: str,
    amount_minor: int | None,
    after: str,
    before: str,
) -> Page[OpenItem]:
    """The customers' or the suppliers' items by due date; the settled ones where `closed`."""
    rows = _side(company_id, customers=customers)
    rows = rows.filter(remaining_minor=0) if closed else rows.filter(remaining_minor__gt=0)
    if words:
        rows = rows.filter(_sought(words, amount_minor))
    return page_of(rows, BY_DUE_DAY, after=after, before=before)


def left_by_currency(company_id: int, *, customers: bool) -> list[tuple[str, int]]:
    """What is left in all, credit notes taken off: (currency, minor units)."""
    toward = 1 if customers else -1
    rows = _side(company_id, customers=customers).filter(remaining_minor__gt=0)
    sums = (
        rows.order_by()
        .values_list("currency")
        .annotate(left=Sum(F("remaining_minor") * F("direction")))
    )
    return sorted((currency, toward * int(left)) for currency, left in sums)


def find_items(
    company_id: int,
    *,
    currency: str,
    words: str,
    amount_minor: int | None,
    near_minor: int,
    name: str,
    without: Collection[int],
) -> list[OpenItem]:
    """At most twenty open items to match with, whatever the party.

    First those with exactly `near_minor` (signed, as the bank transaction) left, then those
    whose party's name begins like `name`, then by due date.
    """
    rows = _all(company_id).filter(currency=currency, remaining_minor__gt=0)
    if words:
        rows = rows.filter(_sought(words, amount_minor))
    toward = 1 if near_minor >= 0 else -1
    first_word = name.split(maxsplit=1)[0] if name.split() else ""
    rank = Case(
        When(direction=toward, remaining_minor=abs(near_minor), then=Value(0)),
        *([When(party__name__istartswith=first_word, then=Value(1))] if first_word else []),
        When(direction=toward, then=Value(2)),
        default=Value(3),
    )
    return list(rows.exclude(pk__in=without).order_by(rank, "due", "pk")[:FOUND_MAX])


def items_by_id(company_id: int, item_ids: Collection[int]) -> dict[int, OpenItem]:
    """The company's own items; another company's are not among them."""
    found: dict[int, OpenItem] = _all(company_id).in_bulk(item_ids)
    return found


def _all(company_id: int) -> Any:  # the type checker knows no annotated columns
    rows = OpenItem.objects.filter(company_id=company_id).select_related("party")
    return rows.annotate(due=Coalesce("due_date", "invoice_date"))


def _side(company_id: int, *, customers: bool) -> Any:
    return _all(company_id).filter(kind__in=_CUSTOMERS if customers else _SUPPLIERS)


def _sought(words: str, amount_minor: int | None) -> Q:
    found = any_of(_SEARCHED, words)
    if amount_minor is not None:
        found |= Q(remaining_minor=amount_minor) | Q(amount_minor=amount_minor)
    return found
