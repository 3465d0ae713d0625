"""What is thought of each credit, with the open documents of its party before the engine."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from avstem.matching.credits import Answer, draw_credits
from avstem.matching.facts import Item, Key, KeyKind
from avstem.store.candidates import Loader
from avstem.store.models import ReferenceKey
from avstem.store.party_credits import OpenCredit

CHUNK = 1_000
_KINDS = tuple(kind.value for kind in (KeyKind.KID, KeyKind.NUMBER, KeyKind.ORDER))


def answers_for(
    company_id: int, credits: Sequence[OpenCredit]
) -> tuple[list[Answer], Mapping[int, Item]]:
    """What is thought of each credit, and the items that were thought of."""
    loader = Loader(company_id)
    by_party = loader.open_by_party({each.credit.party_id for each in credits})
    ids = [item_id for found in by_party.values() for item_id in found]
    items = [loader.items[item_id] for item_id in ids]
    answers = draw_credits([each.credit for each in credits], items, _item_keys(company_id, ids))
    return answers, loader.items


def _item_keys(company_id: int, ids: Sequence[int]) -> dict[int, list[Key]]:
    """The keys that each document is known by."""
    found: dict[int, list[Key]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        rows = ReferenceKey.objects.filter(
            company_id=company_id, item_id__in=ids[start : start + CHUNK], kind__in=_KINDS
        )
        for item_id, kind, value in rows.values_list("item_id", "kind", "value"):
            found[item_id].append(Key(KeyKind(kind), value))
    return found
