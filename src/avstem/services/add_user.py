"""A person who signs in, and their role in a company."""

from datetime import datetime

from django.db import transaction as database

from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.members import check_role, checked_email, end_standing_beyond, keep_an_owner
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

    Without a password one signs in by a one-time link only. A member gets the role from now on: the
    company keeps an owner, and a standing approval that they could not give any more is ended.
    """
    check_role(role)
    address = checked_email(email)
    lock_company(company_id)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    ended = _put_role(company_id, user, role, actor, now)
    audit.record(
        company_id=company_id,
        actor=actor,
        action="user.added",
        at=now,
        facts={"email": address, "role": role, "standing_ended": ended},
    )
    return user


def _put_role(company_id: int, user: User, role: str, actor: str, now: datetime) -> bool:
    """Write the role; whether a standing approval ended with the one before."""
    member = Membership.objects.filter(company_id=company_id, user=user).first()
    if member is None:
        Membership.objects.create(company_id=company_id, user=user, role=role)
        return False
    if role != Role.OWNER:
        keep_an_owner(member)
    Membership.objects.filter(pk=member.pk).update(role=role)
    return end_standing_beyond(company_id, user.email, role, None, actor=actor, now=now)
