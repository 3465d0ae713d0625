"""A one-time code or a recovery code says that it is the person; each works once."""

from datetime import datetime

from django.db import transaction as database

from avstem.store import second_factor
from avstem.store.models import User


def confirm_with_code(*, user: User, typed: str, now: datetime) -> str:
    """`code` or `recovery`. After five wrong ones in a row it is shut for a quarter of an hour."""
    second_factor.begin_attempt(user, now)
    how = _use(user, typed, now)
    second_factor.note_success(user)
    return how


@database.atomic
def _use(user: User, typed: str, now: datetime) -> str:
    how = second_factor.use_code(user, typed, now)
    if how == "recovery":
        left = second_factor.recovery_codes_left(user)
        second_factor.tell_companies(user, "person.recovery_code_used", now, left=left)
    return how
