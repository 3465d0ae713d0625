"""The reconciliation report of an account on a day: as a page, and as a paper to sign."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override

from avstem.domain.errors import RefusalError
from avstem.formats.paper import render_pdf
from avstem.store.models import BankAccount
from avstem.store.queries.reconciliation import reconciliation
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_day
from avstem.wording.reconciliation import difference_text, reconciliation_paper, remedy_text

LANGUAGES = ("nb", "nn", "en")
#: How many days stand in the page's table.
DAYS_SHOWN = 31


@reads
def show(request: CompanyRequest, account_id: int) -> HttpResponse:
    """The balances at the end of the day that is asked for (else today), and what differs."""
    account = _account(request, account_id)
    found = reconciliation(account, _day(request))
    return render(
        request,
        "web/reconciliation.html",
        {
            "account": account,
            "found": found,
            "differences": [
                (each, difference_text(each.kind.value), remedy_text(each.kind.value))
                for each in found.differences
            ],
            "days": found.days[-DAYS_SHOWN:][::-1],
            "languages": LANGUAGES,
        },
    )


@reads
def paper(request: CompanyRequest, account_id: int, language: str) -> HttpResponse:
    """The report as PDF."""
    account = _account(request, account_id)
    if language not in LANGUAGES:
        raise Http404
    found = reconciliation(account, _day(request))
    with override(language):
        made = render_pdf(reconciliation_paper(found, account, request.company, language))
    name = f"{account.ledger_account}-{found.day}-{language}.pdf"
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _account(request: CompanyRequest, account_id: int) -> BankAccount:
    found = BankAccount.objects.filter(company_id=request.company.pk, pk=account_id).first()
    if found is None:
        raise Http404
    return found


def _day(request: HttpRequest) -> date:
    """The day in the address; today where there is none, or none that exists."""
    try:
        return parse_day(request.GET.get("date", ""))
    except RefusalError:
        return timezone.localdate()
