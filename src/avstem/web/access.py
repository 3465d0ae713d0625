"""Who may see a page, and who may change something on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from avstem.domain.errors import RefusalError
from avstem.store.models.company import Role
from avstem.web.company import CompanyRequest, get_company
from avstem.wording import sentence

P = ParamSpec("P")
View = Callable[Concatenate[CompanyRequest, P], HttpResponse]
# As Django calls it: the request, and the parts of the address by name.
Page = Callable[..., HttpResponse]


def reads(view: View[P]) -> Page:
    """A page of a company, for its members alone. The address's `orgnr` is used up here."""

    @wraps(view)
    def guarded(
        request: HttpRequest, orgnr: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        get_company(request)
        return view(cast(CompanyRequest, request), *args, **kwargs)

    return guarded


def governs(view: View[P]) -> Page:
    """An action that decides how far the program may go: owners and accountants alone (403)."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.may_govern:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return posts(guarded)


def changes(view: View[P]) -> Page:
    """A page that changes the books: whoever may only read is told so (403)."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.may_change:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return reads(guarded)


def approves(view: View[P]) -> Page:
    """A page of those who may approve payments; the others are told so (403)."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.may_approve:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return reads(guarded)


def manages(view: View[P]) -> Page:
    """A page about the company's people and rules, for its owners; the others are told so (403)."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.role != Role.OWNER:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return reads(guarded)


def manages_by_post(view: View[P]) -> Page:
    """An action of an owner, without a page of its own: POST only."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(request, *args, **kwargs)

    return manages(guarded)


def posts(view: View[P]) -> Page:
    """An action without a page of its own: POST only, and only by those who may change."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(request, *args, **kwargs)

    return changes(guarded)


def try_to(request: HttpRequest, action: Callable[[], str]) -> bool:
    """Do it, and say what happened; a refusal is said in words, and nothing has changed."""
    try:
        messages.success(request, action())
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
        return False
    return True


def back(request: CompanyRequest, name: str, *args: Any) -> HttpResponse:
    """To the page the form names in `next`, if it is one of ours; else to the named one."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return HttpResponseRedirect(wanted)
    return HttpResponseRedirect(reverse(name, args=[request.company.orgnr, *args]))
