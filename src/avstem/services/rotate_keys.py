"""Change the key that secrets are sealed with; a crash at any point loses none.

The new key is in the file, before the old ones, before any row is sealed with it; the old ones
leave the file when no row needs them. Begun and not ended, the change is taken up by the next.
"""

from dataclasses import dataclass
from datetime import datetime

from avstem.store import key_ring, second_factor
from avstem.store.key_ring import KeyRing
from avstem.store.models import Company
from avstem.store.secrets import Resealed, reseal
from avstem.store.tenancy import company_scope


@dataclass(frozen=True)
class KeysRotated:
    """What was done. Keys of the environment are not ours to make or drop.

    `old_keys` is how many keys beside the newest no secret needs any more.
    """

    secrets: int
    unreadable: tuple[str, ...]
    key_was_made: bool
    keys_in_environment: bool
    old_keys: int


def rotate_keys(*, actor: str, now: datetime) -> KeysRotated:
    """Seal every company's secrets with the newest key: a new one, where the keys are a file's."""
    with key_ring.changing_keys():
        ring = key_ring.read_ring()
        makes = not key_ring.is_given() and len(ring.keys) == 1
        if makes:
            ring = KeyRing((key_ring.make_key(), *ring.keys))
            key_ring.put_keys(ring)
        done = [*_all_companies(ring, actor, now), _all_people(ring)]
        unreadable = tuple(name for each in done for name in each.unreadable)
        if not unreadable and not key_ring.is_given():
            key_ring.put_keys(KeyRing(ring.keys[:1]))
    return KeysRotated(
        secrets=sum(each.secrets for each in done),
        unreadable=unreadable,
        key_was_made=makes,
        keys_in_environment=key_ring.is_given(),
        old_keys=0 if unreadable else len(ring.keys) - 1,
    )


def _all_people(ring: KeyRing) -> Resealed:
    """The secrets of people's one-time codes, which belong to no company."""
    moved, unreadable = second_factor.reseal_all(ring)
    return Resealed(moved, tuple(f"one-time codes {name}" for name in unreadable))


def _all_companies(ring: KeyRing, actor: str, now: datetime) -> list[Resealed]:
    done = []
    for company_id, orgnr in Company.objects.order_by("pk").values_list("pk", "orgnr"):
        with company_scope(company_id):
            found = reseal(company_id, ring, actor=actor, now=now)
        unreadable = tuple(f"{orgnr} {name}" for name in found.unreadable)
        done.append(Resealed(found.secrets, unreadable))
    return done
