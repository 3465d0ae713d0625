"""What the loading service must look up for the lines, in two rounds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from avstem.matching.facts import Item, Key, Line, SettlementFacts
from avstem.matching.keys import keys_of, return_keys, structured_keys
from avstem.matching.learning import Learnt, name_key
from avstem.matching.payouts import keys_of_part


def lookup_keys(lines: Iterable[Line]) -> set[Key]:
    """Round one: every reference the lines may name."""
    return {key for line in lines for key in keys_of(line)}


def lookup_payouts(payouts: Iterable[SettlementFacts]) -> set[Key]:
    """Round one: every document that the lines of payment providers' reports may name."""
    return {key for payout in payouts for part in payout.lines for key in keys_of_part(part)}


def lookup_accounts(lines: Iterable[Line]) -> set[str]:
    """Round one: the counterparties' accounts."""
    return {line.counterparty_account for line in lines if line.counterparty_account}


def lookup_names(lines: Iterable[Line]) -> set[str]:
    """Round two: the payers' names, as learnt names are kept."""
    return {key for line in lines if (key := name_key(line.counterparty or ""))}


def lookup_amounts(lines: Iterable[Line]) -> set[tuple[int, str, int]]:
    """Round two: direction, currency and amount (and the amount before charges)."""
    found = set()
    for line in lines:
        found.add((line.direction, line.currency, abs(line.amount_minor)))
        found.add((line.direction, line.currency, gross_minor(line)))
    return found


def lookup_returns(lines: Iterable[Line]) -> set[Key]:
    """Round one: the ids by which the returns among the lines name the payment that came back."""
    return {key for line in lines if line.is_return or line.reversal for key in return_keys(line)}


def gross_minor(line: Line) -> int:
    """What the payer owed: the amount with what the bank took out (or without what it added)."""
    return abs(line.amount_minor) + line.direction * line.charges_minor


def lines_in_doubt(
    lines: Sequence[Line],
    by_key: Mapping[Key, Sequence[int]],
    items: Mapping[int, Item],
) -> list[Line]:
    """The lines whose decision needs more than their reference.

    A line that is the only one whose reference names an item with exactly the amount left, and
    that nothing speaks against, needs no more; so the bulk of the lines loads nothing.
    """
    keys = {line.id: structured_keys(line) for line in lines}
    claims = Counter(key for found in keys.values() for key in found)
    doubtful = []
    for line in lines:
        found = keys[line.id]
        named = [items[item] for key in found for item in by_key.get(key, ())]
        if not (len(named) == 1 and claims[found[0]] == 1 and _is_plain(line, named[0])):
            doubtful.append(line)
    return doubtful


def _is_plain(line: Line, item: Item) -> bool:
    """Exactly what is left of the item, and no veto but what the text may say."""
    if line.halted or line.is_return or line.reversal:
        return False
    if item.party_blocked or item.payment_on_its_way or item.invoice_date > line.booking_date:
        return False
    return item.remaining_minor == abs(line.amount_minor) and item.currency == line.currency


def parties_to_load(
    doubtful: Iterable[Line],
    by_key: Mapping[Key, Sequence[int]],
    items: Mapping[int, Item],
    party_accounts: Mapping[str, Sequence[int]],
    learnt_accounts: Mapping[str, Sequence[Learnt]] = MappingProxyType({}),
) -> set[int]:
    """Round two: the parties whose open items the decision of the doubtful lines needs."""
    wanted: set[int] = set()
    for line in doubtful:
        for key in structured_keys(line):
            wanted.update(items[item].party_id for item in by_key.get(key, ()))
        account = line.counterparty_account or ""
        wanted.update(party_accounts.get(account, ()))
        wanted.update(party_id for party_id, _ in learnt_accounts.get(account, ()))
    return wanted
