"""Settings → Kasse- og bankkonto: choose accounts, choose the bank, order.

Each step is an address of its own with what was chosen before in it, so that the way back, a
reload and a browser without scripts all work.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.banks.dialects import dialect
from avstem.banks.directory import Bank, bank, bank_of_account, search
from avstem.banks.order_guide import order_guide
from avstem.domain.agreement import NotPermitted, why_not_permitted
from avstem.domain.errors import NotFoundError, RefusalError
from avstem.services.add_iban import add_iban
from avstem.services.order_agreement import Order, order_agreement
from avstem.store.models import Activation, Agreement, BankAccount, Channel
from avstem.store.queries.agreements import connectable
from avstem.web.access import changes
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_day
from avstem.wording import sentence

#: What the form says -> whether the bank approves payments too.
APPROVED = {"bank": True, "here": False}
#: As many as a form carries; a company with more orders twice.
ACCOUNTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """An account on the page: its bank by its number, and why it cannot be chosen, if so."""

    account: BankAccount
    bank: Bank | None
    activation: Activation | None
    why_not: NotPermitted | None
    chosen: bool = False

    @property
    def lacks_iban(self) -> bool:
        """Whether an IBAN is all that is missing."""
        return self.why_not is NotPermitted.IBAN

    @property
    def has_it(self) -> str:
        """The bank that the account is connected with."""
        return bank(self.activation.agreement.bank).name if self.activation else ""


@changes
def choose_accounts(request: CompanyRequest) -> HttpResponse:
    """Every account, those that cannot be connected with the reason."""
    chosen = _asked(request)
    choices = _choices(request, chosen)
    free = sum(not each.why_not for each in choices)
    page = {"choices": choices, "any": free > 0, "only_one": free == 1}
    return render(request, "web/order_accounts.html", page)


@changes
def choose_bank(request: CompanyRequest) -> HttpResponse:
    """The bank that the numbers tell first, then every bank, or those that the words may mean."""
    chosen = _chosen(request)
    if not chosen:
        messages.warning(request, _("Choose at least one account."))
        return redirect("order_accounts", request.company.orgnr)
    words = " ".join(request.GET.get("q", "")[:100].split())
    told = Counter(each.bank.slug for each in chosen if each.bank)
    page = {
        "chosen": chosen,
        "words": words,
        "told": [bank(slug) for slug, _count in told.most_common()],
        "found": search(words) if words or not told else [],
        "query": _query(chosen),
        "practising": settings.PRACTISING,
    }
    return render(request, "web/order_bank.html", page)


@changes
def order(request: CompanyRequest, slug: str) -> HttpResponse:
    """How to order at the bank, what is ordered, and the order itself."""
    try:
        found = bank(slug)
    except NotFoundError as absent:
        raise Http404 from absent
    chosen = _chosen(request)
    if not chosen:
        return redirect("order_accounts", request.company.orgnr)
    typed: dict[str, Any] = {"from": f"{timezone.localdate():%d.%m.%Y}", "payments": "on"}
    error = ""
    if request.method == "POST":
        try:
            agreement = _order(request, slug, chosen)
        except RefusalError as refusal:
            typed, error = request.POST.dict(), sentence(refusal)
        else:
            messages.success(request, _("The order is ready. Print or send it, or order online."))
            return redirect("agreement", request.company.orgnr, agreement.pk)
    page = {
        "bank": found,
        "guide": order_guide(found),
        "chosen": chosen,
        "others": [each for each in chosen if each.bank and each.bank.slug != slug],
        "channels": Channel.values,
        "approval_is_chosen": dialect(found.dialect).approval_in_bank == "choice",
        "typed": typed,
        "error": error,
        "query": _query(chosen),
    }
    return render(request, "web/order_form.html", page, status=422 if error else 200)


@changes
def type_iban(request: CompanyRequest, account_id: int) -> HttpResponse:
    """The IBAN of an account that has none."""
    account = next(
        (each for each, _live in connectable(request.company.pk) if each.pk == account_id), None
    )
    if account is None:
        raise Http404
    typed, error = request.POST.get("iban", ""), ""
    if request.method == "POST":
        try:
            add_iban(
                company_id=request.company.pk, account_id=account_id, iban=typed,
                actor=request.user.email, now=timezone.now(),
            )  # fmt: skip
        except RefusalError as refusal:
            error = sentence(refusal)
        else:
            messages.success(request, _("The account has its IBAN."))
            return redirect("order_accounts", request.company.orgnr)
    page = {"account": account, "typed": typed, "error": error}
    return render(request, "web/add_iban.html", page, status=422 if error else 200)


def _order(request: CompanyRequest, slug: str, chosen: list[Choice]) -> Agreement:
    day: date = parse_day(request.POST.get("from", ""))
    wanted = Order(
        bank=slug,
        account_ids=tuple(each.account.pk for each in chosen),
        activation_date=day,
        channel=request.POST.get("channel", ""),
        ocr="ocr" in request.POST,
        payments="payments" in request.POST,
        bank_approves=APPROVED.get(request.POST.get("approved", "")),
    )
    return order_agreement(
        company_id=request.company.pk, order=wanted, actor=request.user.email, now=timezone.now()
    )


def _choices(request: CompanyRequest, chosen: set[int]) -> list[Choice]:
    return [
        Choice(
            account,
            bank_of_account(account.iban),
            live,
            why_not_permitted(account.kind, account.iban, connected=live is not None),
            account.pk in chosen,
        )
        for account, live in connectable(request.company.pk)
    ]


def _asked(request: CompanyRequest) -> set[int]:
    asked = (request.POST if request.method == "POST" else request.GET).getlist("account")
    return {int(each) for each in asked[:ACCOUNTS_MAX] if each.isdecimal() and len(each) < 19}


def _chosen(request: CompanyRequest) -> list[Choice]:
    """The accounts that were chosen and may be; others' ids choose nothing."""
    return [each for each in _choices(request, _asked(request)) if each.chosen and not each.why_not]


def _query(chosen: list[Choice]) -> str:
    return "&".join(f"account={each.account.pk}" for each in chosen)
