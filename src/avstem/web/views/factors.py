"""Factors: who has bought the company's claims and pays for many customers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.set_factor import set_factor
from avstem.store.queries.factors import factors_list
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """The factors with the accounts they pay from."""
    found = factors_list(request.company.pk)
    return render(request, "web/factors.html", {"factors": found, "side": "customers"})


@posts
def tell(request: CompanyRequest) -> HttpResponse:
    """Say that a party is a factor, or with `off` that it pays for others no longer."""
    off = request.POST.get("off") == "1"
    account = request.POST.get("account", "").strip()

    def do() -> str:
        party = set_factor(
            company_id=request.company.pk,
            name=request.POST.get("name", ""),
            orgnr="".join(request.POST.get("orgnr", "").split()) or None,
            accounts=[account] if account else [],
            on=not off,
            actor=request.user.email,
            now=timezone.now(),
        )
        said = _("%(name)s is a factor no longer.") if off else _("%(name)s is a factor.")
        return said % {"name": party.name}

    try_to(request, do)
    return back(request, "factors")
