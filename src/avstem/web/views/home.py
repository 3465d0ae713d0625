"""The company chooser and a company's home."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from avstem.store.models import Company, User
from avstem.store.queries import company as companies
from avstem.store.queries.accounts import Standing, standings
from avstem.store.queries.balances import balances_by_day
from avstem.store.queries.cash_ahead import CompanyAhead, cash_ahead
from avstem.store.queries.statements import broken_accounts
from avstem.store.queries.worklist import work_of
from avstem.web.access import reads
from avstem.web.balance_chart import draw
from avstem.web.company import CompanyRequest
from avstem.web.views.office import worklist

#: How far back the balance is drawn.
DAYS_BEHIND = 60


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The only company's home; with several the worklist of all; with none how to begin."""
    user = request.user
    assert isinstance(user, User), "a signed-in user is one of ours"
    found = companies.companies_of(user.pk)
    if len(found) == 1 and not request.GET:
        return redirect("company", found[0].orgnr)
    return worklist(request, user) if found else render(request, "web/no_company.html")


@reads
def company_home(request: CompanyRequest) -> HttpResponse:
    """Balances, what waits, what the account will hold, and how much was booked by itself."""
    company, today = request.company, timezone.localdate()
    found = standings(company.pk)
    ahead = cash_ahead(company.pk, today=today, found=found)
    return render(
        request,
        "web/company.html",
        {
            "standings": found,
            "work": work_of([company.pk], today)[company.pk],
            "ahead": ahead,
            "chart": _chart(company, found, ahead, today),
            "overview": companies.overview(company.pk),
            "broken": broken_accounts(company.pk),
            "several": companies.works_in_several(request.user.pk),
        },
    )


def _chart(
    company: Company, found: Sequence[Standing], ahead: CompanyAhead, today: date
) -> dict[str, Any] | None:
    """The accounts in the company's currency that money moves on; None where there is none."""
    moving = {each.account.pk: each.ahead for each in ahead.accounts}
    ours = [
        each
        for each in found
        if each.account.pk in moving and each.account.currency == company.currency
    ]
    if not ours:
        return None
    behind = balances_by_day(company.pk, ours, today - timedelta(days=DAYS_BEHIND), today)
    days = list(zip(*(moving[each.account.pk].days for each in ours), strict=True))
    counted = [(day[0].day, sum(each.balance_minor for each in day)) for day in days]
    sure = [(day[0].day, sum(each.without_expected_minor for each in day)) for day in days]
    moves = [
        (row, certain)
        for row, (_day, certain), day in zip(counted, sure, days, strict=True)
        if any(each.moves for each in day)
    ]
    return {
        "drawing": draw(behind, counted, sure),
        "accounts": [each.account for each in ours],
        "moves": moves,
        "now_minor": behind[-1][1],
    }
