"""*Ny transaksjon*: a bank transaction typed by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import RefusalError
from avstem.services.add_transaction import add_transaction
from avstem.store.models import BankAccount, BankTransaction
from avstem.web.access import changes
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_amount, parse_day
from avstem.web.views.account import standing_of
from avstem.wording import sentence


@changes
def add(request: CompanyRequest, account_id: int) -> HttpResponse:
    """The form, and its answer; what was typed stays where something is refused."""
    account = standing_of(request.company.pk, account_id).account
    if request.method != "POST":
        return _render(request, account, {"date": f"{timezone.localdate():%d.%m.%Y}"})
    try:
        row = _add(request, account)
    except RefusalError as refusal:
        return _render(request, account, request.POST.dict(), error=sentence(refusal))
    messages.success(request, _("The transaction is in the list."))
    return redirect("transaction", request.company.orgnr, row.pk)


def _add(request: CompanyRequest, account: BankAccount) -> BankTransaction:
    minor = abs(parse_amount(request.POST.get("amount", ""), account.currency))
    return add_transaction(
        company_id=request.company.pk,
        account_id=account.pk,
        booking_date=parse_day(request.POST.get("date", "")),
        amount_minor=-minor if request.POST.get("way") == "out" else minor,
        text=request.POST.get("text", ""),
        actor=request.user.email,
        now=timezone.now(),
    )


def _render(
    request: CompanyRequest, account: BankAccount, typed: dict[str, Any], error: str = ""
) -> HttpResponse:
    page = {"account": account, "typed": typed, "error": error}
    return render(request, "web/add_transaction.html", page, status=422 if error else 200)
