"""Files from a person's own disk: bank statements and invoices, then the matching."""

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avstem.services.queue_matching import queue_matching
from avstem.services.reconcile import ReconcileResult, reconcile
from avstem.store.queries.accounts import standings
from avstem.web.access import back, changes, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.web.intake import Outcome, Uploaded, explain, look_at, take

#: Above this the matching would keep the page waiting; it is then left to the worker.
RECONCILED_IN_REQUEST_MAX = 5_000
FILES_MAX = 50
#: So many files with nothing to say of them stand in one table; fewer are told of one by one.
PLAIN_MIN = 4


@changes
def show(request: CompanyRequest) -> HttpResponse:
    """The form; after sending, what became of each file."""
    page: dict[str, Any] = {"accounts": standings(request.company.pk)}
    page["wanted"] = request.GET.get("account", "")
    if request.method == "POST":
        files: list[Any] = request.FILES.getlist("files")
        page["wanted"] = request.POST.get("account", "")
        take_them = _explain if "explain" in request.POST else _take_all
        page["outcomes"] = take_them(request, files[:FILES_MAX], page["wanted"] or None)
        plain = [each for each in page["outcomes"] if each.is_plain]
        page["plain"] = plain if len(plain) >= PLAIN_MIN else []
        page["left_out"] = [file.name for file in files[FILES_MAX:]]
        if any(each.is_taken for each in page["outcomes"]):
            page["matching"] = _match(request)
            page["too_many"] = page["matching"] is None
        page["accounts"] = standings(request.company.pk)
    return render(request, "web/upload.html", page)


@posts
def match_again(request: CompanyRequest) -> HttpResponse:
    """Run the matching over all that waits."""

    def do() -> str:
        result = _match(request)
        if result is None:
            return _("More than 5,000 transactions wait. They are matched in the background.")
        return ngettext(
            "%(booked)d transaction booked, %(suggested)d with a suggestion.",
            "%(booked)d transactions booked, %(suggested)d with a suggestion.",
            result.booked,
        ) % {"booked": result.booked, "suggested": result.suggested}

    try_to(request, do)
    return back(request, "company")


def _match(request: CompanyRequest) -> ReconcileResult | None:
    """The matching's result; None where too many wait for a page: the worker does it then."""
    waiting = sum(each.waiting for each in standings(request.company.pk))
    if waiting > RECONCILED_IN_REQUEST_MAX:
        queue_matching(company_id=request.company.pk, now=timezone.now())
        return None
    return reconcile(company_id=request.company.pk, actor=request.user.email, now=timezone.now())


def _explain(request: CompanyRequest, files: list[Any], account: str | None) -> list[Outcome]:
    """The table that a person says the columns of; it came with its explanation."""
    return [
        explain(
            _look_at(request, file), request.POST.dict(), company_id=request.company.pk,
            account=account, actor=request.user.email, now=timezone.now(),
            currency=request.company.currency,
        )
        for file in files[:1]
    ]  # fmt: skip


def _look_at(request: CompanyRequest, file: Any) -> Uploaded:
    path = Path(file.temporary_file_path())
    return look_at(company_id=request.company.pk, name=str(file.name), path=path)


def _take_all(request: CompanyRequest, files: list[Any], account: str | None) -> list[Outcome]:
    """Each file in its turn, which its content decides: names say nothing of days."""
    company_id = request.company.pk
    looked_at = [_look_at(request, file) for file in files]
    return [
        take(
            each,
            company_id=company_id,
            account=account,
            actor=request.user.email,
            now=timezone.now(),
        )
        for each in sorted(looked_at, key=lambda each: each.turn)
    ]
