"""*Kontoplan*: the ledger accounts that the company books to here."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.add_ledger_account import add_ledger_account
from avstem.store.queries.company import chart_of
from avstem.web.access import posts, reads, try_to
from avstem.web.company import CompanyRequest


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """Every account, with what avstem itself or a bank account uses it for."""
    return render(request, "web/ledger.html", {"accounts": chart_of(request.company.pk)})


@posts
def add(request: CompanyRequest) -> HttpResponse:
    """One more account."""

    def do() -> str:
        account = add_ledger_account(
            company_id=request.company.pk,
            number=request.POST.get("number", "").strip(),
            name=request.POST.get("name", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("%(account)s can be booked to.") % {"account": account}

    try_to(request, do)
    return redirect("ledger", request.company.orgnr)
