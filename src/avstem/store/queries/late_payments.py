"""Payments whose answer or debit is late, and the files from the bank that may tell of them.

A fixed number of questions, for one company or for many.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from avstem.banks.directory import bank as get_bank
from avstem.domain.feed import FRESH_DAYS
from avstem.domain.payment_late import AWAITED, Expected, Late
from avstem.domain.payment_life import OrderState
from avstem.store.fetched import pieces_of
from avstem.store.models import FetchedFile, FetchedState, FileState, PaymentFile, PaymentOrder
from avstem.store.payment_sending import is_by_hand

#: So many are told of at once, those that should have been paid first.
LATE_MAX = 1_000
#: So many broken files are looked into.
FILES_MAX = 50
_STATES = sorted(state.value for state in AWAITED)


@dataclass(frozen=True, slots=True)
class LatePayment:
    """An order that is late. `broken` are files set aside that may be the answer, by name.

    They are those that name the order's own file; where none does, all that were set aside since.
    """

    order: PaymentOrder
    late: Late
    broken: tuple[FetchedFile, ...] = ()


def late_payments(company_id: int, today: date) -> list[LatePayment]:
    """The company's late orders, with what may tell of them; the one that is due longest first."""
    found = list(_late([company_id], today))
    broken = _broken(company_id, [order for order, _ in found])
    rows = [
        LatePayment(order, late, _about(order, broken[_agreement_of(order)]))
        for order, late in found
    ]
    return sorted(rows, key=lambda each: (each.late.due, each.order.pk))


def late_of(company_id: int, order: PaymentOrder, today: date) -> LatePayment | None:
    """What is late about this one."""
    found = [late for row, late in _late([company_id], today, order.pk) if row.pk == order.pk]
    if not found:
        return None
    broken = _broken(company_id, [order])
    return LatePayment(order, found[0], _about(order, broken[_agreement_of(order)]))


def late_counts(company_ids: Collection[int], today: date) -> Mapping[int, int]:
    """How many are late, by company."""
    found: dict[int, int] = defaultdict(int)
    for order, _ in _late(company_ids, today):
        found[order.company_id] += 1
    return found


def late_by_agreement(company_id: int, today: date) -> Mapping[int, int]:
    """How many of the company's are late, by agreement."""
    found: dict[int, int] = defaultdict(int)
    for order, _ in _late([company_id], today):
        found[_agreement_of(order)] += 1
    return found


def _late(
    company_ids: Collection[int], today: date, order_id: int | None = None
) -> Iterator[tuple[PaymentOrder, Late]]:
    rows = PaymentOrder.objects.filter(
        company_id__in=company_ids, state__in=_STATES, file__isnull=False
    )
    rows = rows.filter(file__made_at__lt=_midnight(today))
    if order_id is not None:
        rows = rows.filter(pk=order_id)
    # The bytes of the file are not wanted.
    rows = rows.select_related("file__agreement", "item", "account").defer("file__content")
    orders = list(rows.order_by("execution_date", "pk")[: LATE_MAX * len(company_ids)])
    answered = _answering({_agreement_of(order) for order in orders}, company_ids)
    for order in orders:
        late = _expected(order, answered).late(today)
        if late is not None:
            yield order, late


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _expected(order: PaymentOrder, answered: Collection[int]) -> Expected:
    file = order.file
    assert file is not None, "only what is in a file is awaited"
    agreement = file.agreement
    fresh = agreement.freshness or get_bank(agreement.bank).freshness
    return Expected(
        OrderState(order.state),
        order.execution_date,
        timezone.localdate(file.sent_at or file.made_at),
        FRESH_DAYS[fresh],
        is_answered=agreement.pk in answered,
        is_by_hand=is_by_hand(agreement),
    )


def _agreement_of(order: PaymentOrder) -> int:
    assert order.file is not None, "only what is in a file is awaited"
    return order.file.agreement_id


def _answering(agreement_ids: Collection[int], company_ids: Collection[int]) -> set[int]:
    """The agreements by which the bank has answered a file before."""
    if not agreement_ids:
        return set()
    rows = PaymentFile.objects.filter(
        company_id__in=company_ids, agreement_id__in=agreement_ids, state=FileState.ANSWERED
    )
    return set(rows.values_list("agreement_id", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class _Broken:
    """A file that was set aside, with the bytes that were kept of its beginning."""

    file: FetchedFile
    beginning: bytes


def _broken(company_id: int, orders: Sequence[PaymentOrder]) -> dict[int, list[_Broken]]:
    found: dict[int, list[_Broken]] = defaultdict(list)
    if orders:
        rows: Any = FetchedFile.objects.filter(
            company_id=company_id, state=FetchedState.SET_ASIDE,
            agreement_id__in={_agreement_of(order) for order in orders},
        )  # fmt: skip
        for row in rows.order_by("-pk")[:FILES_MAX]:
            found[row.agreement_id].append(_Broken(row, next(iter(pieces_of(row)), b"")))
    return found


def _about(order: PaymentOrder, broken: Iterable[_Broken]) -> tuple[FetchedFile, ...]:
    file = order.file
    assert file is not None, "only what is in a file is awaited"
    since = [each for each in broken if each.file.fetched_at >= file.made_at]
    named = [each for each in since if file.message_id.encode() in each.beginning]
    return tuple(each.file for each in named or since)
