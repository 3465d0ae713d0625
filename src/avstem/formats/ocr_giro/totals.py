"""What the end records of OCR giro must agree with: counts, sums, first and last day.

Sums are øre. The specification nets credit notes with KID, but adds reversals (types 18 and 20)
instead of taking them off; files that take them off are met too, and are read with a notice.

Source: OCR giro system specification 4.0, sections 2.4 and 2.5; docs/formats/ocr_giro.md.
"""

from dataclasses import dataclass
from datetime import date

from avstem.domain.money import MINOR_MAX
from avstem.domain.statement import Notice
from avstem.formats.fixed_width import Record
from avstem.formats.values import notice


@dataclass(slots=True)
class Totals:
    """Counted while the records pass; `records` includes the start and the end record.

    `sum_minor` has the reversals added, as the end records should; `net_minor` is what moved, and
    `gross_minor` bounds what any part of it can come to.
    """

    transactions: int = 0
    records: int = 0
    sum_minor: int = 0
    net_minor: int = 0
    gross_minor: int = 0
    first_day: date | None = None
    last_day: date | None = None

    @classmethod
    def stated_in(cls, end: Record, records: int) -> "Totals":
        """What the end record of another service says; only its records can be counted here."""
        _require(end, 17, 24, "number of records", records)
        minor = end.count(25, 41, "sum")
        count = end.count(9, 16, "number of transactions")
        return cls(count, records, minor, minor)

    def count(self, minor: int, day: date, *, is_reversal: bool) -> None:
        """Count one payment of a signed amount."""
        self.transactions += 1
        self.net_minor += minor
        self.gross_minor += abs(minor)
        self.sum_minor += abs(minor) if is_reversal else minor
        self.first_day = min(day, self.first_day or day)
        self.last_day = max(day, self.last_day or day)

    def add(self, part: "Totals") -> None:
        """Count an assignment into its transmission."""
        self.transactions += part.transactions
        self.records += part.records
        self.sum_minor += part.sum_minor
        self.net_minor += part.net_minor

    def require_as_in(self, end: Record, notices: list[Notice]) -> None:
        """Refuse the end record unless its counts and its sum are these.

        The layout has no sign for the sum: more credit notes than payments give it unsigned.
        """
        end.require_whole(59 if end.field(7, 8) == "88" else 47)
        _require(end, 9, 16, "number of transactions", self.transactions)
        _require(end, 17, 24, "number of records", self.records)
        stated = end.count(25, 41, "sum")
        if self.gross_minor > MINOR_MAX:
            raise end.refuse(str(self.gross_minor), "amounts of at most 64 bits together")
        if stated == abs(self.sum_minor):
            return
        if stated == abs(self.net_minor):
            notice(notices, "ocr_giro.reversals_subtracted", f"line {end.number}", str(stated))
        else:
            raise end.refuse(str(stated), f"sum: {abs(self.sum_minor)}, as the payments add up to")

    def require_days_as_in(self, end: Record, notices: list[Notice]) -> None:
        """Refuse the end record unless its first and last settlement date are these.

        A system that is not the clearing house's writes them one field too early: a notice.
        """
        if self.first_day is None or self.last_day is None:
            return
        first = end.day_ddmmyy(48, "first settlement date")
        last = end.day_ddmmyy(54, "last settlement date")
        if (first, last) == (self.first_day, self.last_day):
            return
        made = end.day_ddmmyy(42, "day of the assignment")
        if (made, first) != (self.first_day, self.last_day):
            expected = f"first and last settlement date: {self.first_day} and {self.last_day}"
            raise end.refuse(f"{first} and {last}", expected)
        notice(notices, "ocr_giro.days_displaced", f"line {end.number}", f"{made} to {first}")


def _require(end: Record, first: int, last: int, what: str, counted: int) -> None:
    stated = end.count(first, last, what)
    if stated != counted:
        raise end.refuse(str(stated), f"{what}: {counted}, as counted")
