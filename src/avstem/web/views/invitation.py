"""The page behind an invitation's link: who is signed in joins, a new person is made."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from avstem.domain.errors import RefusalError
from avstem.services.accept_invitation import accept_invitation
from avstem.store.invitations import open_invitation
from avstem.store.models import Company, Invitation, User
from avstem.store.tenancy import company_scope
from avstem.web.views.sessions import BACKEND
from avstem.wording import sentence


@never_cache
def show(request: HttpRequest, orgnr: str, token: str) -> HttpResponse:
    """Ask first, then join: programs that look into mails must not use the link up."""
    company = Company.objects.filter(orgnr=orgnr).first()
    if company is None:
        raise Http404
    with company_scope(company.pk):
        invitation = open_invitation(company.pk, token, timezone.now())
    if invitation is None:
        return render(request, "web/invitation.html", {"invitation": None}, status=410)
    page = _page(request, company, invitation)
    if request.method == "POST":
        answer = _join(request, company, token, is_new=page["is_new"])
        if answer is not None:
            return answer
    return render(request, "web/invitation.html", page)


def _page(request: HttpRequest, company: Company, invitation: Invitation) -> dict[str, Any]:
    """Who is signed in is the invited one, another one, or nobody; the invited one may be new."""
    user = request.user if request.user.is_authenticated else None
    known = User.objects.filter(email=invitation.email).exists()
    return {
        "invitation": invitation,
        "joining": company,
        "is_new": user is None and not known,
        "is_me": user is not None and user.email == invitation.email,
        "must_sign_in": user is None and known,
    }


def _join(
    request: HttpRequest, company: Company, token: str, *, is_new: bool
) -> HttpResponse | None:
    user = request.user if request.user.is_authenticated else None
    password = request.POST.get("password", "") if is_new else None
    try:
        if password is not None:
            validate_password(password)
        person = accept_invitation(
            company_id=company.pk,
            token=token,
            user=user,
            name=request.POST.get("name", ""),
            password=password,
            now=timezone.now(),
        )
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
    else:
        if user is None:
            login(request, cast(Any, person), backend=BACKEND)
        return redirect("company", company.orgnr)
    return None
