"""The first three minutes: a company by its organisation number, and its accounts by IBAN."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import RefusalError
from avstem.domain.money import format_minor
from avstem.services.add_account import NewAccount, add_account
from avstem.services.start_company import may_start, start_company
from avstem.store.models import BankAccount, User
from avstem.store.models.bank import AccountKind
from avstem.web.access import changes
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_amount, parse_day
from avstem.wording import sentence

#: Where the published standard chart has each kind of account; the first that is free is offered.
_USUAL = {
    AccountKind.OPERATING: ("1920", "1921", "1922"),
    AccountKind.CURRENCY: ("1930", "1931", "1932"),
    AccountKind.SAVINGS: ("1940", "1941", "1942"),
    AccountKind.TAX: ("1950", "1951", "1952"),
    AccountKind.CARD: ("1960", "1961", "1962"),
    AccountKind.CASH: ("1900", "1901", "1902"),
}


@login_required
def new_company(request: HttpRequest) -> HttpResponse:
    """The form, and its answer; whoever starts a company owns it here."""
    user = request.user
    assert isinstance(user, User), "a signed-in user is one of ours"
    page: dict[str, Any] = {"typed": request.POST, "may_start": may_start(user.pk)}
    if request.method != "POST":
        return render(request, "web/new_company.html", page)
    try:
        company = start_company(
            user=user,
            orgnr="".join(request.POST.get("orgnr", "").split()),
            name=request.POST.get("name", ""),
            now=timezone.now(),
        )
    except RefusalError as refusal:
        return render(
            request, "web/new_company.html", {**page, "error": sentence(refusal)}, status=422
        )
    messages.success(
        request, _("%(company)s is added. Next: its bank accounts.") % {"company": company.name}
    )
    return redirect("new_account", company.orgnr)


@changes
def new_account(request: CompanyRequest) -> HttpResponse:
    """An account by its IBAN or eleven digits; what was typed stays where something is refused."""
    if request.method != "POST":
        return _account_form(request, {"kind": "operating"})
    try:
        account = add_account(
            company_id=request.company.pk,
            account=_typed(request),
            actor=request.user.email,
            now=timezone.now(),
        )
    except RefusalError as refusal:
        return _account_form(request, request.POST.dict(), error=sentence(refusal))
    messages.success(request, _("%(account)s is added. Next: the files.") % {"account": account})
    return redirect("company", request.company.orgnr)


def _typed(request: CompanyRequest) -> NewAccount:
    said = {name: request.POST.get(name, "").strip() for name in request.POST}
    kind, currency = said.get("kind", ""), said.get("currency", "") or request.company.currency
    opening = said.get("opening", "")
    return NewAccount(
        iban=said.get("iban", ""),
        kind=kind,
        ledger_account=said.get("ledger_account", "") or _usual(request.company.pk, kind),
        currency=currency.upper(),
        from_date=parse_day(said["from_date"]) if said.get("from_date") else None,
        opening_balance=(
            format_minor(parse_amount(opening, currency.upper()), currency.upper())
            if opening
            else None
        ),
        name=said.get("name", "")[:140],
    )


def _usual(company_id: int, kind: str) -> str:
    """The usual ledger account of that kind that no bank account mirrors yet; else none."""
    taken = set(
        BankAccount.objects.filter(company_id=company_id).values_list("ledger_account", flat=True)
    )
    usual = {each.value: numbers for each, numbers in _USUAL.items()}.get(kind, ())
    return next((number for number in usual if number not in taken), "")


def _account_form(request: CompanyRequest, typed: dict[str, Any], error: str = "") -> HttpResponse:
    page = {"typed": typed, "error": error, "kinds": AccountKind.values}
    return render(request, "web/new_account.html", page, status=422 if error else 200)
