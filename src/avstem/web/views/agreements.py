"""The company's agreements with banks: how they stand, what to do next, and the papers."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from avstem.banks.dialects import dialect
from avstem.banks.order_guide import order_guide
from avstem.domain.errors import InvalidValueError
from avstem.formats.paper import render_pdf
from avstem.services.agree_on_approval import agree_on_approval
from avstem.services.agreement_status import AgreementStatus, agreement_status
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.deactivate_activation import deactivate_activation
from avstem.services.mend_agreement import mend_agreement
from avstem.services.note_order_sent import note_order_sent
from avstem.services.reject_agreement import reject_agreement
from avstem.store.queries.fetching import files_left
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_day
from avstem.web.views.agreement_order import APPROVED
from avstem.web.views.fetching import round_context
from avstem.wording.jobs import job_error_text
from avstem.wording.papers import PAPERS
from avstem.wording.payments import approval_text

LANGUAGES = ("nb", "nn", "en")


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """Every agreement, those that are over last."""
    found = agreement_status(company_id=request.company.pk, now=timezone.now())
    return render(request, "web/agreements.html", {"agreements": found})


@reads
def show(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """One agreement: state, what is awaited, late and missing, and what can be done."""
    status = _status(request, agreement_id)
    live = [each for each in status.accounts if each.activation.closed_at is None]
    left = files_left(request.company.pk, agreement_id)
    page = {
        "status": status,
        "agreement": status.agreement,
        "guide": order_guide(status.bank),
        "live": live,
        "over": [each for each in status.accounts if each not in live],
        "waiting": [each for each in live if each.is_waiting],
        "ordered": [each for each in live if each.activation.state == "ordered"],
        "wrong": status.agreement.state == "in_error"
        or any(each.activation.state == "in_error" for each in live),
        "today": timezone.localdate(),
        "practising": settings.PRACTISING,
        "left": [(row, job_error_text(row.reason_code, row.reason_facts)) for row in left],
        "approval": _approval(status),
        **round_context(request, status.agreement),
    }
    return render(request, "web/agreement.html", page)


def _approval(status: AgreementStatus) -> dict[str, Any] | None:
    """Where its payments are approved, and whether that can be said otherwise."""
    agreement, ways = status.agreement, dialect(status.bank.dialect)
    if not (status.is_live and agreement.payments):
        return None
    way = ways.approval(agreement.bank_approves)
    return {"way": way, "said": approval_text(way), "is_choice": ways.approval_in_bank == "choice"}


@reads
def paper(request: CompanyRequest, agreement_id: int, kind: str, language: str) -> HttpResponse:
    """The order, or a letter, as PDF."""
    status = _status(request, agreement_id)
    if kind not in PAPERS or language not in LANGUAGES:
        raise Http404
    with override(language):
        made = render_pdf(PAPERS[kind](status, request.company, timezone.localdate(), language))
    name = f"{status.agreement.bank}-{kind}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@posts
def sent(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """The bank has the order."""

    def do() -> str:
        note_order_sent(agreement_id=agreement_id, **_by(request))
        return _("The bank is awaited.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)


@posts
def confirm(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """The bank has said yes, to the accounts that are ticked."""

    def do() -> str:
        day = request.POST.get("from", "").strip()
        confirm_agreement(
            agreement_id=agreement_id,
            account_ids=_ticked(request),
            activation_date=parse_day(day) if day else None,
            **_by(request),
        )
        return _("The agreement is active.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)


@posts
def reject(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """The bank has said no, to the accounts that are ticked."""

    def do() -> str:
        reject_agreement(
            agreement_id=agreement_id,
            reason=request.POST.get("reason", ""),
            account_ids=_ticked(request),
            **_by(request),
        )
        return _("The bank's no is written down.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)


@posts
def approval(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """Where the agreement has payments approved."""

    def do() -> str:
        said = APPROVED.get(request.POST.get("approved", ""))
        agree_on_approval(agreement_id=agreement_id, bank_approves=said, **_by(request))
        return _("How payments are approved is written down.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)


@posts
def mend(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """What was wrong is mended."""

    def do() -> str:
        mend_agreement(agreement_id=agreement_id, **_by(request))
        return _("The agreement is out of error.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)


@posts
def deactivate(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """End it for the accounts that are ticked; the bank must be told by a letter."""

    def do() -> str:
        status = _status(request, agreement_id)
        ticked = _ticked(request)
        rows = [each.activation for each in status.accounts if not each.activation.closed_at]
        wanted = [each.pk for each in rows if each.account_id in ticked]
        deactivate_activation(activation_ids=wanted, **_by(request))
        return _("Deactivated here. Send the letter too: the bank does not know it yet.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)


def _status(request: CompanyRequest, agreement_id: int) -> AgreementStatus:
    found = agreement_status(
        company_id=request.company.pk, now=timezone.now(), agreement_id=agreement_id
    )
    if not found:
        raise Http404
    return found[0]


def _by(request: CompanyRequest) -> dict[str, Any]:
    return {
        "company_id": request.company.pk,
        "actor": request.user.email,
        "now": timezone.now(),
    }


def _ticked(request: CompanyRequest) -> set[int]:
    """The accounts that are ticked; refused where none is, so that nothing is done by a slip."""
    asked = request.POST.getlist("account")
    ticked = {int(each) for each in asked if each.isdecimal() and len(each) < 19}
    if not ticked:
        raise InvalidValueError("account", "nothing", "one account at least")
    return ticked
