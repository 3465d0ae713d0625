"""A movement of CODA with its parts as an entry: a total is one entry with several transactions.

Source: Febelfin, Coded statement of account (CODA) 2.6, sections 3.1, 5.4 and 6;
docs/formats/coda.md.
"""

from dataclasses import dataclass, field, replace

from avstem.domain.statement import Entry, EntryStatus, Notice, Transaction
from avstem.formats.coda.movements import Information, Movement
from avstem.formats.values import notice

#: Parts of a total by the customer (5), by the bank (6), by the bank with parts of its own (7).
_PARTS = frozenset("567")
#: A simple amount whose details (8) say what it is made of: the gross amount, costs.
_WITH_DETAILS = "3"


@dataclass(slots=True)
class Totalled:
    """A movement that is money on the account, and its parts."""

    movement: Movement
    details: list[Movement] = field(default_factory=list)

    def entry(self, notices: list[Notice]) -> Entry:
        """The entry; where its parts do not add up to it, it has one transaction of its own."""
        movement = self.movement
        remittance = movement.texts([]).remittance
        transactions = self._transactions(notices)
        return Entry(
            amount=movement.amount,
            status=EntryStatus.BOOKED,
            booking_date=movement.entry_date,
            value_date=movement.value_date,
            reference=movement.bank_reference or None,
            entry_number=movement.number,
            reversal=movement.is_cancellation,
            code=movement.code,
            text=" ".join(remittance) or None,
            transactions=transactions,
            batch_count=len(transactions) if len(transactions) > 1 else None,
            has_details=bool(self.details),
            details_count=len(self.details),
        )

    def _transactions(self, notices: list[Notice]) -> tuple[Transaction, ...]:
        place = f"line {self.movement.line}"
        if self.movement.globalisation != "0" and not self._is_closed():
            notice(notices, "coda.globalisation_open", place, self.movement.globalisation)
        parts = [each for each in self.details if each.type in _PARTS]
        if parts and sum(each.amount.minor for each in parts) == self.movement.amount.minor:
            return tuple(each.transaction(notices) for each in parts)
        if self.details and self.movement.type != _WITH_DETAILS:
            notice(notices, "coda.details_do_not_add_up", place, str(self.movement.amount))
        return (self._whole(notices),)

    def _whole(self, notices: list[Notice]) -> Transaction:
        """The movement as one payment; what its details say is said of it too."""
        for each in self.details:
            said = Information(each.is_structured, each.communication)
            self.movement.information += [said, *each.information]
        # The reference is the entry's; a transaction has one only where it is a part.
        return replace(self.movement.transaction(notices), bank_reference=None)

    def _is_closed(self) -> bool:
        """The last part carries the code of the total that it ends."""
        return bool(self.details) and self.details[-1].globalisation == (
            self.movement.globalisation
        )
