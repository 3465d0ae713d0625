"""Files from a person's own disk: bank statements and invoices, then the matching."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avstem.domain.errors import RefusalError
from avstem.services.import_invoices import InvoiceImport, import_invoices
from avstem.services.import_statement import StatementImport, import_statement
from avstem.services.reconcile import ReconcileResult, reconcile
from avstem.store.queries.accounts import standings
from avstem.web.access import back, changes, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.wording import sentence

#: Above this the matching would keep the page waiting; it is then started on its own.
RECONCILED_IN_REQUEST_MAX = 5_000
FILES_MAX = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one file: an import's answer, or why nothing of it was taken."""

    name: str
    statement: StatementImport | None = None
    invoices: InvoiceImport | None = None
    refused: str = ""
    rows: list[tuple[int, str]] = field(default_factory=list)


@changes
def show(request: CompanyRequest) -> HttpResponse:
    """The form; after sending, what became of each file."""
    page: dict[str, Any] = {"accounts": standings(request.company.pk)}
    if request.method == "POST":
        files: list[Any] = sorted(request.FILES.getlist("files"), key=lambda file: str(file.name))
        page["outcomes"] = [_take(request, file) for file in files[:FILES_MAX]]
        page["left_out"] = [file.name for file in files[FILES_MAX:]]
        if any(not each.refused for each in page["outcomes"]):
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
            return _(
                "More than 5,000 transactions wait: run `avstem reconcile`, "
                "or leave it to the worker."
            )
        return ngettext(
            "%(booked)d transaction booked, %(suggested)d with a suggestion.",
            "%(booked)d transactions booked, %(suggested)d with a suggestion.",
            result.booked,
        ) % {"booked": result.booked, "suggested": result.suggested}

    try_to(request, do)
    return back(request, "company")


def _match(request: CompanyRequest) -> ReconcileResult | None:
    """The matching's result; None where too many wait for a page to wait for them."""
    waiting = sum(each.waiting for each in standings(request.company.pk))
    if waiting > RECONCILED_IN_REQUEST_MAX:
        return None
    return reconcile(company_id=request.company.pk, actor=request.user.email, now=timezone.now())


def _take(request: CompanyRequest, file: TemporaryUploadedFile) -> Outcome:
    name, path = str(file.name), Path(file.temporary_file_path())
    said: dict[str, Any] = {
        "company_id": request.company.pk,
        "path": path,
        "name": name,
        "actor": request.user.email,
        "now": timezone.now(),
    }
    try:
        if _holds_invoices(path):
            taken = import_invoices(**said)
            rows = [(each.line, sentence(each.refusal)) for each in taken.refused]
            return Outcome(name, invoices=taken, rows=rows)
        return Outcome(name, statement=import_statement(source="upload", **said))
    except RefusalError as refusal:
        return Outcome(name, refused=sentence(refusal))


def _holds_invoices(path: Path) -> bool:
    """Whether it is invoices.csv: its first line names the columns that file must have."""
    with path.open("rb") as stream:
        first = stream.readline(4096)
    return b"party_name" in first and b"invoice_date" in first
