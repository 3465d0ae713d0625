"""What the loading service must look up for the lines, in two rounds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from avstem.matching.facts import Item, Key, Line
from avstem.matching.keys import keys_of, structured_keys


def lookup_keys(lines: Iterable[Line]) -> set[Key]:
    """Round one: every reference the lines may name."""
    return {key for line in lines for key in keys_of(line)}


def lookup_accounts(lines: Iterable[Line]) -> set[str]:
    """Round one: the counterparties' accounts."""
    return {line.counterparty_account for line in lines if line.counterparty_account}


def lookup_amounts(lines: Iterable[Line]) -> set[tuple[int, str, int]]:
    """Round one: direction, currency and amount (and the amount before charges)."""
    found = set()
    for line in lines:
        found.add((line.direction, line.currency, abs(line.amount_minor)))
        found.add((line.direction, line.currency, gross_minor(line)))
    return found


def gross_minor(line: Line) -> int:
    """What the payer owed: the amount with what the bank took out (or without what it added)."""
    return abs(line.amount_minor) + line.direction * line.charges_minor


def parties_to_load(
    lines: Sequence[Line],
    by_key: Mapping[Key, Sequence[int]],
    items: Mapping[int, Item],
    party_accounts: Mapping[str, Sequence[int]],
) -> set[int]:
    """Round two: the parties whose open items the decision needs.

    A line that is the only one whose reference names an item with exactly the amount left needs
    none, so that the bulk of the lines loads nothing.
    """
    keys = {line.id: structured_keys(line) for line in lines}
    claims = Counter(key for found in keys.values() for key in found)
    wanted: set[int] = set()
    for line in lines:
        named = [items[item] for key in keys[line.id] for item in by_key.get(key, ())]
        exact = any(item.remaining_minor == abs(line.amount_minor) for item in named)
        if len(named) == 1 and exact and claims[keys[line.id][0]] == 1:
            continue
        wanted.update(item.party_id for item in named)
        wanted.update(party_accounts.get(line.counterparty_account or "", ()))
    return wanted
