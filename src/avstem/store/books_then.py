"""Candidates for the engine out of the books as they stood on a day of the past."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from avstem.matching.facts import Candidates, Item, Key, Line
from avstem.matching.learning import Learnt
from avstem.store.candidates import ITEMS_PER_AMOUNT_MAX, AmountKey, Loader, load_candidates
from avstem.store.items_then import ItemsThen
from avstem.store.learnt_then import LearntThen
from avstem.store.models import SentPayment


class BooksThen:
    """From `since` on, one morning after the other."""

    def __init__(self, company_id: int, since: date) -> None:
        self.company_id = company_id
        self.items = ItemsThen(company_id, since)
        self.learnt = LearntThen(company_id, since)

    def candidates(self, lines: Sequence[Line], day: date, last: date) -> Candidates:
        """What could be known of these lines on the morning of `day`; each call a later one.

        What people refused or did by hand was not known yet, and is left out.
        """
        self.items.advance(day, last)
        loader = _LoaderThen(self.company_id, self, day)
        return replace(load_candidates(self.company_id, lines, loader), habits={})


class _LoaderThen(Loader):
    """Loads as today, and puts right what was otherwise then."""

    def __init__(self, company_id: int, books: BooksThen, day: date) -> None:
        super().__init__(company_id)
        self._then, self._learnt, self._day = books.items, books.learnt, day

    def items_by_key(self, keys: Iterable[Key]) -> dict[Key, list[int]]:
        """Without documents of later days."""
        found = super().items_by_key(keys)
        known = {key: [each for each in ids if self._then.is_known(each)] for key, ids in
                 found.items()}  # fmt: skip
        return {key: ids for key, ids in known.items() if ids}

    def parties_by_account(
        self, accounts: Iterable[str]
    ) -> tuple[dict[str, list[int]], dict[str, list[Learnt]]]:
        """The register as today's; what was learnt as it was then."""
        wanted = set(accounts)
        registered, _ = super().parties_by_account(wanted)
        return registered, self._learnt.accounts(self._day, wanted)

    def learnt_names(self, names: Iterable[str]) -> dict[str, list[int]]:
        """As they had been learnt by then."""
        return self._learnt.names(self._day, names)

    def open_by_party(self, parties: Iterable[int]) -> dict[int, list[int]]:
        """Those open today that no payment has touched, and those open then."""
        wanted = set(parties)
        untouched = super().open_by_party(wanted)
        found = {party: self._untouched(ids) for party, ids in untouched.items()}
        for party in wanted:
            more = self._meet(self._then.by_party.get(party, ()))
            found[party] = sorted([*found.get(party, ()), *more])
        return {party: ids for party, ids in found.items() if ids}

    def open_by_amount(
        self, amounts: Iterable[AmountKey]
    ) -> tuple[dict[AmountKey, list[int]], dict[AmountKey, int]]:
        """The same for an amount; the counts are those of then."""
        wanted = set(amounts)
        today, counts_today = super().open_by_amount(wanted)
        counts: dict[AmountKey, int] = {}
        found: dict[AmountKey, list[int]] = {}
        always = {key: self._then.always_open(key, counts_today.get(key, 0)) for key in wanted}
        crowded = [key for key in wanted if counts_today.get(key, 0) > ITEMS_PER_AMOUNT_MAX]
        for key, ids in self._rest_of(crowded, always).items():
            today[key] = ids
        for key in wanted:
            then = self._then.by_amount.get(key, set())
            if count := always[key] + len(then):
                counts[key] = count
                if count <= ITEMS_PER_AMOUNT_MAX:
                    untouched = self._untouched(today.get(key, ()))
                    found[key] = sorted([*untouched, *self._meet(then)])
        return found, counts

    def open_count(self, most: int) -> int:
        """How many were open then."""
        return min(self._then.open_count, most)

    def rejected(self, lines: Sequence[Line]) -> frozenset[tuple[int, int]]:
        """Nobody had refused anything of lines that nobody had seen."""
        del lines
        return frozenset()

    def _sent(self) -> Any:
        # A payment's own debit is the only line that has its keys: it was not settled before.
        return SentPayment.objects.filter(company_id=self.company_id)

    def _keep(self, rows: Any) -> list[Item]:
        kept = super()._keep(rows)
        self._meet(item.id for item in kept if item.id in self._then.items)
        return [self.items[item.id] for item in kept]

    def _meet(self, item_ids: Iterable[int]) -> list[int]:
        """Know these items as they were then."""
        met = list(item_ids)
        for item_id in met:
            item = self._then.items[item_id]
            self.items[item_id] = item
            self._names[item.party_id] = self._then.names[item.party_id]
        return met

    def _untouched(self, item_ids: Iterable[int]) -> list[int]:
        return [each for each in item_ids if each not in self._then.items]

    def _rest_of(
        self, crowded: Iterable[AmountKey], always: dict[AmountKey, int]
    ) -> dict[AmountKey, list[int]]:
        """Amounts that are common today only by items that were not open then."""
        wanted: dict[tuple[int, str], list[int]] = defaultdict(list)
        for direction, currency, minor in crowded:
            if 0 < always[direction, currency, minor] <= ITEMS_PER_AMOUNT_MAX:
                wanted[direction, currency].append(minor)
        found: dict[AmountKey, list[int]] = defaultdict(list)
        for (direction, currency), minors in wanted.items():
            rows = self._open().filter(direction=direction, currency=currency)
            for pk, minor in rows.filter(remaining_minor__in=minors).values_list(
                "pk", "remaining_minor"
            ):
                found[direction, currency, minor].append(pk)
        untouched = {key: self._untouched(ids) for key, ids in found.items()}
        self.load_items(each for ids in untouched.values() for each in ids)
        return untouched
