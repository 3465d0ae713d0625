"""The company chooser and a company's home."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from avstem.store.models import User
from avstem.store.queries import company as companies
from avstem.store.queries.accounts import standings
from avstem.store.queries.cash_ahead import cash_ahead
from avstem.store.queries.statements import broken_accounts
from avstem.store.queries.worklist import work_of
from avstem.web.access import reads
from avstem.web.cash_shown import of_currency
from avstem.web.company import CompanyRequest
from avstem.web.views.office import worklist


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
            "cash": of_currency(company.pk, found, ahead, company.currency, today),
            "overview": companies.overview(company.pk, today),
            "broken": broken_accounts(company.pk),
            "several": companies.works_in_several(request.user.pk),
        },
    )
