"""The tour of the demo company: what there is to try, where, and what has been tried."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from avstem.store.queries.accounts import standings
from avstem.store.queries.tour import is_demo, steps_done
from avstem.web.access import reads
from avstem.web.company import CompanyRequest


@reads
def show(request: CompanyRequest) -> HttpResponse:
    """The steps, on the account where most waits; no such page in any other company."""
    company_id = request.company.pk
    accounts = standings(company_id)
    if not accounts or not is_demo(company_id):
        raise Http404
    busiest = max(accounts, key=lambda each: each.waiting).account
    return render(request, "web/tour.html", {"account": busiest, "done": steps_done(company_id)})
