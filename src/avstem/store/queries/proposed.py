"""The suggestions that stand on an account, each with the voucher it would make.

A constant number of queries for a page of them, and nothing is written.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from avstem.domain.errors import OverAllocationError, RefusalError
from avstem.domain.money import Money
from avstem.matching.decision import Suggestion
from avstem.store import chart
from avstem.store.booking import booked_transaction
from avstem.store.decisions import suggestion_from
from avstem.store.items import booked_items
from avstem.store.models import BankTransaction, Company, Decision, OpenItem
from avstem.store.posting import NewVoucher
from avstem.store.queries.keyset import BY_DAY, Order, page_of
from avstem.store.queries.states import WAITING
from avstem.store.suggested_voucher import BookedItem, BookedTransaction, voucher_of
from avstem.store.valuation import Valuation, load_valuation

_OLDEST = Order(BY_DAY.keys, descending=False)
#: What is at least so likely, with nothing against it, is ticked before a person has looked.
LIKELY = 0.8


@dataclass(frozen=True)
class Proposed:
    """A transaction with its best suggestion, and the voucher; None with why there would be none.

    `shared`: another suggestion of the list wants the same invoice.
    """

    row: BankTransaction
    decision_id: int
    suggestion: Suggestion
    items: tuple[BookedItem, ...]
    voucher: NewVoucher | None
    refusal: RefusalError | None
    shared: bool

    @property
    def is_likely(self) -> bool:
        """Whether it is ticked from the start: likely, undisputed, and nothing speaks against."""
        likely = self.suggestion.confidence >= LIKELY
        return self.is_undisputed and not self.against and likely

    @property
    def is_undisputed(self) -> bool:
        """It makes a voucher, and no other suggestion of the list wants the same invoice."""
        return self.voucher is not None and not self.shared

    @property
    def against(self) -> bool:
        """Whether any reason speaks against it."""
        return any(not each.agrees for each in self.suggestion.reasons)


@dataclass(frozen=True)
class ProposedPage:
    """So many suggestions, the oldest first; those dated in a closed period are only counted.

    `passed` and `left` are how many come before and after these; `after` is where the next begin.
    """

    lines: list[Proposed]
    after: str
    passed: int
    left: int
    in_closed_periods: int

    @property
    def first(self) -> int:
        """The number of the first of these among them all."""
        return self.passed + 1

    @property
    def last(self) -> int:
        """The number of the last of these."""
        return self.whole - self.left

    @property
    def whole(self) -> int:
        """How many there are on all pages."""
        return self.passed + len(self.lines) + self.left


def proposed_on(company: Company, account_id: int, *, limit: int, after: str = "") -> ProposedPage:
    """The first `limit` suggestions after that place in the list."""
    everything = BankTransaction.objects.filter(
        WAITING, company=company, account_id=account_id, state="suggested"
    )
    rows = everything
    if company.closed_to:
        rows = rows.filter(booking_date__gt=company.closed_to)
    page = page_of(rows.select_related("account"), _OLDEST, after=after, size=limit)
    lines = _proposals(company, {row.pk: row for row in page.rows})
    whole, left = rows.count(), 0
    if page.after:
        last = page.rows[-1]
        beyond = _OLDEST.beyond([last.booking_date, last.pk], backwards=False)
        left = rows.filter(beyond).count()
    closed = everything.count() - whole if company.closed_to else 0
    return ProposedPage(lines, page.after, whole - left - len(page.rows), left, closed)


def _proposals(company: Company, by_id: Mapping[int, BankTransaction]) -> list[Proposed]:
    said = _newest(company.pk, list(by_id))
    found = {pk: suggestion_from(content["suggestions"][0]) for pk, (_, content) in said.items()}
    items = booked_items(company.pk, (pk for each in found.values() for pk in _touched(each)))
    booked = {pk: booked_transaction(by_id[pk]) for pk in found}
    currencies = {each.id: each.currency for each in items.values()}
    make = _Maker(company.pk, items, load_valuation(company.pk, booked.values(), currencies))
    wanted = Counter(pk for each in found.values() for pk in set(_touched(each)))
    return [
        _proposed(by_id[pk], said[pk][0], found[pk], make, wanted, booked[pk])
        for pk in by_id
        if pk in found
    ]


def _touched(suggestion: Suggestion) -> list[int]:
    return [each.item_id for each in (*suggestion.settlements, *suggestion.reopened)]


def _newest(company_id: int, ids: Sequence[int]) -> dict[int, tuple[int, dict[str, Any]]]:
    """The newest decision of each that has a suggestion: its id and what it says."""
    rows = Decision.objects.filter(company_id=company_id, transaction_id__in=ids)
    newest = rows.order_by().values("transaction_id").annotate(newest=Max("pk")).values("newest")
    standing = Decision.objects.filter(company_id=company_id, pk__in=newest)
    fields = standing.values_list("transaction_id", "pk", "content")
    return {row[0]: (row[1], row[2]) for row in fields if row[2]["suggestions"]}


class _Maker:
    """Makes the vouchers of a page, as they would be posted one after the other."""

    def __init__(
        self, company_id: int, items: Mapping[int, BookedItem], valuation: Valuation
    ) -> None:
        self.items, self.valuation = items, valuation
        rows = OpenItem.objects.filter(company_id=company_id, pk__in=items)
        self.left = dict(rows.values_list("pk", "remaining_minor"))
        self.accounts = chart.accounts_by_role(company_id)

    def voucher(self, suggestion: Suggestion, booked: BookedTransaction) -> NewVoucher:
        """Refused where an item has been settled since the suggestion was made."""
        for each in suggestion.settlements:
            if each.amount_minor > self.left[each.item_id]:
                raise self._too_much(each.item_id, each.amount_minor)
        touched = {pk: self.items[pk] for pk in _touched(suggestion)}
        exchange = self.valuation.of(booked, touched)
        return voucher_of(suggestion, booked, touched, self.accounts, 0, exchange)

    def _too_much(self, item_id: int, minor: int) -> OverAllocationError:
        item = self.items[item_id]
        left = f"{Money(self.left[item_id], item.currency)} ({item.number})"
        return OverAllocationError(str(Money(minor, item.currency)), left)


def _proposed(
    row: BankTransaction,
    decision_id: int,
    suggestion: Suggestion,
    make: _Maker,
    wanted: Mapping[int, int],
    booked: BookedTransaction,
) -> Proposed:
    voucher = refusal = None
    try:
        voucher = make.voucher(suggestion, booked)
    except RefusalError as why:
        refusal = why
    touched = _touched(suggestion)
    items = tuple(make.items[pk] for pk in touched)
    shared = any(wanted[pk] > 1 for pk in touched)
    return Proposed(row, decision_id, suggestion, items, voucher, refusal, shared)
