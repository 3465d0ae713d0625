"""How the company pays: automatically or by choice, how many people, the standing approval."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.set_payment_rules import (
    end_standing_approval,
    give_standing_approval,
    set_payment_rules,
)
from avstem.store.approvals import approvers
from avstem.store.models.company import Role
from avstem.store.queries.payment_settings import how_it_pays
from avstem.web.access import approves, back, manages_by_post, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_amount
from avstem.web.step_up import confirms


@reads
def show(request: CompanyRequest) -> HttpResponse:
    """What is chosen, with the forms for those who may choose."""
    page = {
        "chosen": how_it_pays(request.company.pk),
        "approvers": approvers(request.company.pk),
        "manages": request.role == Role.OWNER,
    }
    return render(request, "web/payment_settings.html", page)


@manages_by_post
@confirms
def choose(request: CompanyRequest) -> HttpResponse:
    """Whether bills are chosen by hand, and how many people approve."""

    def do() -> str:
        set_payment_rules(
            selects=request.POST.get("selects") == "1",
            approvals_needed=2 if request.POST.get("people") == "2" else 1,
            **_by(request),
        )
        return _("Saved. Payments that are made already stay as they are.")

    try_to(request, do)
    return back(request, "payment_settings")


@approves
@confirms
def stand(request: CompanyRequest) -> HttpResponse:
    """The person's standing word, up to a limit, or with `end` that it holds no more."""
    if request.method != "POST":
        return back(request, "payment_settings")

    def do() -> str:
        if request.POST.get("end"):
            end_standing_approval(**_by(request))
            return _("The standing approval is ended.")
        limit = parse_amount(request.POST.get("limit", ""), request.company.currency)
        give_standing_approval(limit_minor=limit, **_by(request))
        return _("The standing approval is given, in your name.")

    try_to(request, do)
    return back(request, "payment_settings")


def _by(request: CompanyRequest) -> dict[str, Any]:
    return {
        "company_id": request.company.pk,
        "actor": request.user.email,
        "now": timezone.now(),
    }
