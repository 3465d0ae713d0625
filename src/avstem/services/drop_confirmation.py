"""Take away what a person confirms with: a passkey, the one-time codes, or old recovery codes."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError
from avstem.store import second_factor
from avstem.store.models import Passkey, RecoveryCode, User


@database.atomic
def drop_passkey(*, user: User, passkey_id: int, now: datetime) -> None:
    """The person's own passkey does not work any more."""
    passkey = Passkey.objects.filter(user=user, pk=passkey_id).first()
    if passkey is None:
        raise NotFoundError("passkey", str(passkey_id))
    passkey.delete()
    second_factor.tell_companies(user, "person.passkey_removed", now, name=passkey.name)


@database.atomic
def drop_codes(*, user: User, now: datetime) -> None:
    """One-time codes and recovery codes do not work any more."""
    row = second_factor.row_of(user)
    row.ciphertext, row.sealed_with, row.confirmed_at = "", "", None
    row.save(update_fields=["ciphertext", "sealed_with", "confirmed_at"])
    RecoveryCode.objects.filter(user=user).delete()
    second_factor.tell_companies(user, "person.codes_off", now)


@database.atomic
def renew_recovery_codes(*, user: User, now: datetime) -> list[str]:
    """Ten new codes, shown this once; the old ones do not work any more."""
    codes = second_factor.new_recovery_codes(user)
    second_factor.tell_companies(user, "person.recovery_codes_renewed", now)
    return codes
