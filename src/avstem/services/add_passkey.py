"""A passkey that the person's device has made is kept: its public half."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction as database
from webauthn import verify_registration_response
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import InvalidJSONStructure, InvalidRegistrationResponse

from avstem.domain.people_errors import ConfirmationWrongError
from avstem.store import second_factor
from avstem.store.models import Passkey, User

NAME_CHARACTERS_MAX = 60


@dataclass(frozen=True)
class Ceremony:
    """What a browser's answer is held against: our challenge, and where the page stands.

    `site` is the domain (`localhost`), `origin` the address (`http://localhost:8000`).
    """

    challenge: bytes
    site: str
    origin: str


@database.atomic
def add_passkey(
    *, user: User, ceremony: Ceremony, answer: dict[str, Any], name: str, now: datetime
) -> Passkey:
    """Keep it, where the device answers our challenge and has seen that it is the person."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=ceremony.challenge,
            expected_rp_id=ceremony.site,
            expected_origin=ceremony.origin,
            require_user_verification=True,
        )
    except (InvalidRegistrationResponse, InvalidJSONStructure) as wrong:
        raise ConfirmationWrongError() from wrong
    credential_id = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential_id=credential_id).exists():
        raise ConfirmationWrongError()
    said = " ".join(name.split())[:NAME_CHARACTERS_MAX]
    second_factor.tell_companies(user, "person.passkey_added", now, name=said)
    return Passkey.objects.create(
        user=user,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=said or f"{now:%d.%m.%Y}",
        created_at=now,
    )
