"""One-time codes on the person's telephone: begun with a secret, on from the first right code."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.db import transaction as database

from avstem.domain.errors import StateError
from avstem.domain.one_time_code import (
    DIGITS,
    SECRET_BYTES,
    matching_step,
    secret_text,
)
from avstem.domain.people_errors import ConfirmationWrongError
from avstem.store import second_factor
from avstem.store.models import User


@dataclass(frozen=True)
class Enrolment:
    """What is shown once: the secret in groups of four, and what the telephone reads off the screen
    (the Key Uri Format of authenticator apps)."""

    secret: str
    uri: str


@database.atomic
def begin_codes(*, user: User, issuer: str) -> Enrolment:
    """A new secret, which counts for nothing until a code of it was typed.

    While codes are on, they are taken away first: nobody changes them unseen.
    """
    row = second_factor.row_of(user)
    if row.confirmed_at is not None:
        raise StateError("one-time codes", user.email, "on", "off")
    secret = secrets.token_bytes(SECRET_BYTES)
    row.ciphertext, row.sealed_with = second_factor.seal_secret(user, secret)
    row.save(update_fields=["ciphertext", "sealed_with"])
    return _enrolment(secret_text(secret), user.email, issuer)


def _enrolment(text: str, account: str, issuer: str) -> Enrolment:
    groups = " ".join(text[n : n + 4] for n in range(0, len(text), 4))
    asked = urlencode({"secret": text, "issuer": issuer, "digits": DIGITS})
    return Enrolment(groups, f"otpauth://totp/{quote(f'{issuer}:{account}')}?{asked}")


def turn_on_codes(*, user: User, typed: str, now: datetime) -> list[str]:
    """On, where the code is right: the recovery codes, shown this once."""
    second_factor.begin_attempt(user, now)
    return _turn_on(user, typed, now)


@database.atomic
def _turn_on(user: User, typed: str, now: datetime) -> list[str]:
    row = second_factor.row_of(user)
    secret = second_factor.open_secret(row)
    if row.confirmed_at is not None or secret is None:
        raise StateError("one-time codes", user.email, "not begun", "begun")
    step = matching_step(secret, typed, timestamp=now.timestamp(), after=row.last_step)
    if step is None:
        raise ConfirmationWrongError()
    row.confirmed_at, row.last_step, row.failures = now, step, 0
    row.save(update_fields=["confirmed_at", "last_step", "failures"])
    second_factor.tell_companies(user, "person.codes_on", now)
    return second_factor.new_recovery_codes(user)
