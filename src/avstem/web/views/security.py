"""What a person confirms with: passkeys, one-time codes and recovery codes; their own page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from avstem.domain.errors import RefusalError
from avstem.services.add_passkey import Ceremony, add_passkey
from avstem.services.drop_confirmation import drop_codes, drop_passkey, renew_recovery_codes
from avstem.services.set_up_codes import begin_codes, turn_on_codes
from avstem.store import second_factor
from avstem.store.models import Passkey, User
from avstem.web import ceremonies, step_up
from avstem.web.access import try_to
from avstem.web.qr import qr_of
from avstem.wording import sentence

Handler = Callable[..., HttpResponse]


def guarded(view: Handler) -> Handler:
    """For whoever has confirmed just now; the first time, for whoever has just signed in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = cast(User, request.user)
        if second_factor.has_any(user):
            ok = bool(step_up.how_confirmed(request))
        else:
            ok = step_up.may_begin(user)
            if not ok:
                messages.warning(request, _("Sign out and in again first: it must surely be you."))
                return redirect("security")
        return view(request, *args, **kwargs) if ok else step_up.ask(request)

    return cast(Handler, login_required(wrapped))


def _wanted(page: str, request: HttpRequest) -> str:
    """The page that one came here from, to go on with; "" where one came by oneself."""
    return step_up.safe_next(request, page) if page else ""


@never_cache
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """What is set up, and the way to more."""
    user = cast(User, request.user)
    page = {
        "passkeys": Passkey.objects.filter(user=user).order_by("pk"),
        "has_codes": second_factor.has_codes(user),
        "recovery_left": second_factor.recovery_codes_left(user),
        "next": _wanted(request.GET.get("next", ""), request),
    }
    return render(request, "web/security.html", page)


@require_POST
@guarded
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser is asked to make a passkey with."""
    return JsonResponse(ceremonies.begin_making(request, cast(User, request.user)))


@require_POST
@guarded
def make_passkey(request: HttpRequest) -> HttpResponse:
    """The device has made one: it is kept, and the person is confirmed by it."""
    user = cast(User, request.user)

    def do() -> str:
        ceremony = Ceremony(
            ceremonies.take_challenge(request, "make"),
            ceremonies.site_of(request),
            ceremonies.origin_of(request),
        )
        add_passkey(
            user=user,
            ceremony=ceremony,
            answer=ceremonies.read_answer(request),
            name=request.POST.get("name", ""),
            now=timezone.now(),
        )
        return _("The passkey is kept.")

    if not try_to(request, do):
        return redirect("security")
    step_up.note(request, user, "passkey")
    return redirect(_wanted(request.POST.get("next", ""), request) or "security")


@require_POST
@guarded
def remove_passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """It does not work any more."""

    def do() -> str:
        drop_passkey(user=cast(User, request.user), passkey_id=passkey_id, now=timezone.now())
        return _("The passkey is removed.")

    try_to(request, do)
    return redirect("security")


@never_cache
@require_POST
@guarded
def begin(request: HttpRequest) -> HttpResponse:
    """A new secret for the telephone, shown this once."""
    try:
        found = begin_codes(user=cast(User, request.user), issuer=ceremonies.SITE_NAME)
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
        return redirect("security")
    wanted = _wanted(request.POST.get("next", ""), request)
    page = {"enrolment": found, "qr": qr_of(found.uri), "next": wanted}
    return render(request, "web/codes.html", page)


@never_cache
@require_POST
@guarded
def turn_on(request: HttpRequest) -> HttpResponse:
    """The first code was typed: codes are on, and the recovery codes are shown this once."""
    user = cast(User, request.user)
    typed = request.POST.get("code", "")[:60]
    try:
        codes = turn_on_codes(user=user, typed=typed, now=timezone.now())
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
        return redirect("security")
    step_up.note(request, user, "code")
    wanted = _wanted(request.POST.get("next", ""), request)
    return render(request, "web/recovery_codes.html", {"codes": codes, "next": wanted})


@never_cache
@require_POST
@guarded
def renew(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes."""
    codes = renew_recovery_codes(user=cast(User, request.user), now=timezone.now())
    return render(request, "web/recovery_codes.html", {"codes": codes})


@require_POST
@guarded
def turn_off(request: HttpRequest) -> HttpResponse:
    """No more one-time codes."""

    def do() -> str:
        drop_codes(user=cast(User, request.user), now=timezone.now())
        return _("One-time codes are off.")

    try_to(request, do)
    return redirect("security")
