"""Another role or limit for a member, or none at all."""

from datetime import datetime

from django.db import transaction as database

from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.members import (
    check_limit,
    check_role,
    end_standing_beyond,
    get_member,
    keep_an_owner,
    put_limit,
    put_member,
)
from avstem.store.models.company import Role
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def change_member(
    *, company_id: int, user_id: int, role: str, limit_minor: int | None, actor: str, now: datetime
) -> None:
    """The member's role and limit from now on; a company keeps an owner.

    A standing approval that they could not give any more is ended.
    """
    check_role(role)
    check_limit(limit_minor)
    lock_company(company_id)
    member = get_member(company_id, user_id)
    if role != Role.OWNER:
        keep_an_owner(member)
    was = member.role
    person = member.user.email
    put_member(company_id, member.user, role, limit_minor)
    ended = end_standing_beyond(company_id, person, role, limit_minor, actor=actor, now=now)
    audit.record(
        company_id=company_id, actor=actor, action="person.changed", at=now,
        facts={
            "email": person, "role": role, "was": was, "limit_minor": limit_minor,
            "standing_ended": ended,
        },
    )  # fmt: skip


@in_company
@database.atomic
def remove_member(*, company_id: int, user_id: int, actor: str, now: datetime) -> None:
    """No longer a member; what the person did stays. What they approved stays approved, but a
    standing approval of theirs is ended."""
    lock_company(company_id)
    member = get_member(company_id, user_id)
    keep_an_owner(member)
    person = member.user.email
    put_limit(company_id, person, None)
    ended = end_standing_beyond(company_id, person, "", None, actor=actor, now=now)
    member.delete()
    audit.record(
        company_id=company_id, actor=actor, action="person.removed", at=now,
        facts={"email": person, "role": member.role, "standing_ended": ended},
    )  # fmt: skip
