"""How a person confirms that it is they: secrets sealed, codes used once, and too many wrong ones.

The secret of the one-time codes says whose it is: sealed text copied to another row does not open.
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from avstem.domain.one_time_code import matching_step
from avstem.domain.people_errors import ConfirmationLockedError, ConfirmationWrongError
from avstem.store import audit
from avstem.store.key_ring import KeyRing, read_ring
from avstem.store.locks import lock_company
from avstem.store.models import Membership, Passkey, RecoveryCode, SecondFactor, User
from avstem.store.tenancy import company_scope

FAILURES_MAX = 5
LOCKED_FOR = timedelta(minutes=15)
RECOVERY_CODES = 10
#: No letter or digit that looks like another.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def row_of(user: User) -> SecondFactor:
    """The person's row, made where there was none, and locked until the transaction ends."""
    row, _ = SecondFactor.objects.get_or_create(user=user)
    return SecondFactor.objects.select_for_update().get(pk=row.pk)


def has_any(user: User) -> bool:
    """Whether the person can confirm at all."""
    return Passkey.objects.filter(user=user).exists() or has_codes(user)


def has_codes(user: User) -> bool:
    """Whether one-time codes are set up."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def seal_secret(user: User, secret: bytes) -> tuple[str, str]:
    """What stands in the table, and which key sealed it."""
    ring = read_ring()
    return ring.seal(json.dumps([user.pk, "one_time_code", secret.hex()])), ring.newest


def open_secret(row: SecondFactor, ring: KeyRing | None = None) -> bytes | None:
    """The secret of the person's codes; None where no key opens it or it is another's."""
    text = (ring or read_ring()).open(row.ciphertext)
    if text is None:
        return None
    user_id, kind, secret = json.loads(text)
    return bytes.fromhex(secret) if (user_id, kind) == (row.user_id, "one_time_code") else None


def begin_attempt(user: User, now: datetime) -> None:
    """Count an attempt before it is looked at, so that many at once are not more than five.

    In a transaction of its own: no refusal takes the count back. Call it outside of any other.
    """
    with transaction.atomic():
        row = row_of(user)
        if row.locked_until is not None and now < row.locked_until:
            raise ConfirmationLockedError(minutes=_minutes_left(row.locked_until, now))
        row.failures += 1
        is_over = row.failures > FAILURES_MAX
        if is_over:
            row.failures, row.locked_until = 0, now + LOCKED_FOR
            tell_companies(user, "person.locked", now, until=row.locked_until.isoformat())
        row.save(update_fields=["failures", "locked_until"])
    if is_over:
        raise ConfirmationLockedError(minutes=_minutes_left(now + LOCKED_FOR, now))


def _minutes_left(until: datetime, now: datetime) -> int:
    return -int(-(until - now).total_seconds() // 60)


def note_success(user: User) -> None:
    """The count of wrong codes begins anew."""
    SecondFactor.objects.filter(user=user).update(failures=0, locked_until=None)


def use_code(user: User, typed: str, now: datetime) -> str:
    """`code` or `recovery`, as the typed one was; it works no more. A wrong one is refused."""
    row = row_of(user)
    if _use_one_time(row, typed, now):
        return "code"
    if _use_recovery(user, typed, now):
        return "recovery"
    raise ConfirmationWrongError()


def _use_one_time(row: SecondFactor, typed: str, now: datetime) -> bool:
    secret = open_secret(row) if row.confirmed_at else None
    if secret is None:
        return False
    step = matching_step(secret, typed, timestamp=now.timestamp(), after=row.last_step)
    if step is None:
        return False
    # Two at once with the same code: the row's own word decides who was first.
    rows = SecondFactor.objects.filter(pk=row.pk, last_step__lt=step)
    return bool(rows.update(last_step=step))


def _use_recovery(user: User, typed: str, now: datetime) -> bool:
    rows = RecoveryCode.objects.filter(user=user, code_hash=code_hash(typed), used_at__isnull=True)
    return bool(rows.update(used_at=now))


def code_hash(typed: str) -> str:
    """SHA-256 of a recovery code, however it was typed."""
    plain = "".join(each for each in typed.upper() if each.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes, shown this once; the ones before do not work any more."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, code_hash=code_hash(code)) for code in codes]
    )
    return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in codes]


def recovery_codes_left(user: User) -> int:
    """How many have not been used."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def use_passkey(passkey: Passkey, sign_count: int, now: datetime) -> None:
    """Note the use; a counter that did not rise tells of a copied key, and is refused."""
    rows = Passkey.objects.filter(pk=passkey.pk)
    counts = sign_count > 0 or passkey.sign_count > 0
    moved = rows.filter(sign_count__lt=sign_count) if counts else rows
    if not moved.update(sign_count=sign_count, last_used_at=now):
        raise ConfirmationWrongError()


def tell_companies(user: User, action: str, now: datetime, **facts: object) -> None:
    """Into the audit chain of every company the person works in: what they confirm with changed."""
    for company_id in Membership.objects.filter(user=user).values_list("company_id", flat=True):
        with company_scope(company_id):
            lock_company(company_id)
            audit.record(
                company_id=company_id, actor=user.email, action=action, at=now, facts=facts
            )


def reseal_all(ring: KeyRing) -> tuple[int, tuple[str, ...]]:
    """Seal with the newest key what another one sealed: how many, and whose no key opens."""
    done, unreadable = 0, []
    rows = SecondFactor.objects.exclude(sealed_with__in=("", ring.newest)).select_related("user")
    for row in rows.order_by("pk"):
        text = ring.open(row.ciphertext)
        if text is None:
            unreadable.append(str(row))
            continue
        changed = SecondFactor.objects.filter(pk=row.pk, ciphertext=row.ciphertext)
        done += changed.update(ciphertext=ring.seal(text), sealed_with=ring.newest)
    return done, tuple(unreadable)
