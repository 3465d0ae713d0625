"""A person who signs in, and their role in a company."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import Membership, User
from avstem.store.models.company import Role
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def add_user(
    *,
    company_id: int,
    email: str,
    role: str,
    actor: str,
    now: datetime,
    name: str = "",
    password: str | None = None,
) -> User:
    """The user, with the role in the company; one that is there keeps name and password.

    Without a password one signs in by a one-time link only.
    """
    address = _checked(email, role)
    lock_company(company_id)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    Membership.objects.update_or_create(company_id=company_id, user=user, defaults={"role": role})
    audit.record(
        company_id=company_id,
        actor=actor,
        action="user.added",
        at=now,
        facts={"email": address, "role": role},
    )
    return user


def _checked(email: str, role: str) -> str:
    if role not in Role.values:
        raise InvalidValueError("role", role[:60], ", ".join(Role.values))
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidValueError("email", email[:60], "an address as kari@example.no") from None
    return address
