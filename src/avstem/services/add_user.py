"""Give a person a role in a company; the user is made where there is none yet."""

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
    """The user with that role; asked again the same, nothing changes. A password given is set."""
    address = _checked(email, role)
    lock_company(company_id)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, name=" ".join(name.split())[:140])
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
    before = Membership.objects.filter(company_id=company_id, user=user).first()
    if before is not None and before.role == role:
        return user
    Membership.objects.update_or_create(company_id=company_id, user=user, defaults={"role": role})
    audit.record(
        company_id=company_id,
        actor=actor,
        action="user.role_given",
        at=now,
        facts={"user": address, "role": role},
    )
    return user


def _checked(email: str, role: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise InvalidValueError("e-mail address", email[:60], "as kari@example.no") from wrong
    if role not in Role.values:
        raise InvalidValueError("role", role[:60], ", ".join(Role.values))
    return address
