"""Stage 6: one payment of several items that it does not name.

The payer's account is one party's, and one choice of its open items, credit notes taken off, comes
to the amount and no other. Among few items and with telling amounts that is evidence, among many it
is chance; so it is a proposal, and a booking only for a party for which a person has said so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from avstem.matching import vetoes
from avstem.matching.decision import Reason
from avstem.matching.facts import Item, Line
from avstem.matching.state import Desk, Reading, exact_suggestion, numbers_of
from avstem.matching.subsets import the_only_subset

RULE, VERSION, CONFIDENCE = "collective", 1, 0.95


@dataclass
class _Budget:
    """How many more searches the run may make; the oldest lines come first."""

    searches: int

    def spend(self) -> bool:
        self.searches -= 1
        return self.searches >= 0


def apply(desk: Desk, lines: Sequence[Line]) -> None:
    """Keep the one sum of each line as a reading; book it where the party permits."""
    budget = _Budget(desk.policy.sum_searches_max)
    found = {}
    for line in lines:
        if few := _only_sum(desk, line, budget):
            found[line.id] = few
    claims = Counter(item.id for few in found.values() for item in few)
    for line in lines:
        if line.id in found:
            _decide(desk, line, found[line.id], claims)


def _only_sum(desk: Desk, line: Line, budget: _Budget) -> list[Item]:
    """The items of the only sum; none where the party is unknown, or has too few or too many."""
    parties = desk.candidates.party_accounts.get(line.counterparty_account or "", ())
    if len(parties) != 1 or not line.amount_minor or line.is_return or line.reversal:
        return []
    items = [
        *desk.open_items(parties[0], line),
        *desk.open_items(parties[0], line, opposite=True),
    ]
    if not 2 <= len(items) <= desk.policy.party_items_max or not budget.spend():
        return []
    signed = [item.kind.direction * desk.left_of(item.id) for item in items]
    places = the_only_subset(signed, line.amount_minor)
    return [items[place] for place in places] if places and len(places) > 1 else []


def _decide(desk: Desk, line: Line, items: Sequence[Item], claims: Counter[int]) -> None:
    open_count = len(desk.open_items(items[0].party_id, line))
    facts = {"items": numbers_of(items), "open": open_count}
    reasons = [Reason("amount.only_sum", facts)]
    against = [
        *vetoes.without_reference(desk, line, items),
        *vetoes.payee_unproven(desk, line, items, by_kid=False),
        *_weak(desk, items, open_count),
    ]
    if any(claims[item.id] > 1 for item in items):
        against.append(vetoes.veto("equal_candidates", items=len(items), lines=2))
    reasons, against = desk.without_guard(RULE, reasons, against)
    if against:
        ids = tuple(item.id for item in items)
        score = 0.5 if len(against) == 1 else 0.45
        desk.keep(line, Reading(RULE, score, ids, (*reasons, *against)))
        return
    suggestion = exact_suggestion(
        desk, line, items, reasons, rule=RULE, version=VERSION, confidence=CONFIDENCE
    )
    desk.book(line, suggestion)


def _weak(desk: Desk, items: Sequence[Item], open_count: int) -> list[Reason]:
    """What makes the one sum too little to book by."""
    found = []
    if items[0].party_id not in desk.candidates.parties_book_sums:
        found.append(vetoes.veto("sum_without_leave"))
    if open_count > desk.policy.sum_books_items_max:
        found.append(vetoes.veto("many_open_items", open=open_count))
    if len({item.kind.is_customer for item in items}) > 1:
        found.append(vetoes.veto("both_ledgers"))
    counts = desk.candidates.amount_counts
    share = desk.policy.common_share * desk.candidates.open_count
    for item in items:
        key = (item.kind.direction, item.currency, desk.left_of(item.id))
        count = counts.get(key, 1)
        if count >= desk.policy.common_items_min and count > share:
            found.append(vetoes.veto("amount_common", count=count))
            break
    return found
