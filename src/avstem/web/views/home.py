"""The company chooser and a company's home."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from avstem.store.queries import company as companies
from avstem.store.queries.accounts import standings
from avstem.store.queries.statements import broken_accounts
from avstem.web.access import reads
from avstem.web.company import CompanyRequest


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The only company's home; with several (or none) a page to choose from."""
    assert request.user.pk is not None, "a signed-in user is stored"
    found = companies.companies_of(request.user.pk)
    if len(found) == 1:
        return redirect("company", found[0].orgnr)
    return render(request, "web/companies.html", {"companies": found})


@reads
def company_home(request: CompanyRequest) -> HttpResponse:
    """Accounts with their balances, what waits, and how fresh it is."""
    found = standings(request.company.pk)
    return render(
        request,
        "web/company.html",
        {
            "standings": found,
            "waiting": sum(each.waiting for each in found),
            "suggested": sum(each.suggested for each in found),
            "overview": companies.overview(request.company.pk),
            "broken": broken_accounts(request.company.pk),
            "several": len(companies.companies_of(request.user.pk)) > 1,
        },
    )
