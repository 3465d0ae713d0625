"""Closing a month: what still stands in the way on each account, and the closing itself."""

from datetime import date, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import InvalidValueError
from avstem.services.close_period import close_period
from avstem.store.models import Company
from avstem.store.queries.closing import month_accounts
from avstem.store.queries.transactions import next_month
from avstem.web.access import posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import find_month, parse_day


@reads
def show(request: CompanyRequest) -> HttpResponse:
    """The month that is asked for; else the first that is not closed."""
    month = find_month(request.GET.get("month", "")) or _first_open(request.company)
    last_day = _last_day(month)
    accounts = month_accounts(request.company.pk, last_day)
    closed_to = request.company.closed_to
    return render(
        request,
        "web/closing.html",
        {
            "month": month,
            "last_day": last_day,
            "accounts": accounts,
            "is_clean": all(each.is_clean for each in accounts),
            "is_closed": closed_to is not None and closed_to >= last_day,
            "is_over": last_day < timezone.localdate(),
            "previous_month": next_month(month, -1),
            "next_month": next_month(month),
        },
    )


@posts
def close(request: CompanyRequest) -> HttpResponse:
    """Close up to the month's last day; where something stands in the way, only if that is said."""

    def do() -> str:
        to = parse_day(request.POST.get("to", ""))
        accounts = month_accounts(request.company.pk, to)
        if not all(each.is_clean for each in accounts) and "anyway" not in request.POST:
            raise InvalidValueError("month", f"{to:%Y-%m}", "a month in which nothing waits")
        now = timezone.now()
        close_period(company_id=request.company.pk, to=to, actor=request.user.email, now=now)
        return _("The month is closed. Corrections are dated in the open one.")

    try_to(request, do)
    month = request.POST.get("to", "")[:7]
    address = reverse("closing", args=[request.company.orgnr])
    return HttpResponseRedirect(f"{address}?month={month}" if find_month(month) else address)


def _first_open(company: Company) -> date:
    """The month after the last closed one; where none is closed, the month that is over."""
    if company.closed_to is not None:
        return (company.closed_to + timedelta(days=1)).replace(day=1)
    return next_month(timezone.localdate().replace(day=1), -1)


def _last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)
