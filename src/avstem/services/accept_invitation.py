"""An invited person becomes a member, once."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.people_errors import InvitationGoneError, InvitedAnotherError
from avstem.store import audit
from avstem.store.invitations import open_invitation
from avstem.store.locks import lock_company
from avstem.store.members import put_member
from avstem.store.models import Membership, User
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def accept_invitation(
    *,
    company_id: int,
    token: str,
    user: User | None,
    now: datetime,
    name: str = "",
    password: str | None = None,
) -> User:
    """The member: who is signed in (`user`), or a new person with this name and password.

    A person who is known already signs in first; the link alone never opens their account.
    """
    lock_company(company_id)
    row = open_invitation(company_id, token, now)
    if row is None:
        raise InvitationGoneError()
    known = User.objects.filter(email=row.email).first()
    if (user is None and known is not None) or (user is not None and user.email != row.email):
        raise InvitedAnotherError(row.email)
    if Membership.objects.filter(company_id=company_id, user__email=row.email).exists():
        raise InvitationGoneError()
    person = user or User.objects.create_user(row.email, password, name=name.strip()[:140])
    put_member(company_id, person, row.role, row.limit_minor)
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    audit.record(
        company_id=company_id, actor=row.email, action="person.joined", at=now,
        facts={"role": row.role, "limit_minor": row.limit_minor, "invited_by": row.invited_by},
    )  # fmt: skip
    return person
