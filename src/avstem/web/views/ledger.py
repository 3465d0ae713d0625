"""*Kontoplan*: the ledger accounts that the company books to here."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from avstem.services.add_ledger_account import add_ledger_account
from avstem.store.queries.company import chart_of
from avstem.web.access import posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.step_up import safe_next


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """Every account, with what avstem itself or a bank account uses it for."""
    page = {
        "accounts": chart_of(request.company.pk),
        "next": _came_from(request, request.GET.get("next", "")),
    }
    return render(request, "web/ledger.html", page)


@posts
def add(request: CompanyRequest) -> HttpResponse:
    """One more account; back to the transaction it was missed at, where it is then chosen."""
    number, came_from = "", _came_from(request, request.POST.get("next", ""))

    def do() -> str:
        nonlocal number
        account = add_ledger_account(
            company_id=request.company.pk,
            number=request.POST.get("number", "").strip(),
            name=request.POST.get("name", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
        number = account.number
        return _("%(account)s can be booked to.") % {"account": account}

    done = try_to(request, do)
    if not came_from:
        return redirect("ledger", request.company.orgnr)
    if done:
        came_from += ("&" if "?" in came_from else "?") + urlencode({"book": number})
        return HttpResponseRedirect(came_from)
    here = reverse("ledger", args=[request.company.orgnr])
    return HttpResponseRedirect(f"{here}?{urlencode({'next': came_from})}")


def _came_from(request: CompanyRequest, page: str) -> str:
    """The page of ours that an account was missed on; "" where one came by oneself."""
    return safe_next(request, page) if page else ""
