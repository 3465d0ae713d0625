"""Invitations to a company, looked up by the word of their link."""

import hashlib
from datetime import datetime

from avstem.store.models import Invitation


def token_hash(token: str) -> str:
    """What the table holds of the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(company_id: int, token: str, now: datetime) -> Invitation | None:
    """The company's invitation with that link, if it still works."""
    return Invitation.objects.filter(
        company_id=company_id, token_hash=token_hash(token), accepted_at__isnull=True,
        revoked_at__isnull=True, expires_at__gt=now,
    ).first()  # fmt: skip
