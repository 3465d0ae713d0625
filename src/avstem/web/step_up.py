"""Something that counts (approving payments, another account number, who may do what) wants the
person confirmed within five minutes, by a passkey or a code.

The confirmation stands in the session, with how and when, and for whom.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from avstem.store.models import User
from avstem.web.company import CompanyRequest

FRESH_FOR = timedelta(minutes=5)
#: How long after signing in the first passkey or code may be set up.
FIRST_WITHIN = timedelta(minutes=15)
_KEY = "confirmed"

P = ParamSpec("P")


def note(request: HttpRequest, user: User, how: str) -> None:
    """The person has confirmed now; `how` is `passkey`, `code` or `recovery`."""
    request.session.cycle_key()
    request.session[_KEY] = {"at": timezone.now().timestamp(), "how": how, "user": user.pk}


def how_confirmed(request: HttpRequest) -> str:
    """How the person confirmed within the last five minutes; "" where they did not."""
    said = request.session.get(_KEY) or {}
    age = timezone.now().timestamp() - said.get("at", 0)
    if said.get("user") != request.user.pk or not 0 <= age <= FRESH_FOR.total_seconds():
        return ""
    return str(said["how"])


def confirms(
    view: Callable[Concatenate[CompanyRequest, P], HttpResponse],
) -> Callable[Concatenate[CompanyRequest, P], HttpResponse]:
    """A page, or an action, that wants the person confirmed first; after that it is asked anew."""

    @wraps(view)
    def guarded(request: CompanyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if how_confirmed(request):
            return view(request, *args, **kwargs)
        return ask(request)

    guarded.asks_first = True  # type: ignore[attr-defined]  # read by `way_back`
    return guarded


def ask(request: HttpRequest) -> HttpResponse:
    """To the page that asks who it is, and from there back: what was sent is to be sent again."""
    if request.method == "POST":
        messages.warning(request, _("Confirm that it is you, then do it again."))
    return HttpResponseRedirect(
        reverse("confirm_person") + "?" + urlencode({"next": _page(request)})
    )


def _page(request: HttpRequest) -> str:
    """The page that one is on: this one, or for a form the one that it stood on."""
    return request.get_full_path() if request.method == "GET" else _page_before(request)


def _page_before(request: HttpRequest) -> str:
    before = urlsplit(request.headers.get("Referer", ""))
    return safe_next(request, before._replace(scheme="", netloc="").geturl())


def way_back(request: HttpRequest) -> str:
    """Where whoever does not want to confirm goes: the page before, unless that asks as well."""
    before = safe_next(request, request.POST.get("back") or _page_before(request))
    try:
        view = resolve(urlsplit(before).path)
    except Resolver404:
        return reverse("home")
    asks = view.url_name == "confirm_person" or getattr(view.func, "asks_first", False)
    return reverse("home") if asks else before


def safe_next(request: HttpRequest, wanted: str) -> str:
    """The address, if it is one of ours; else the start."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return reverse("home")


def may_begin(user: Any) -> bool:
    """Whether a first passkey or code may be set up: the person has just signed in."""
    return user.last_login is not None and timezone.now() - user.last_login <= FIRST_WITHIN
