"""Wages and tax that were paid, or ordered, much as a row of a list asks for it once more.

The *same*: account and amount of a payment about that day, whichever list it came by. *Like* it:
the same payee about that day with another amount or account, which a corrected list would bring.
Call these with the company locked; a fixed number of questions for a list. ADR 69.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from avstem.domain.listed_payment import ListedPayment
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_shield import ALIKE_WAGES_WITHIN, Hold
from avstem.store.models import PaymentOrder
from avstem.store.payable import NOT_PAID

_CHUNK = 500


class AlikePayments:
    """What is alive or paid and like a row; `came_before` are items that the list has too."""

    def __init__(
        self, company_id: int, rows: Sequence[ListedPayment], came_before: Collection[int] = ()
    ) -> None:
        # By account and amount: the days of all, and what those without wages were told by.
        self._days: dict[tuple[str, int], list[date]] = defaultdict(list)
        self._said: set[tuple[str, int, str]] = set()
        # By payee: the days of wages, of tax without a KID; and the claims.
        self._near: dict[tuple[str, str], list[date]] = defaultdict(list)
        self._claims: set[tuple[str, str]] = set()
        self._in_list = Counter((row.account, row.amount.minor) for row in rows)
        ours = frozenset(came_before)
        for paid in _orders(company_id, rows):
            self._add(paid, paid["item_id"] in ours)
        for days in (*self._days.values(), *self._near.values()):
            days.sort()

    def _add(self, paid: dict[str, Any], is_ours: bool) -> None:
        account, minor, day = paid["creditor_account"], paid["amount_minor"], paid["execution_date"]
        self._days[account, minor].append(day)
        if paid["purpose"] != ItemKind.SALARY.value:
            self._said.add((account, minor, paid["kid"] or paid["text"]))
        if is_ours:
            return
        if paid["kid"]:
            self._claims.add((account, paid["kid"]))
        elif paid["purpose"] == ItemKind.TAX.value:
            self._near["tax", account].append(day)
        elif paid["purpose"] == ItemKind.SALARY.value:
            self._near["account", account].append(day)
            self._near["name", paid["creditor_name"]].append(day)

    def hold(self, row: ListedPayment, day: date) -> Hold | None:
        """The same, else like it, else nothing."""
        if self._is_same(row, day):
            return Hold.SAME_PAYMENT
        return Hold.LIKE_PAYMENT if self._is_like(row, day) else None

    def _is_same(self, row: ListedPayment, day: date) -> bool:
        sum_ = (row.account, row.amount.minor)
        told = row.kind is ItemKind.TAX and (*sum_, row.kid or row.payee_text) in self._said
        # A claim is told by its KID: others of that sum may be due about the same day.
        near = not row.kid and (self._in_list[sum_] > 1 or _is_near(self._days[sum_], day))
        return told or near

    def _is_like(self, row: ListedPayment, day: date) -> bool:
        if row.kid:
            return (row.account, row.kid) in self._claims
        if row.kind is ItemKind.TAX:
            return _is_near(self._near["tax", row.account], day)
        payee = (("account", row.account), ("name", row.name))
        return any(_is_near(self._near[each], day) for each in payee)


def _is_near(days: Sequence[date], day: date) -> bool:
    """Whether one of the days, in order, is about that day."""
    at = bisect_left(days, day - ALIKE_WAGES_WITHIN)
    return at < len(days) and days[at] <= day + ALIKE_WAGES_WITHIN


def _orders(company_id: int, rows: Sequence[ListedPayment]) -> Iterator[dict[str, Any]]:
    """Orders to the accounts, or of wages to the names, each once."""
    orders = PaymentOrder.objects.filter(company_id=company_id).exclude(state__in=NOT_PAID)
    seen: set[int] = set()
    accounts = (Q(creditor_account__in=part) for part in chunks({row.account for row in rows}))
    wages = {row.name for row in rows if row.kind is ItemKind.SALARY}
    named = (Q(creditor_name__in=part, purpose=ItemKind.SALARY.value) for part in chunks(wages))
    for wanted in (*accounts, *named):
        for paid in orders.filter(wanted).values(*_FIELDS):
            if paid["id"] not in seen:
                seen.add(paid["id"])
                yield paid


_FIELDS = (
    "id", "purpose", "item_id", "creditor_name", "creditor_account", "amount_minor",
    "execution_date", "kid", "text",
)  # fmt: skip


def chunks(values: Iterable[str]) -> Iterator[Sequence[str]]:
    """The values in order, so many at once as a question takes."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
