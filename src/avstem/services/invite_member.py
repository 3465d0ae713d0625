"""A link that makes a person a member of a company; given to the person by hand."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction as database
from django.db.models import QuerySet

from avstem.domain.errors import NotFoundError
from avstem.domain.people_errors import MemberThereError
from avstem.store import audit
from avstem.store.invitations import token_hash
from avstem.store.locks import lock_company
from avstem.store.members import check_limit, check_role, checked_email
from avstem.store.models import Invitation, Membership
from avstem.store.tenancy import in_company

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """The invitation, and the word of its link, which is shown this once."""

    invitation: Invitation
    token: str


@in_company
@database.atomic
def invite_member(
    *, company_id: int, email: str, role: str, limit_minor: int | None, actor: str, now: datetime
) -> Invited:
    """Invite the person for a week; an older open invitation of theirs does not work any more."""
    address = checked_email(email)
    check_role(role)
    check_limit(limit_minor)
    lock_company(company_id)
    if Membership.objects.filter(company_id=company_id, user__email=address).exists():
        raise MemberThereError(address)
    _open(company_id).filter(email=address).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        company_id=company_id, email=address, role=role, limit_minor=limit_minor,
        token_hash=token_hash(token), invited_by=actor, invited_at=now, expires_at=now + VALID_FOR,
    )  # fmt: skip
    audit.record(
        company_id=company_id, actor=actor, action="person.invited", at=now,
        facts={"email": address, "role": role, "limit_minor": limit_minor},
    )  # fmt: skip
    return Invited(row, token)


@in_company
@database.atomic
def take_back_invitation(
    *, company_id: int, invitation_id: int, actor: str, now: datetime
) -> Invitation:
    """The link does not work any more."""
    lock_company(company_id)
    row = _open(company_id).filter(pk=invitation_id).first()
    if row is None:
        raise NotFoundError("invitation", str(invitation_id))
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    audit.record(
        company_id=company_id, actor=actor, action="person.invitation_taken_back", at=now,
        facts={"email": row.email},
    )  # fmt: skip
    return row


def _open(company_id: int) -> "QuerySet[Invitation]":
    return Invitation.objects.filter(
        company_id=company_id, accepted_at__isnull=True, revoked_at__isnull=True
    )
