"""The engine's desk: what is left of each item, what is decided, what is only thought of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from avstem.matching import record
from avstem.matching.decision import (
    Decision,
    LedgerLine,
    PaidPayment,
    Reason,
    Settlement,
    Suggestion,
    Verdict,
)
from avstem.matching.facts import Candidates, Item, Line
from avstem.matching.lookup import gross_minor
from avstem.matching.policy import Policy


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a line, before anybody knows what will be left of the items.

    `score` (0 to 1) sorts. `items` in the order to settle them; `amounts` where they were given.
    `is_customer` is the ledger of what stays on `party_id`, where the items do not tell.
    """

    rule: str
    score: float
    items: tuple[int, ...]
    reasons: tuple[Reason, ...]
    amounts: tuple[int, ...] = ()
    party_id: int | None = None
    ledger_lines: tuple[LedgerLine, ...] = ()
    version: int = 1
    #: Our own payments that it would be the debit of.
    payments: tuple[PaidPayment, ...] = ()
    is_customer: bool | None = None


@dataclass
class Desk:
    """The lines still undecided, the items' remainders, and the readings kept for proposals."""

    candidates: Candidates
    policy: Policy
    left: dict[int, int] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    readings: dict[int, list[Reading]] = field(default_factory=dict)
    notes: dict[int, list[Reason]] = field(default_factory=dict)
    _by_party: dict[tuple[int, int, str], list[Item]] = field(default_factory=dict)
    withheld: set[int] = field(default_factory=set)
    #: Certain answers of a rule on probation, by line; and the items that wait under them.
    first: dict[int, Suggestion] = field(default_factory=dict)
    awaited: set[int] = field(default_factory=set)
    _items: Mapping[int, Item] = field(init=False)

    def __post_init__(self) -> None:
        self._items = self.candidates.items

    def item(self, item_id: int) -> Item:
        """The item as it stood before the run."""
        return self._items[item_id]

    def left_of(self, item_id: int) -> int:
        """What is left of it now."""
        known = self.left.get(item_id)
        return self._items[item_id].remaining_minor if known is None else known

    @property
    def settled_count(self) -> int:
        """How many lines have been booked or kept for a person so far; it only grows."""
        return len(self.decisions) + len(self.withheld)

    def undecided(self, lines: Iterable[Line]) -> list[Line]:
        """The lines that no stage has booked or kept for a person."""
        return [
            line for line in lines if line.id not in self.decisions and line.id not in self.withheld
        ]

    def withhold(self, line: Line) -> None:
        """Keep the line from weaker rules: something stronger has spoken, and not agreed."""
        self.withheld.add(line.id)

    def book(self, line: Line, suggestion: Suggestion, partner: Line | None = None) -> None:
        """The line is certain: what it settles is taken from what is left.

        What it reopens is not given to other lines of this run. Where the rule has been wrong too
        often of late, or the account is not booked on, the answer is put first among the proposals
        instead, and what it settles is kept from being booked under any other line.
        """
        policy = self.policy
        may_stop = policy.propose_only or policy.on_probation or self.awaited
        if may_stop and (stopped := self._stopped_on(line, partner) or self._stopped(suggestion)):
            self.first[line.id] = replace(suggestion, reasons=(*suggestion.reasons, stopped))
            self.awaited.update(each.item_id for each in suggestion.settlements)
            self.withhold(line)
            return
        for each in suggestion.settlements:
            left = self.left_of(each.item_id) - each.amount_minor
            assert left >= 0, "no item is settled beyond what it has left"
            self.left[each.item_id] = left
        self.decisions[line.id] = Decision(
            line.id,
            Verdict.BOOK,
            best=suggestion,
            partner_line_id=partner.id if partner else None,
        )

    def _stopped_on(self, *sides: Line | None) -> Reason | None:
        """The two sides of a transfer are booked together or not at all."""
        held = self.policy.propose_only
        stops = held and any(side is not None and side.account_id in held for side in sides)
        return Reason("veto.account_proposes_only", agrees=False) if stops else None

    def _stopped(self, suggestion: Suggestion) -> Reason | None:
        """Why a certain answer is not booked all the same."""
        if not (self.policy.on_probation or self.awaited):
            return None
        said = suggestion.reasons
        key = record.record_key(suggestion.rule, suggestion.rule_version, said)
        if key in self.policy.on_probation:
            return Reason("veto.rule_on_probation", agrees=False)
        for each in suggestion.settlements:
            if each.item_id in self.awaited:
                facts = {"item": self.item(each.item_id).number}
                return Reason("veto.item_awaits", facts, agrees=False)
        return None

    def without_guard(
        self, rule: str, reasons: Sequence[Reason], against: Sequence[Reason]
    ) -> tuple[list[Reason], list[Reason]]:
        """What speaks for and against, without the one guard that the record has outgrown."""
        codes = {each.code for each in against}
        if len(codes) == 1 and codes <= record.GUARDS:
            guard = codes.pop()
            if record.guarded_key(rule, guard) in self.policy.earned:
                facts = {"guard": guard.removeprefix("veto.")}
                return [*reasons, Reason(record.EARNED, facts)], []
        return list(reasons), list(against)

    def keep(self, line: Line, reading: Reading) -> None:
        """Keep a reading for the proposals at the end."""
        self.readings.setdefault(line.id, []).append(reading)

    def note(self, line: Line, reason: Reason) -> None:
        """Something a person should know of the line, whatever is proposed."""
        if reason not in (noted := self.notes.setdefault(line.id, [])):
            noted.append(reason)

    def open_items(self, party_id: int, line: Line, *, opposite: bool = False) -> list[Item]:
        """The party's items that are still open, in the line's currency and direction.

        `opposite`: those that money the other way settles, such as credit notes to be taken off.
        """
        direction = -line.direction if opposite else line.direction
        key = (party_id, direction, line.currency)
        if key not in self._by_party:
            found = map(self.item, self.candidates.open_by_party.get(party_id, ()))
            self._by_party[key] = [
                item
                for item in found
                if item.currency == line.currency and item.kind.direction == direction
            ]
        # Asked for more often than anything else: looked up here and not called for.
        left = self.left
        return [item for item in self._by_party[key] if left.get(item.id, item.remaining_minor) > 0]


def exact_suggestion(
    desk: Desk, line: Line, items: Sequence[Item], reasons: Sequence[Reason], *, rule: str,
    version: int, confidence: float,
) -> Suggestion:  # fmt: skip
    """Settle all that is left of these items; what the bank took out is a charge."""
    settles = tuple(Settlement(item.id, desk.left_of(item.id)) for item in items)
    charge = signed_left(desk, items) - line.amount_minor
    return Suggestion(
        rule=rule,
        rule_version=version,
        confidence=confidence,
        settlements=settles,
        reasons=tuple(reasons),
        charge_minor=charge,
    )


def signed_left(desk: Desk, items: Iterable[Item]) -> int:
    """What settling all of the items would move on the account: positive is money in."""
    return sum(item.kind.direction * desk.left_of(item.id) for item in items)


def sums_to(desk: Desk, line: Line, items: Sequence[Item]) -> bool:
    """Whether the items together are exactly the line's amount, or its amount before charges."""
    net = signed_left(desk, items) * line.direction
    all_open = all(desk.left_of(item.id) > 0 for item in items)
    return all_open and net > 0 and net in (abs(line.amount_minor), gross_minor(line))


def numbers_of(items: Iterable[Item]) -> str:
    """The documents' numbers, for a reason."""
    return ", ".join(item.number for item in items)
