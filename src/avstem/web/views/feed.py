"""The feed of an account: a calendar of what the bank has told, and what to do about the rest."""

from calendar import Calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import NotFoundError
from avstem.domain.feed import FAULTS, FILLABLE, DayState, FeedDay
from avstem.services.account_feed import AccountFeed, account_feed
from avstem.services.retire_statement import restore_statement, retire_statement
from avstem.store.models import Statement
from avstem.store.queries.statements import find_statement
from avstem.store.queries.transactions import next_month
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import find_month
from avstem.web.views.fetching import round_context

#: Where a statement is at fault, not a day without one.
OF_STATEMENTS = (DayState.DOUBLED, DayState.UNBALANCED, DayState.UNCHAINED, DayState.CHANGED)


@dataclass
class Span:
    """Days one after another with the same fault, bank days and closed ones between them."""

    state: DayState
    first: date
    last: date

    @property
    def is_of_statements(self) -> bool:
        """Whether what was told is at fault, and not that nothing was."""
        return self.state in OF_STATEMENTS


@dataclass(frozen=True)
class Repeated:
    """A statement that tells again what `earlier` has told, or that is retired."""

    row: Statement
    earlier: Statement | None = None

    @property
    def is_retired(self) -> bool:
        """Whether it is kept for show only."""
        return self.row.retired_at is not None


@reads
def show(request: CompanyRequest, account_id: int) -> HttpResponse:
    """A month of the account, a cell a day, and below it what is wrong with what to do."""
    today = timezone.localdate()
    month = find_month(request.GET.get("month", "")) or today.replace(day=1)
    last = next_month(month) - timedelta(days=1)
    try:
        [feed] = account_feed(
            company_id=request.company.pk, account_id=account_id, first=month, last=last,
            now=timezone.now(),
        )  # fmt: skip
    except NotFoundError as none:
        raise Http404 from none
    page = {
        "account": feed.rows.account,
        "month": month,
        "previous": next_month(month, -1),
        "next": next_month(month),
        "weeks": _weeks(month, feed.days),
        "states": [each for each in DayState if any(each is day.state for day in feed.days)],
        "spans": list(spans(feed.days)),
        "alarms": feed.rows.alarms,
        "repeated": _repeated(feed),
        **_agreement(request, feed),
    }
    return render(request, "web/feed.html", page)


@posts
def retire(request: CompanyRequest, statement_id: int) -> HttpResponse:
    """A statement that repeats another counts no longer."""
    statement = _statement(request, statement_id)

    def do() -> str:
        retire_statement(
            statement_id=statement_id, reason=request.POST.get("reason", ""), **_by(request)
        )
        return _("The statement is retired. It can be restored at any time.")

    try_to(request, do)
    return back(request, "feed", statement.account_id)


@posts
def restore(request: CompanyRequest, statement_id: int) -> HttpResponse:
    """It counts again."""
    statement = _statement(request, statement_id)

    def do() -> str:
        restore_statement(statement_id=statement_id, **_by(request))
        return _("The statement counts again.")

    try_to(request, do)
    return back(request, "feed", statement.account_id)


def spans(days: Sequence[FeedDay]) -> Iterator[Span]:
    """The days that are at fault or can be filled, those of a kind together."""
    current: Span | None = None
    for each in days:
        if current is not None and each.state is current.state:
            current.last = each.day
        elif each.state is not DayState.CLOSED:
            if current is not None:
                yield current
            is_told = each.state in FAULTS or each.state in FILLABLE
            current = Span(each.state, each.day, each.day) if is_told else None
    if current is not None:
        yield current


def _weeks(month: date, days: Sequence[FeedDay]) -> list[list[FeedDay | None]]:
    """Monday to Sunday; days of other months are left empty."""
    weeks = Calendar().monthdayscalendar(month.year, month.month)
    return [[days[number - 1] if number else None for number in week] for week in weeks]


def _repeated(feed: AccountFeed) -> list[Repeated]:
    rows = feed.rows
    shown = {each.pk: each for each in rows.shown}
    retired = [Repeated(each) for each in rows.shown if each.retired_at is not None]
    told_again = {each.statement_id for each in rows.alarms}
    doubled = [
        Repeated(each, shown.get(rows.doubles.get(each.pk, 0)))
        for each in rows.shown
        if each.retired_at is None and (each.pk in rows.unexplained or each.pk in told_again)
    ]
    return [*doubled, *retired]


def _agreement(request: CompanyRequest, feed: AccountFeed) -> dict[str, Any]:
    """The agreement by which the bank can be asked again, where there is one."""
    activation = feed.rows.activation
    if activation is None or activation.closed_at is not None:
        return {"agreement": None, "fetches": False}
    agreement = activation.agreement
    return {"agreement": agreement, **round_context(request, agreement)}


def _statement(request: CompanyRequest, statement_id: int) -> Statement:
    found = find_statement(request.company.pk, statement_id)
    if found is None:
        raise Http404
    return found


def _by(request: CompanyRequest) -> dict[str, Any]:
    return {
        "company_id": request.company.pk,
        "actor": request.user.email,
        "now": timezone.now(),
    }
