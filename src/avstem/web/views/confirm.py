"""Confirming that it is you: by passkey or code, before something that counts; signing in too."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from avstem.domain.errors import RefusalError
from avstem.services.confirm_with_code import confirm_with_code
from avstem.services.confirm_with_passkey import confirm_with_passkey
from avstem.store import second_factor
from avstem.store.models import Passkey, User
from avstem.web import ceremonies, step_up
from avstem.web.views.sessions import BACKEND
from avstem.wording import sentence


@never_cache
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """The page that asks; with POST a code was typed."""
    user = cast(User, request.user)
    wanted = step_up.safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST":
        try:
            how = confirm_with_code(
                user=user, typed=request.POST.get("code", "")[:60], now=timezone.now()
            )
        except RefusalError as refusal:
            messages.error(request, sentence(refusal))
        else:
            step_up.note(request, user, how)
            return redirect(wanted)
    page = {
        "next": wanted,
        "back": step_up.way_back(request),
        "has_passkey": Passkey.objects.filter(user=user).exists(),
        "has_codes": second_factor.has_codes(user),
    }
    return render(request, "web/confirm.html", page)


@require_POST
@login_required
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser asks the person's device."""
    return JsonResponse(ceremonies.begin_using(request, cast(User, request.user)))


@require_POST
@login_required
def passkey(request: HttpRequest) -> HttpResponse:
    """The device's answer."""
    wanted = step_up.safe_next(request, request.POST.get("next", ""))
    user = _answered(request, cast(User, request.user))
    if user is None:
        return redirect(_asking_again(wanted))
    step_up.note(request, user, "passkey")
    return redirect(wanted)


@require_POST
def sign_in_options(request: HttpRequest) -> JsonResponse:
    """What the browser asks any device that knows us."""
    return JsonResponse(ceremonies.begin_using(request, None))


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """The device says who it is: they are signed in, and confirmed."""
    user = _answered(request, None)
    if user is None:
        return redirect("sign_in")
    login(request, cast(Any, user), backend=BACKEND)
    step_up.note(request, user, "passkey")
    return redirect("home")


def _asking_again(wanted: str) -> str:
    return reverse("confirm_person") + "?" + urlencode({"next": wanted})


def _answered(request: HttpRequest, user: User | None) -> User | None:
    """Whose passkey answered; a refusal is said in words."""
    try:
        return confirm_with_passkey(
            challenge=ceremonies.take_challenge(request, "use"),
            site=ceremonies.site_of(request),
            origin=ceremonies.origin_of(request),
            answer=ceremonies.read_answer(request),
            user=user,
            now=timezone.now(),
        )
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
        return None
