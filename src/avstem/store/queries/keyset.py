"""Pages by key: the next page begins after the last row seen, however many rows there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

PAGE_ROWS = 50

T = TypeVar("T", bound=Model)


@dataclass(frozen=True)
class Order:
    """What a list is sorted by; the last key must be unique. Each key with how to read it back."""

    keys: tuple[tuple[str, Callable[[str], Any]], ...]
    descending: bool = True

    def names(self, *, backwards: bool = False) -> list[str]:
        """The fields as `order_by` takes them."""
        sign = "-" if self.descending != backwards else ""
        return [sign + name for name, _ in self.keys]

    def beyond(self, values: Sequence[Any], *, backwards: bool) -> Q:
        """The rows that come after these values (before them, read backwards)."""
        way = "lt" if self.descending != backwards else "gt"
        same, found = Q(), Q()
        for (name, _), value in zip(self.keys, values, strict=True):
            found |= same & Q(**{f"{name}__{way}": value})
            same &= Q(**{name: value})
        # The first key alone lets the database use its index as a range.
        return Q(**{f"{self.keys[0][0]}__{way}e": values[0]}) & found


BY_DAY = Order((("booking_date", date.fromisoformat), ("pk", int)))


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows in order, and the cursors of the pages beside them ("" where there is none)."""

    rows: list[T]
    after: str = ""
    before: str = ""


def page_of(
    rows: QuerySet[T],
    order: Order,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_ROWS,
) -> Page[T]:
    """One page of `rows`; a cursor that cannot be read gives the first page."""
    backwards = bool(before) and not after
    values = _values(before or after if backwards else after, order)
    wanted = rows.filter(order.beyond(values, backwards=backwards)) if values else rows
    found = list(wanted.order_by(*order.names(backwards=backwards and bool(values)))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards and values:
        found.reverse()
        return Page(found, _cursor(found, -1, order), _cursor(found, 0, order) if more else "")
    return Page(
        found,
        _cursor(found, -1, order) if more else "",
        _cursor(found, 0, order) if values else "",
    )


def _cursor(rows: Sequence[T], index: int, order: Order) -> str:
    if not rows:
        return ""
    return "~".join(str(getattr(rows[index], name)) for name, _ in order.keys)


def _values(cursor: str, order: Order) -> list[Any]:
    parts = cursor.split("~")
    if len(parts) != len(order.keys):
        return []
    try:
        return [read(part) for (_, read), part in zip(order.keys, parts, strict=True)]
    except ValueError:
        return []
