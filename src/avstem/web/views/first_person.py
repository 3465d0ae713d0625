"""The page that begins it all: who is first here, behind the link that `avstem serve` prints."""

from typing import Any, cast

from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from avstem.domain.errors import RefusalError
from avstem.services.begin_here import begin_here
from avstem.store.models import User
from avstem.web import sign_in
from avstem.web.views.sessions import BACKEND
from avstem.wording import sentence


@never_cache
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The form, once; whoever has sent it is signed in and starts a company."""
    if not sign_in.begins(token):
        return render(request, "web/first_person.html", {"gone": True}, status=410)
    if request.method != "POST":
        return render(request, "web/first_person.html", {"typed": {}})
    try:
        person = _begin(request)
    except ValidationError as wrong:
        return _again(request, " ".join(wrong.messages))
    except RefusalError as refusal:
        return _again(request, sentence(refusal))
    login(request, cast(Any, person), backend=BACKEND)
    return redirect("new_company")


def _begin(request: HttpRequest) -> User:
    said = request.POST
    validate_password(said.get("password", ""))
    return begin_here(
        email=said.get("email", ""), name=said.get("name", ""), password=said.get("password", "")
    )


def _again(request: HttpRequest, error: str) -> HttpResponse:
    page = {"typed": request.POST, "error": error}
    return render(request, "web/first_person.html", page, status=422)
