"""Questions to owners: found by the secret of their link, of which only the hash is kept."""

import hashlib
from datetime import datetime

from avstem.store.models import OwnerQuestion


def token_hash_of(token: str) -> str:
    """What is kept of the link's secret (256 random bits: no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_question(company_id: int, token: str) -> OwnerQuestion | None:
    """The company's question with that link, also when it is over."""
    rows = OwnerQuestion.objects.filter(company_id=company_id, token_hash=token_hash_of(token))
    return rows.select_related("transaction", "transaction__account", "company").first()


def waits(question: OwnerQuestion, now: datetime) -> bool:
    """Whether it can be answered still."""
    return question.closed_at is None and now < question.expires_at
