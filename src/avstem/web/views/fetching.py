"""Fetch now: asked for once, with how it goes and what came of it in plain words."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.fetch_now import fetch_now
from avstem.store.agreements import find_agreement
from avstem.store.models import Agreement, Channel
from avstem.store.queries.fetching import last_round
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.wording.jobs import job_error_text


@posts
def now(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """What is new at the bank."""
    return _ask(request, agreement_id, again=False)


@posts
def again(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """What is new, and once more what was set aside."""
    return _ask(request, agreement_id, again=True)


@reads
def progress(request: CompanyRequest, agreement_id: int) -> HttpResponse:
    """The part of a page that says how the fetching goes."""
    agreement = agreement_of(request, agreement_id)
    page = {"agreement": agreement, **round_context(request, agreement)}
    # The button must lead back to the page that the part stands on.
    page["fetch_from"] = request.headers.get("HX-Current-URL", "")
    return render(request, "web/_round.html", page)


def agreement_of(request: CompanyRequest, agreement_id: int) -> Agreement:
    """The company's own agreement; 404 for any other."""
    found = find_agreement(request.company.pk, agreement_id)
    if found is None:
        raise Http404
    return found


def round_context(request: CompanyRequest, agreement: Agreement | None) -> dict[str, Any]:
    """What `_round.html` needs; `fetches` is False where a person carries the files."""
    is_active = agreement is not None and agreement.state == "active"
    if agreement is None or not is_active or agreement.channel in ("", Channel.NETBANK):
        return {"fetches": False}
    found = last_round(request.company.pk, agreement.pk, timezone.now())
    job = found.job
    wrong = job_error_text(job.last_error_code, job.last_error_facts) if job else ""
    return {"fetches": True, "round": found, "wrong": wrong}


def _ask(request: CompanyRequest, agreement_id: int, *, again: bool) -> HttpResponse:
    agreement_of(request, agreement_id)

    def do() -> str:
        fetch_now(
            company_id=request.company.pk,
            agreement_id=agreement_id,
            again=again,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("The bank is asked for what is new.")

    try_to(request, do)
    return back(request, "agreement", agreement_id)
