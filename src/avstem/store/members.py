"""Members of a company and their limits, written; call these with the company locked."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.domain.people_errors import LastOwnerError
from avstem.store.approvals import APPROVERS
from avstem.store.models import ApproverLimit, Membership, StandingApproval, User
from avstem.store.models.company import Role


def check_role(role: str) -> None:
    """Refuse a role that there is not."""
    if role not in Role.values:
        raise InvalidValueError("role", role[:60], ", ".join(Role.values))


def checked_email(text: str) -> str:
    """The address in small letters; refused where it is none."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidValueError("email", text[:60], "an address as kari@example.no") from None
    return address


def check_limit(limit_minor: int | None) -> None:
    """Refuse a limit below zero."""
    if limit_minor is not None and limit_minor < 0:
        raise InvalidValueError("limit", str(limit_minor), "zero or more")


def get_member(company_id: int, user_id: int) -> Membership:
    """The company's member, or a refusal."""
    rows = Membership.objects.filter(company_id=company_id, user_id=user_id)
    found = rows.select_related("user").first()
    if found is None:
        raise NotFoundError("member", str(user_id))
    return found


def keep_an_owner(member: Membership) -> None:
    """Refuse where the member is the only owner who can sign in."""
    if member.role != Role.OWNER:
        return
    others = Membership.objects.filter(
        company_id=member.company_id, role=Role.OWNER, user__is_active=True
    ).exclude(pk=member.pk)
    if not others.exists():
        raise LastOwnerError(member.user.email)


def put_member(company_id: int, user: User, role: str, limit_minor: int | None) -> Membership:
    """The user as a member with that role and limit."""
    row, _ = Membership.objects.update_or_create(
        company_id=company_id, user=user, defaults={"role": role}
    )
    put_limit(company_id, user.email, limit_minor)
    return row


def put_limit(company_id: int, person: str, limit_minor: int | None) -> None:
    """The most the person approves in one payment; None takes the limit away."""
    rows = ApproverLimit.objects.filter(company_id=company_id, person=person)
    if limit_minor is None:
        rows.delete()
    else:
        ApproverLimit.objects.update_or_create(
            company_id=company_id, person=person, defaults={"limit_minor": limit_minor}
        )


def end_standing_beyond(
    company_id: int, person: str, role: str, limit_minor: int | None, *, actor: str, now: datetime
) -> bool:
    """End the person's standing approval where they may not give it any more; whether it was.

    `role` is "" for who is no longer a member.
    """
    rows = StandingApproval.objects.filter(
        company_id=company_id, given_by=person, ended_at__isnull=True
    )
    if role in APPROVERS:
        if limit_minor is None:
            return False
        rows = rows.filter(limit_minor__gt=limit_minor)
    return bool(rows.update(ended_by=actor, ended_at=now))
