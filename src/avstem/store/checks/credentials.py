"""Secrets can be opened with the keys at hand."""

from collections.abc import Iterator

from avstem.store.checks import Fault
from avstem.store.key_ring import read_ring
from avstem.store.models import Credential


def secrets_have_their_keys(company_id: int) -> Iterator[Fault]:
    """Each secret names a key that is there; a database moved without its keys shows here."""
    rows = Credential.objects.filter(company_id=company_id)
    if rows.exists():
        ring = read_ring()
        for row in rows.exclude(sealed_with__in=ring.fingerprints).iterator(1_000):
            yield Fault(
                str(row), f"sealed with {row.sealed_with}", f"one of {', '.join(ring.fingerprints)}"
            )


CHECKS = {"secrets have their keys": secrets_have_their_keys}
