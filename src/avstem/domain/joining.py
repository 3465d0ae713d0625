"""Which incoming entries tell of money that is known already.

The same money comes in several messages: a statement twice, statements that overlap, a
notification before the statement, a row typed by hand before either. It is joined, never added.
Two equal entries that are really two stay two: within a message every entry counts, so each
stored entry can answer for one incoming entry only.

Source: docs/adr/0040-one-money-many-messages.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

#: A notification may carry the day before the statement's; a person types the day of the receipt.
CROSS_MESSAGE_DAYS = 7
MANUAL_DAYS = 3


class Outcome(StrEnum):
    """What an incoming entry is to us."""

    NEW = "new"
    KNOWN = "known"
    FINER = "finer"  # known, but now with the details that we lacked
    ALARM = "alarm"  # a known reference with another amount: what is stored stays


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry we have. `origin` is the kind of message that told of it first, or `manual`.

    `in_statement` and `in_notification` say which kinds of message have told of it since.
    `before` marks an entry of a statement that the incoming one continues: its equal is another.
    """

    id: int
    booking_date: date
    amount_minor: int
    reference: str
    fingerprint: str
    origin: str
    in_statement: bool
    in_notification: bool
    has_details: bool
    booked: bool
    before: bool = False

    @property
    def typed_by_hand(self) -> bool:
        """A row that no message of the bank has told of yet."""
        return self.origin == "manual" and not (self.in_statement or self.in_notification)

    def told_by(self, kind: str) -> bool:
        """Whether a message of that kind has told of it."""
        return self.in_statement if kind == "statement" else self.in_notification


@dataclass(frozen=True, slots=True)
class IncomingEntry:
    """An entry as it comes in; `details` are its transactions' own (reference, amount) pairs."""

    booking_date: date
    amount_minor: int
    reference: str
    fingerprint: str
    has_details: bool
    details: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """The answer for one incoming entry: what it is, and the stored entries it tells of."""

    outcome: Outcome
    stored: tuple[int, ...] = ()


@dataclass
class Joiner:
    """Joins one message's entries, a chunk at a time; what one entry has claimed stays claimed."""

    kind: str
    claimed: set[int] = field(default_factory=set)

    def join(
        self,
        incoming: Sequence[IncomingEntry],
        stored: Iterable[StoredEntry],
        stored_details: dict[tuple[str, int], int],
    ) -> list[Joined]:
        """One answer for each incoming entry, in order.

        `stored_details` leads from a stored transaction's (reference, amount) to its entry, for
        messages that group the same transactions otherwise.
        """
        known = _Index(stored)
        answers: list[Joined | None] = [None] * len(incoming)
        for find in (self._by_reference, self._by_details, self._by_money):
            for place, entry in enumerate(incoming):
                if answers[place] is None:
                    answers[place] = find(entry, known, stored_details)
        return [
            answer or self._unknown(entry, known)
            for entry, answer in zip(incoming, answers, strict=True)
        ]

    def _claim(self, entry: IncomingEntry, stored: StoredEntry) -> Joined:
        self.claimed.add(stored.id)
        # What a person typed gives way to the bank's own words, and a sum to its details,
        # unless it has been booked: what is booked stands.
        poorer = stored.typed_by_hand or (entry.has_details and not stored.has_details)
        finer = poorer and not stored.booked
        return Joined(Outcome.FINER if finer else Outcome.KNOWN, (stored.id,))

    def _by_reference(
        self,
        entry: IncomingEntry,
        known: "_Index",
        _details: dict[tuple[str, int], int],
    ) -> Joined | None:
        if not entry.reference:
            return None
        for stored in known.by_reference[entry.reference]:
            if stored.id in self.claimed or stored.amount_minor != entry.amount_minor:
                continue
            apart = abs((stored.booking_date - entry.booking_date).days)
            across = not stored.told_by(self.kind) and apart <= CROSS_MESSAGE_DAYS
            if apart == 0 or across:
                return self._claim(entry, stored)
        return None

    def _by_details(
        self, entry: IncomingEntry, known: "_Index", details: dict[tuple[str, int], int]
    ) -> Joined | None:
        """The same transactions, grouped in other entries than before."""
        del known
        found = {details.get(detail) for detail in entry.details}
        if not found or None in found:
            return None
        return Joined(Outcome.KNOWN, tuple(sorted(each for each in found if each is not None)))

    def _by_money(
        self,
        entry: IncomingEntry,
        known: "_Index",
        _details: dict[tuple[str, int], int],
    ) -> Joined | None:
        """By date and amount, where references cannot tell; the likeliest stored entry first."""
        fits = [
            (rank, stored.id, stored)
            for stored in known.by_amount[entry.amount_minor]
            if stored.id not in self.claimed
            and (rank := _likeness(entry, stored, self.kind)) is not None
        ]
        return self._claim(entry, min(fits)[2]) if fits else None

    def _unknown(self, entry: IncomingEntry, known: "_Index") -> Joined:
        """New, unless the bank now says something else under a reference we know."""
        renamed = [
            stored.id
            for stored in known.by_reference[entry.reference]
            if entry.reference
            if stored.booking_date == entry.booking_date
            and stored.id not in self.claimed
            and stored.amount_minor != entry.amount_minor
            and stored.origin != "manual"
        ]
        return Joined(Outcome.ALARM, tuple(renamed[:1])) if renamed else Joined(Outcome.NEW)


class _Index:
    """The stored entries by reference and by amount."""

    def __init__(self, stored: Iterable[StoredEntry]) -> None:
        self.by_reference: dict[str, list[StoredEntry]] = defaultdict(list)
        self.by_amount: dict[int, list[StoredEntry]] = defaultdict(list)
        for entry in stored:
            if entry.reference:
                self.by_reference[entry.reference].append(entry)
            self.by_amount[entry.amount_minor].append(entry)


def _likeness(entry: IncomingEntry, stored: StoredEntry, kind: str) -> int | None:
    """How likely the two are the same money (0 is likeliest), or None where they are not."""
    apart = abs((stored.booking_date - entry.booking_date).days)
    if stored.typed_by_hand:
        return 100 + apart if apart <= MANUAL_DAYS else None
    if apart or stored.before:
        return None
    if not stored.told_by(kind):
        # The other kind of message: it must tell of the same entry, whatever it calls it.
        return 1 if stored.fingerprint == entry.fingerprint else 2
    both_named = bool(stored.reference and entry.reference)
    return 0 if not both_named and stored.fingerprint == entry.fingerprint else None
