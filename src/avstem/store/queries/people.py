"""The people of a company, and who is invited."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from avstem.store.models import ApproverLimit, Invitation, Membership, Passkey, SecondFactor, User


@dataclass(frozen=True)
class Member:
    """A member. `confirms`: they have a passkey or one-time codes, so they can approve."""

    user: User
    role: str
    limit_minor: int | None
    confirms: bool


def members_of(company_id: int) -> list[Member]:
    """Everybody, by e-mail; two questions."""
    codes = SecondFactor.objects.filter(user=OuterRef("user"), confirmed_at__isnull=False)
    rows = Membership.objects.filter(company_id=company_id).select_related("user")
    found = rows.annotate(
        has_codes=Exists(codes), has_passkey=Exists(Passkey.objects.filter(user=OuterRef("user")))
    ).order_by("user__email")
    limits = dict(
        ApproverLimit.objects.filter(company_id=company_id).values_list("person", "limit_minor")
    )
    return [
        Member(row.user, row.role, limits.get(row.user.email), row.has_codes or row.has_passkey)
        for row in found
    ]


def open_invitations(company_id: int, now: datetime) -> list[Invitation]:
    """Those whose links still work, the newest first."""
    return list(
        Invitation.objects.filter(
            company_id=company_id, accepted_at__isnull=True, revoked_at__isnull=True,
            expires_at__gt=now,
        ).order_by("-pk")
    )  # fmt: skip
