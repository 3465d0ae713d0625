"""Signing in with a password or a one-time link, and signing out."""

from typing import Any, cast

from django import forms
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from avstem.web import sign_in

BACKEND = "django.contrib.auth.backends.ModelBackend"


class PasswordForm(AuthenticationForm):
    """E-mail address and password."""

    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {  # noqa: RUF012  # Django's own form
        "invalid_login": _("The e-mail address and the password do not belong together."),
        "inactive": _("This user is closed. Ask the one who looks after avstem."),
    }


class SignIn(LoginView):
    """The page with the form; whoever is signed in already goes on."""

    template_name = "web/sign_in.html"
    authentication_form = PasswordForm
    redirect_authenticated_user = True


@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, then sign in: programs that look into mails must not use the link up."""
    if request.method != "POST":
        user = sign_in.user_of(token)
        page: dict[str, Any] = {"user_to_be": user}
        return render(request, "web/sign_in_link.html", page, status=200 if user else 410)
    user = sign_in.use(token)
    if user is None:
        return render(request, "web/sign_in_link.html", {"user_to_be": None}, status=410)
    login(request, cast(Any, user), backend=BACKEND)
    return redirect("home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")
