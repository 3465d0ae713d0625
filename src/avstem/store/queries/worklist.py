"""What waits for people in one company or in many, in a constant number of queries.

Amounts are signed minor units. Inside a company the wall shows that company alone; for an office
`tenancy.office_scope` opens a window on all the companies that its user works in.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from avstem.domain.agreement import days_late, first_statement_days
from avstem.domain.feed import statements_late
from avstem.domain.payment_life import OrderState
from avstem.store.models import (
    Activation,
    BankTransaction,
    BookingSample,
    FetchedFile,
    Job,
    OwnerQuestion,
    PaymentOrder,
    Statement,
)
from avstem.store.models.agreements import Channel
from avstem.store.queries.late_payments import late_counts
from avstem.store.queries.states import WAITING

#: A statement is said to be late here on the second bank day after the one it was due on at first.
STATEMENT_BANK_DAYS = 2


@dataclass(frozen=True)
class Work:
    """What waits in one company. `oldest` is the day of the oldest transaction that waits.

    `late` accounts had no statement when one was due; `unproved` statements do not add up, and
    nothing on their accounts is booked by itself. `days_late` is the worst, in bank days. `answers`
    of owners have come to questions about transactions that still wait. `late_payments` have left,
    and neither bank nor account says what became of them though it is due.
    """

    company_id: int
    waiting: int = 0
    suggested: int = 0
    oldest: date | None = None
    to_approve: int = 0
    approve_by: date | None = None
    late_payments: int = 0
    failed_files: int = 0
    failed_jobs: int = 0
    late: int = 0
    days_late: int = 0
    unproved: int = 0
    samples: int = 0
    answers: int = 0

    @property
    def is_stopped(self) -> bool:
        """Something is broken, and by itself it does not get better."""
        broken = self.late or self.unproved or self.failed_files or self.failed_jobs
        return bool(broken or self.late_payments)

    @property
    def is_empty(self) -> bool:
        """Nobody is waited for."""
        return not (self.is_stopped or self.waiting or self.to_approve or self.samples)

    def urgency(self, today: date) -> tuple[int, int, int, int]:
        """The greater the sooner: payments whose day has come, what is broken, then age."""
        due = self.to_approve if self.approve_by and self.approve_by <= today else 0
        broken = self.late + self.unproved + self.failed_files + self.failed_jobs
        broken += self.late_payments
        days = (today - self.oldest).days if self.oldest else 0
        return (due, broken, days if self.waiting else 0, self.waiting + self.to_approve)


#: Each answers a row a company: a mapping with its id, and fields of `Work`.
_Question = Callable[[Collection[int], date], Iterable[Any]]


def work_of(company_ids: Collection[int], today: date) -> dict[int, Work]:
    """Each company's work, also where there is none."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for question in _QUESTIONS:
        for row in question(company_ids, today):
            found[row.pop("company_id")].update(row)
    return {each: Work(each, **found[each]) for each in company_ids}


def _transactions(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = BankTransaction.objects.filter(WAITING, company_id__in=company_ids)
    return rows.order_by().values("company_id").annotate(
        waiting=Count("pk"),
        suggested=Count("pk", filter=Q(state="suggested")),
        oldest=Min("booking_date"),
    )  # fmt: skip


def _orders(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = PaymentOrder.objects.filter(
        company_id__in=company_ids, state=OrderState.AWAITING_APPROVAL
    )
    return rows.order_by().values("company_id").annotate(
        to_approve=Count("pk"), approve_by=Min("execution_date")
    )  # fmt: skip


def _late_orders(company_ids: Collection[int], today: date) -> Iterable[Any]:
    for company_id, count in late_counts(company_ids, today).items():
        yield {"company_id": company_id, "late_payments": count}


def _files(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = FetchedFile.objects.filter(company_id__in=company_ids, state="set_aside")
    return rows.order_by().values("company_id").annotate(failed_files=Count("pk"))


def _jobs(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = Job.objects.filter(company_id__in=company_ids, state="set_aside")
    return rows.order_by().values("company_id").annotate(failed_jobs=Count("pk"))


def _unproved(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = Statement.objects.filter(
        company_id__in=company_ids, balance_holds=False, explained="", retired_at__isnull=True
    )
    return rows.order_by().values("company_id").annotate(unproved=Count("pk"))


def _samples(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = BookingSample.objects.filter(company_id__in=company_ids, state="waits")
    return rows.order_by().values("company_id").annotate(samples=Count("pk"))


def _answers(company_ids: Collection[int], _today: date) -> Iterable[Any]:
    rows = OwnerQuestion.objects.filter(
        company_id__in=company_ids,
        answered_at__isnull=False,
        transaction__state__in=("open", "suggested"),
    )
    return rows.order_by().values("company_id").annotate(answers=Count("pk"))


def _late(company_ids: Collection[int], today: date) -> Iterable[Any]:
    """Accounts whose bank sends by itself, and has not sent when it should have."""
    statements = Statement.objects.filter(
        company_id=OuterRef("company_id"), account=OuterRef("account"), kind="statement",
        retired_at__isnull=True,
    )  # fmt: skip
    newest = statements.order_by().values("account").annotate(day=Max("to_date")).values("day")
    rows: Any = Activation.objects.filter(
        company_id__in=company_ids, state="active", agreement__state="active"
    ).exclude(agreement__channel__in=("", Channel.NETBANK))
    fields = ("company_id", "activation_date", "confirmed_at", "last_day")
    found: dict[int, list[int]] = defaultdict(list)
    for company_id, begins, confirmed_at, last_day in rows.annotate(
        last_day=Subquery(newest)
    ).values_list(*fields):
        late = _days_late(begins, timezone.localdate(confirmed_at), last_day, today)
        found[company_id] += [late] if late else []
    for company_id, days in found.items():
        yield {"company_id": company_id, "late": len(days), "days_late": max(days, default=0)}


def _days_late(begins: date, confirmed_on: date, last_day: date | None, today: date) -> int:
    """Bank days; the first statement after the bank's yes has the time that it usually takes."""
    if last_day is None or last_day < begins:
        return days_late(first_statement_days(confirmed_on, begins), today)
    return statements_late(last_day, today, STATEMENT_BANK_DAYS)


_QUESTIONS: tuple[_Question, ...] = (
    _transactions, _orders, _late_orders, _files, _jobs, _unproved, _samples, _answers, _late,
)  # fmt: skip
