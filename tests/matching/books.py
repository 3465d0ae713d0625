"""A small ledger for the matching tests: items and parties in, the engine's candidates out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from avstem.domain.exchange import Rate, Rates
from avstem.matching import lookup
from avstem.matching.booking_rules import BookingRule
from avstem.matching.decision import Decision
from avstem.matching.engine import decide
from avstem.matching.facts import (
    BookedPayment,
    Candidates,
    Item,
    Key,
    Line,
    SentPayment,
    SettlementFacts,
)
from avstem.matching.habits import Habit, HabitKey
from avstem.matching.keys import keys_of_document
from avstem.matching.learning import Learnt
from avstem.matching.names import name_words
from avstem.matching.policy import Policy


@dataclass
class Books:
    """What a company knows: all of it, or as much of it as the loading service would find."""

    items: list[Item] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    accounts: dict[str, list[int]] = field(default_factory=dict)
    sent: dict[Key, list[SentPayment]] = field(default_factory=dict)
    rejected: set[tuple[int, int]] = field(default_factory=set)
    filler_amounts: dict[tuple[int, str, int], int] = field(default_factory=dict)
    filler_count: int = 0
    own_accounts: dict[str, int] = field(default_factory=dict)
    booked: dict[Key, list[BookedPayment]] = field(default_factory=dict)
    book_sums: set[int] = field(default_factory=set)
    policy: Policy = field(default_factory=Policy)
    learnt_accounts: dict[str, list[Learnt]] = field(default_factory=dict)
    learnt_names: dict[str, list[int]] = field(default_factory=dict)
    rates: list[Rate] = field(default_factory=list)
    rules: list[BookingRule] = field(default_factory=list)
    standing_off: set[str] = field(default_factory=set)
    habits: dict[HabitKey, Habit] = field(default_factory=dict)
    payouts: dict[int, SettlementFacts] = field(default_factory=dict)
    factors: set[int] = field(default_factory=set)
    own_name: str = ""
    credits: dict[tuple[int, str, int], int] = field(default_factory=dict)
    cash_accounts: dict[int, str] = field(default_factory=dict)
    orders: dict[int, str | None] = field(default_factory=dict)

    def candidates(self) -> Candidates:
        """Everything."""
        by_key: dict[Key, list[int]] = defaultdict(list)
        by_party: dict[int, list[int]] = defaultdict(list)
        by_amount: dict[tuple[int, str, int], list[int]] = defaultdict(list)
        for item in self.items:
            for key in _keys(item, self.orders.get(item.id)):
                by_key[key].append(item.id)
            if item.remaining_minor > 0:
                by_party[item.party_id].append(item.id)
                direction = item.kind.direction
                by_amount[direction, item.currency, item.remaining_minor].append(item.id)
        counts = {key: len(found) for key, found in by_amount.items()}
        for key, more in self.filler_amounts.items():
            counts[key] = counts.get(key, 0) + more
        return Candidates(
            items={item.id: item for item in self.items},
            by_key=dict(by_key),
            party_accounts=self.accounts,
            party_names=self.names,
            open_by_party=dict(by_party),
            open_by_amount={k: v for k, v in by_amount.items() if counts[k] <= 20},
            amount_counts=counts,
            open_count=sum(counts.values()) + self.filler_count,
            sent_by_key=self.sent,
            rejected=frozenset(self.rejected),
            own_accounts=self.own_accounts,
            own_account_names={place: name for name, place in self.own_accounts.items()},
            booked_by_key=self.booked,
            parties_book_sums=frozenset(self.book_sums),
            learnt_accounts=self.learnt_accounts,
            learnt_names=self.learnt_names,
            rates=Rates("NOK", self.rates),
            booking_rules=self.rules,
            standing_off=frozenset(self.standing_off),
            habits=self.habits,
            payouts=self.payouts,
            factors=frozenset(self.factors),
            factor_names=frozenset(name_words(self.names[each]) for each in self.factors),
            own_name=self.own_name,
            cash_accounts=self.cash_accounts,
            credits=self.credits,
        )

    def loaded(self, lines: list[Line]) -> Candidates:
        """What the lookups for these lines lead to, in the two rounds of the loading service."""
        every = self.candidates()
        keys, accounts = lookup.lookup_keys(lines), lookup.lookup_accounts(lines)
        keys |= lookup.lookup_payouts(every.payouts.values())
        by_key = {k: v for k, v in every.by_key.items() if k in keys}
        known = {k: v for k, v in every.party_accounts.items() if k in accounts}
        doubtful = lookup.lines_in_doubt(lines, by_key, every.items)
        learnt = {k: v for k, v in every.learnt_accounts.items() if k in accounts}
        names = lookup.lookup_names(doubtful)
        parties = lookup.parties_to_load(doubtful, by_key, every.items, known, learnt)
        amounts = lookup.lookup_amounts(doubtful)
        returned = lookup.lookup_returns(lines)
        return Candidates(
            items=every.items,
            by_key=by_key,
            party_accounts=known,
            party_names=every.party_names,
            open_by_party={k: v for k, v in every.open_by_party.items() if k in parties},
            open_by_amount={k: v for k, v in every.open_by_amount.items() if k in amounts},
            amount_counts={k: v for k, v in every.amount_counts.items() if k in amounts},
            open_count=every.open_count,
            sent_by_key={k: v for k, v in every.sent_by_key.items() if k in keys},
            rejected=every.rejected,
            own_accounts=every.own_accounts,
            own_account_names=every.own_account_names,
            booked_by_key={k: v for k, v in every.booked_by_key.items() if k in returned},
            parties_book_sums=every.parties_book_sums & parties,
            learnt_accounts=learnt,
            learnt_names={k: v for k, v in every.learnt_names.items() if k in names},
            rates=every.rates,
            booking_rules=every.booking_rules,
            standing_off=every.standing_off,
            habits=every.habits,
            payouts=every.payouts,
            factors=every.factors,
            factor_names=every.factor_names,
            own_name=every.own_name,
            cash_accounts=every.cash_accounts,
            credits=every.credits,
        )

    def decide(self, lines: Iterable[Line]) -> list[Decision]:
        """The engine's answer with everything on the table."""
        return decide(list(lines), self.candidates(), self.policy)


def _keys(item: Item, order_number: str | None) -> list[Key]:
    return keys_of_document(item.kind, item.number, item.kid, order_number)
