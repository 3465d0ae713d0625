"""The people of a company: who is there, with which role and limit; inviting and removing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from avstem.domain.errors import RefusalError
from avstem.services.change_member import change_member, remove_member
from avstem.services.invite_member import invite_member, take_back_invitation
from avstem.store.models.company import Role
from avstem.store.queries.people import members_of, open_invitations
from avstem.web.access import back, manages, manages_by_post, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_amount
from avstem.web.step_up import confirms
from avstem.wording import sentence


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """Everybody in the company; owners see the invitations and the forms too."""
    return _render(request)


def _render(request: CompanyRequest, **more: Any) -> HttpResponse:
    page = {
        "members": members_of(request.company.pk),
        "roles": list(Role.values),
        "invitations": open_invitations(request.company.pk, timezone.now()),
        "manages": request.role == Role.OWNER,
        **more,
    }
    return render(request, "web/people.html", page)


@never_cache
@manages
@confirms
def invite(request: CompanyRequest) -> HttpResponse:
    """The form, or with POST the link, which is shown this once."""
    if request.method != "POST":
        return _render(request, inviting=True)
    try:
        found = invite_member(
            email=request.POST.get("email", ""),
            role=request.POST.get("role", ""),
            limit_minor=_limit(request),
            **_by(request),
        )
    except RefusalError as refusal:
        return _render(request, inviting=True, error=sentence(refusal), sent=request.POST)
    place = reverse("invitation", args=[request.company.orgnr, found.token])
    return _render(request, link=request.build_absolute_uri(place), invited=found.invitation)


@manages_by_post
@confirms
def take_back(request: CompanyRequest, invitation_id: int) -> HttpResponse:
    """The link does not work any more."""

    def do() -> str:
        row = take_back_invitation(invitation_id=invitation_id, **_by(request))
        return _("The invitation of %(email)s is taken back.") % {"email": row.email}

    try_to(request, do)
    return back(request, "people")


@manages_by_post
@confirms
def change(request: CompanyRequest, user_id: int) -> HttpResponse:
    """Another role or limit."""

    def do() -> str:
        change_member(
            user_id=user_id,
            role=request.POST.get("role", ""),
            limit_minor=_limit(request),
            **_by(request),
        )
        return _("Changed.")

    try_to(request, do)
    return back(request, "people")


@manages_by_post
@confirms
def remove(request: CompanyRequest, user_id: int) -> HttpResponse:
    """No longer a member."""

    def do() -> str:
        remove_member(user_id=user_id, **_by(request))
        return _("Removed. What they did stays.")

    try_to(request, do)
    return back(request, "people")


def _limit(request: CompanyRequest) -> int | None:
    typed = request.POST.get("limit", "").strip()
    currency = request.company.currency
    return parse_amount(typed, currency) if typed else None


def _by(request: CompanyRequest) -> dict[str, Any]:
    return {
        "company_id": request.company.pk,
        "actor": request.user.email,
        "now": timezone.now(),
    }
