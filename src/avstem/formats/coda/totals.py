"""What record 9 of CODA must agree with: how many records, how much debit, how much credit.

Records 1, 2, 3 and 8 are counted; some banks count the free communications (4) too. Sums are of
movements with detail number 0000.

Source: Febelfin, Coded statement of account (CODA) 2.6, annex I; docs/formats/coda.md.
"""

from dataclasses import dataclass

from avstem.domain.money import MINOR_MAX
from avstem.domain.statement import Notice
from avstem.formats.coda.movements import DECIMALS
from avstem.formats.fixed_statement import implied_money
from avstem.formats.fixed_width import Record
from avstem.formats.values import notice

_DEBIT = "1"


@dataclass(slots=True)
class Totals:
    """Counted while the records pass; sums are minor units, unsigned."""

    records: int = 0
    messages: int = 0
    debit_minor: int = 0
    credit_minor: int = 0

    def count(self, record: Record) -> None:
        """Count one record between the header and the end."""
        self.records += 1
        self.messages += record.field(1, 1) == "4"

    def add(self, minor: int, sign: str, record: Record) -> None:
        """Count the signed amount of one movement on the account."""
        if sign == _DEBIT:
            self.debit_minor -= minor
        else:
            self.credit_minor += minor
        if self.debit_minor + self.credit_minor > MINOR_MAX:
            raise record.refuse(str(minor), "amounts of at most 64 bits together")

    def require_as_in(
        self, end: Record, currency: str, notices: list[Notice], *, is_balanced: bool
    ) -> None:
        """Refuse record 9 unless it says the same.

        Where old balance + movements is not the new balance either, nothing is booked until a
        person has explained it: then a total that differs is a notice beside that.
        """
        for what, found, counted in self._compared(end, currency):
            if found in counted:
                continue
            if is_balanced:
                raise end.refuse(str(found), f"{what}: {counted[0]}, as the records add up to")
            notice(notices, "coda.totals_differ", f"line {end.number}", f"{what}: {found}")

    def _compared(self, end: Record, currency: str) -> list[tuple[str, int, tuple[int, ...]]]:
        """What each total is, what record 9 says, what it may say."""
        debit, credit = (
            implied_money(end.field(first, first + 14), DECIMALS, currency, end.refuse).minor
            for first in (23, 38)
        )
        counts = (self.records - self.messages, self.records)
        return [
            ("number of records", end.count(17, 22, "number of records"), counts),
            ("debits", debit, (self.debit_minor,)),
            ("credits", credit, (self.credit_minor,)),
        ]
