"""A device's answer says that it is the person: for signing in, or for something that counts."""

from datetime import datetime
from typing import Any

from django.db import transaction as database
from webauthn import verify_authentication_response
from webauthn.helpers.exceptions import InvalidAuthenticationResponse, InvalidJSONStructure

from avstem.domain.people_errors import ConfirmationWrongError
from avstem.store import second_factor
from avstem.store.models import Passkey, User


@database.atomic
def confirm_with_passkey(
    *,
    challenge: bytes,
    site: str,
    origin: str,
    answer: dict[str, Any],
    user: User | None,
    now: datetime,
) -> User:
    """Whose passkey it is; refused where it is not `user`'s (None: whoever it is signs in)."""
    rows = Passkey.objects.filter(credential_id=str(answer.get("id", "")), user__is_active=True)
    passkey = rows.select_related("user").first()
    if passkey is None or (user is not None and passkey.user_id != user.pk):
        raise ConfirmationWrongError()
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site,
            expected_origin=origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=0,  # held against the row by `use_passkey`
            require_user_verification=True,
        )
    except (InvalidAuthenticationResponse, InvalidJSONStructure) as wrong:
        raise ConfirmationWrongError() from wrong
    second_factor.use_passkey(passkey, found.new_sign_count, now)
    second_factor.note_success(passkey.user)
    return passkey.user
