"""How a person confirms that it is they, and who is invited to a company.

Passkeys, one-time codes and recovery codes are the person's own, in every company they work in:
as the user, they belong to no company.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avstem.store.models.company import Company, Role, User


class Passkey(models.Model):
    """A key that lies in the person's device; only its public half is here (WebAuthn).

    `credential_id` is in base64url. `sign_count` rises with each use where the device counts; one
    that falls tells of a copy.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class SecondFactor(models.Model):
    """A person's one-time codes, and how often they have been wrong.

    `ciphertext` is the shared secret, sealed (`store.second_factor` alone opens it); it counts from
    `confirmed_at` on, when a first code of it was right. `last_step` is the newest time step whose
    code was used: each works once. `failures` since the last right one; at too many `locked_until`.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor")
    ciphertext = models.TextField(blank=True)
    sealed_with = models.CharField(max_length=16, blank=True, db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(ciphertext=""),
                name="second_factor_has_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class RecoveryCode(models.Model):
    """A code on paper that works once; only its SHA-256 is here (it has 80 random bits)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class Invitation(models.Model):
    """A link that makes its bearer a member, once, before it expires; only its SHA-256 is here.

    `limit_minor` is the most that the person may approve in one payment; None is no limit.
    """

    company = models.ForeignKey(Company, models.PROTECT, db_index=False)
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    limit_minor = models.BigIntegerField(null=True, blank=True)
    token_hash = models.CharField(max_length=64)
    invited_by = models.CharField(max_length=140)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "token_hash"], name="invitation_once"),
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role}"
