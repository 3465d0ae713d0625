"""The open items as they stood on a day of the past, walked through forward.

Only what may have been otherwise than today is kept in memory: items that a payment of those days
has touched, and documents dated within them. All others are as the tables have them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db.models import Sum
from django.db.models.functions import Coalesce

from avstem.matching.facts import Item
from avstem.store.candidates import AmountKey, Loader
from avstem.store.models import Allocation, OpenItem

#: On a day so much (unsigned minor units; negative: owed again) of an item was settled.
Move = tuple[date, int, int]


class ItemsThen:
    """Begins before the first payment of `since`; `advance` goes on to a later morning."""

    def __init__(self, company_id: int, since: date) -> None:
        self._moves = _moves(company_id, since)
        touched = {item_id for _, item_id, _ in self._moves}
        loader = Loader(company_id)
        loader.load_items(touched | _dated_from(company_id, since))
        self.items: dict[int, Item] = loader.items
        self.names: dict[int, str] = loader.names()
        self.by_amount: dict[AmountKey, set[int]] = defaultdict(set)
        self.by_party: dict[int, set[int]] = defaultdict(set)
        self._open_today: dict[AmountKey, int] = defaultdict(int)
        for item in self.items.values():
            if item.remaining_minor and item.kind.is_document:
                self._open_today[amount_key(item)] += 1
        self.open_count = _open_count(company_id) - sum(self._open_today.values())
        self._moved = 0
        self._last = date.min
        self._begin(since)

    def _begin(self, since: date) -> None:
        """Give back what the payments of these days took, and show what is older than they are."""
        for _, item_id, minor in self._moves:
            self._change(item_id, minor)
        self._coming = sorted(
            (item.invoice_date, item.id)
            for item in self.items.values()
            if item.invoice_date >= since
        )
        self._shown = 0
        coming = {item_id for _, item_id in self._coming}
        for item in self.items.values():
            if item.id not in coming:
                self._show(item)

    def advance(self, day: date, last: date) -> None:
        """To the morning of `day`, with the documents dated up to `last`."""
        while self._moved < len(self._moves) and self._moves[self._moved][0] < day:
            _, item_id, minor = self._moves[self._moved]
            self._hide(self.items[item_id])
            self._change(item_id, -minor)
            if self.items[item_id].invoice_date <= self._last:
                self._show(self.items[item_id])
            self._moved += 1
        self._last = last
        while self._shown < len(self._coming) and self._coming[self._shown][0] <= last:
            self._show(self.items[self._coming[self._shown][1]])
            self._shown += 1

    def is_known(self, item_id: int) -> bool:
        """Whether the document was dated by then."""
        item = self.items.get(item_id)
        return item is None or item.invoice_date <= self._last

    def always_open(self, key: AmountKey, today: int) -> int:
        """Of so many open items of an amount today, those that are not kept here."""
        return today - self._open_today.get(key, 0)

    def _change(self, item_id: int, by_minor: int) -> None:
        item = self.items[item_id]
        self.items[item_id] = replace(item, remaining_minor=item.remaining_minor + by_minor)

    def _show(self, item: Item) -> None:
        if item.remaining_minor > 0 and item.kind.is_document:
            self.by_party[item.party_id].add(item.id)
            self.by_amount[amount_key(item)].add(item.id)
            self.open_count += 1

    def _hide(self, item: Item) -> None:
        if item.id in self.by_party.get(item.party_id, ()):
            self.by_party[item.party_id].discard(item.id)
            self.by_amount[amount_key(item)].discard(item.id)
            self.open_count -= 1


def amount_key(item: Item) -> AmountKey:
    """Direction, currency and what is left of it."""
    return item.kind.direction, item.currency, item.remaining_minor


def _moves(company_id: int, since: date) -> Sequence[Move]:
    """By day; a booking that was undone comes to nothing on the day of its transaction."""
    rows = Allocation.objects.filter(company_id=company_id).annotate(
        day=Coalesce("transaction__booking_date", "voucher__date")
    )
    sums = (
        rows.filter(day__gte=since)
        .values_list("day", "item_id")
        .annotate(settled=Sum("amount_minor"))
        .exclude(settled=0)
        .order_by("day", "item_id")
    )
    return [(day, item_id, int(settled)) for day, item_id, settled in sums.iterator(5_000)]


def _dated_from(company_id: int, since: date) -> set[int]:
    rows = OpenItem.objects.filter(company_id=company_id, invoice_date__gte=since)
    return set(rows.values_list("pk", flat=True))


def _open_count(company_id: int) -> int:
    rows = OpenItem.objects.filter(company_id=company_id, remaining_minor__gt=0)
    count: int = rows.filter(ledger_account__isnull=True).count()
    return count
