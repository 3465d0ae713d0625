"""Which company a page is about: its organisation number stands first in the address.

So a tab keeps its company whatever is open in another. Whoever is not a member finds nothing
there, and the database's second wall stands around the whole request.
"""

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from avstem.store.approvals import APPROVERS
from avstem.store.models import Company, User
from avstem.store.models.company import Role
from avstem.store.queries import company as companies
from avstem.store.tenancy import company_scope

_MAY_CHANGE = frozenset({Role.OWNER, Role.ACCOUNTANT, Role.BOOKKEEPER})
#: Who decides how far the program goes by itself.
_MAY_GOVERN = frozenset({Role.OWNER, Role.ACCOUNTANT})


class CompanyRequest(HttpRequest):
    """A request inside a company, as `access.reads` hands it to a view."""

    company: Company
    role: str
    may_change: bool
    may_govern: bool
    may_approve: bool
    sees_wages: bool
    user: User


class CurrentCompany:
    """Middleware: finds the company of the address and puts the wall around the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        orgnr = _orgnr(request.path_info)
        if orgnr is None or not request.user.is_authenticated:
            return self.get_response(request)
        member = companies.membership(request.user.pk, orgnr)
        if member is None:
            return self.get_response(request)
        ours = cast(CompanyRequest, request)
        ours.company, ours.role = member.company, member.role
        ours.may_change = member.role in _MAY_CHANGE
        ours.may_govern = member.role in _MAY_GOVERN
        ours.may_approve = member.role in APPROVERS
        # What single people earn is for those who work with it.
        ours.sees_wages = member.role != Role.READER
        with company_scope(member.company_id):
            return self.get_response(request)


def get_company(request: HttpRequest) -> Company:
    """The request's company; 404 where there is none, or it is not the user's."""
    found: Company | None = getattr(request, "company", None)
    if found is None:
        raise Http404
    return found


def context(request: HttpRequest) -> dict[str, Any]:
    """What every template knows: the company, what the user may change, approve and see there,
    and which of the company's sections the address is in ("" on its home)."""
    company = getattr(request, "company", None)
    return {
        "company": company,
        "may_change": getattr(request, "may_change", False),
        "may_govern": getattr(request, "may_govern", False),
        "may_approve": getattr(request, "may_approve", False),
        "sees_wages": getattr(request, "sees_wages", False),
        "section": request.path_info.split("/")[2] if company else None,
    }


def _orgnr(path: str) -> str | None:
    try:
        found: str | None = resolve(path).kwargs.get("orgnr")
    except Resolver404:
        return None
    return found
