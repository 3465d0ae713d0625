"""What passes between the page and the person's device (WebAuthn): challenges, kept in the session.

A challenge is used once, whatever comes of it, and only for what it was made for.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from avstem.domain.people_errors import ConfirmationWrongError
from avstem.store.models import Passkey, User

SITE_NAME = "avstem"
ANSWER_BYTES_MAX = 20_000


def site_of(request: HttpRequest) -> str:
    """The domain that a passkey belongs to."""
    return request.get_host().partition(":")[0]


def origin_of(request: HttpRequest) -> str:
    """Where the page stands, as the browser says it."""
    return f"{request.scheme}://{request.get_host()}"


def begin_making(request: HttpRequest, user: User) -> dict[str, Any]:
    """What a browser is asked to make a passkey with; those that are there are not made twice."""
    options = generate_registration_options(
        rp_id=site_of(request),
        rp_name=SITE_NAME,
        user_id=f"avstem-{user.pk}".encode(),
        user_name=user.email,
        user_display_name=user.name or user.email,
        exclude_credentials=list(_described(user)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _keep(request, "make", options)


def begin_using(request: HttpRequest, user: User | None) -> dict[str, Any]:
    """What a browser is asked to answer with one of the user's passkeys, or with any (None)."""
    options = generate_authentication_options(
        rp_id=site_of(request),
        allow_credentials=list(_described(user)) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _keep(request, "use", options)


def take_challenge(request: HttpRequest, purpose: str) -> bytes:
    """The challenge that was given for it; refused where none was, and gone afterwards."""
    kept = request.session.pop(f"challenge_{purpose}", None)
    if kept is None:
        raise ConfirmationWrongError()
    return base64url_to_bytes(kept)


def read_answer(request: HttpRequest) -> dict[str, Any]:
    """The device's answer as the page sent it; refused where it is none."""
    text = request.POST.get("answer", "")
    try:
        answer = json.loads(text) if len(text) <= ANSWER_BYTES_MAX else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ConfirmationWrongError()
    return answer


def _keep(request: HttpRequest, purpose: str, options: Any) -> dict[str, Any]:
    request.session[f"challenge_{purpose}"] = bytes_to_base64url(options.challenge)
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def _described(user: User) -> Iterable[PublicKeyCredentialDescriptor]:
    for credential_id in Passkey.objects.filter(user=user).values_list("credential_id", flat=True):
        yield PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential_id))
