"""Secrets of companies: sealed in the table, opened only where they are used, never shown again.

What is sealed says whose it is: a sealed text copied to another row does not open there.
Writers and the change of keys take turns by the company's lock, so that no row is sealed with a
key that is being dropped.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from avstem.domain.carrying_errors import SecretUnreadableError
from avstem.domain.errors import NotFoundError
from avstem.domain.secret import Secret
from avstem.store import audit
from avstem.store.key_ring import KeyRing, read_ring
from avstem.store.locks import lock_company
from avstem.store.models import Credential

#: Rows that are sealed anew in one transaction.
CHUNK = 500


@dataclass(frozen=True)
class Resealed:
    """What a change of keys did in one company; `unreadable` are secrets no key opens."""

    secrets: int
    unreadable: tuple[str, ...]


def keep_secret(*, company_id: int, kind: str, name: str, secret: Secret, now: datetime) -> None:
    """Keep the secret; one of that kind and name is replaced."""
    with transaction.atomic():
        lock_company(company_id)
        ring = read_ring()
        Credential.objects.update_or_create(
            company_id=company_id,
            kind=kind,
            name=name,
            defaults={
                "ciphertext": seal(ring, company_id, kind, name, secret),
                "sealed_with": ring.newest,
                "created_at": now,
            },
        )


def open_secret(*, company_id: int, kind: str, name: str) -> Secret:
    """The secret, for the library that signs in with it."""
    found = _try_to_open(company_id, kind, name)
    if found is None:
        # The keys may have been changed between reading the row and the keys: look at both again.
        found = _try_to_open(company_id, kind, name)
    if found is None:
        raise SecretUnreadableError(kind, name, "none of the keys opens it")
    return found


def secrets_named(*, company_id: int, name: str) -> dict[str, Secret]:
    """All secrets of that name, opened, by kind."""
    kept = Credential.objects.filter(company_id=company_id, name=name)
    return {
        kind: open_secret(company_id=company_id, kind=kind, name=name)
        for kind in kept.values_list("kind", flat=True)
    }


def seal(ring: KeyRing, company_id: int, kind: str, name: str, secret: Secret) -> str:
    """What stands in the table."""
    said = [company_id, kind, name, secret.reveal()]
    return ring.seal(json.dumps(said, ensure_ascii=False))


def reseal(company_id: int, ring: KeyRing, *, actor: str, now: datetime) -> Resealed:
    """Seal with the newest key all that another one sealed; each chunk is a transaction."""
    moved, after = 0, 0
    unreadable: list[str] = []
    while True:
        with transaction.atomic():
            lock_company(company_id)
            chunk = _sealed_with_others(company_id, ring, after)
            if not chunk:
                return Resealed(moved, tuple(unreadable))
            good = _reseal_chunk(company_id, ring, chunk)
            if good:
                facts = {"secrets": len(good), "sealed_with": ring.newest}
                audit.record(
                    company_id=company_id, actor=actor, action="keys.rotated", at=now, facts=facts
                )
        moved += len(good)
        unreadable += [str(row) for row in chunk if row.sealed_with != ring.newest]
        after = chunk[-1].pk


def _sealed_with_others(company_id: int, ring: KeyRing, after: int) -> list[Credential]:
    rows = Credential.objects.filter(company_id=company_id, pk__gt=after)
    return list(rows.exclude(sealed_with=ring.newest).order_by("pk")[:CHUNK])


def _reseal_chunk(company_id: int, ring: KeyRing, chunk: list[Credential]) -> list[Credential]:
    """The rows that could be opened; they are sealed anew in the table and here."""
    good = []
    for row in chunk:
        text = ring.open(row.ciphertext)
        if text is not None:
            row.ciphertext, row.sealed_with = ring.seal(text), ring.newest
            good.append(row)
    rows = Credential.objects.filter(company_id=company_id)
    rows.bulk_update(good, ["ciphertext", "sealed_with"])
    return good


def _try_to_open(company_id: int, kind: str, name: str) -> Secret | None:
    row = Credential.objects.filter(company_id=company_id, kind=kind, name=name).first()
    if row is None:
        raise NotFoundError("secret", f"{kind} {name}")
    text = read_ring().open(row.ciphertext)
    if text is None:
        return None
    *whose, secret = json.loads(text)
    if whose != [company_id, kind, name]:
        raise SecretUnreadableError(kind, name, "it was sealed as another's")
    return Secret(secret)
