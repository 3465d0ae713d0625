"""Companies, the people who work in them, and the few ledger accounts this work needs."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Users(BaseUserManager["User"]):
    """Makes users; the e-mail address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user; without a password one signs in by link only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. What they may do stands on their membership of a company."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=140, blank=True)
    language = models.CharField(max_length=5, default="nb")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Users] = Users()

    def __str__(self) -> str:
        return self.email


class Company(models.Model):
    """A client company. `closed_to` is the last day of its closed periods, or None."""

    orgnr = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=140)
    currency = models.CharField(max_length=3, default="NOK")
    closed_to = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.orgnr})"


class Role(models.TextChoices):
    """What a member may do; readers look, the others also reconcile."""

    OWNER = "owner"
    ACCOUNTANT = "accountant"
    BOOKKEEPER = "bookkeeper"
    APPROVER = "approver"
    READER = "reader"


class Membership(models.Model):
    """A user's role in a company."""

    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class LedgerAccount(models.Model):
    """An account of the ledger. `role` says what avstem itself books there, if anything."""

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="ledger_accounts"
    )
    number = models.CharField(max_length=10)
    name = models.CharField(max_length=140)
    role = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="ledger_account_once"),
            models.UniqueConstraint(
                fields=["company", "role"],
                condition=~models.Q(role=""),
                name="ledger_account_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
