"""Files that were fetched and set aside: looked at, tried again, dismissed and taken back."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.dismiss_file import dismiss_file, take_file_back
from avstem.services.try_file_again import try_file_again
from avstem.store.fetched import pieces_of
from avstem.store.models import FetchedFile
from avstem.store.queries.fetching import find_file
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest


@reads
def download(request: CompanyRequest, file_id: int) -> HttpResponse:
    """The bytes as they were fetched; 404 where none were kept.

    A bank's file may tell who earns what: whoever is not shown wages is refused (403).
    """
    if not request.sees_wages:
        raise PermissionDenied
    row = _file(request, file_id)
    content = b"".join(pieces_of(row))  # at most 32 MiB are kept
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = _attachment(row.remote_name)
    return answer


@posts
def try_again(request: CompanyRequest, file_id: int) -> HttpResponse:
    """The next round tries it, at once."""
    return _do(request, file_id, try_file_again, _("The file is tried again."))


@posts
def dismiss(request: CompanyRequest, file_id: int) -> HttpResponse:
    """Nobody is to look at it any more."""
    reason = request.POST.get("reason", "")
    return _do(request, file_id, dismiss_file, _("The file is dismissed."), reason=reason)


@posts
def take_back(request: CompanyRequest, file_id: int) -> HttpResponse:
    """It is set aside again."""
    return _do(request, file_id, take_file_back, _("The file is set aside again."))


def _do(
    request: CompanyRequest, file_id: int, service: Callable[..., object], said: str, **more: Any
) -> HttpResponse:
    row = _file(request, file_id)

    def do() -> str:
        service(
            company_id=request.company.pk,
            file_id=file_id,
            actor=request.user.email,
            now=timezone.now(),
            **more,
        )
        return said

    try_to(request, do)
    return back(request, "agreement", row.agreement_id)


def _file(request: CompanyRequest, file_id: int) -> FetchedFile:
    found = find_file(request.company.pk, file_id)
    if found is None:
        raise Http404
    return found


def _attachment(name: str) -> str:
    """The bank's name for it, without what could break out of the header."""
    plain = "".join(each for each in name if each.isascii() and (each.isalnum() or each in "._- "))
    return f'attachment; filename="{plain or "file"}"'
