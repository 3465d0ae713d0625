"""What the trailers of BAI2 (49, 98, 99) must agree with: a sum, parts, records.

The sum is a checksum, not a balance: credits and debits are added as they are written. An account's
sum holds its summary amounts (03) and its transactions (16); some banks leave the summaries out.

Source: BAI, Cash Management Balance Reporting Specifications Version 2; docs/formats/bai2.md.
"""

from dataclasses import dataclass

from avstem.domain.statement import Notice
from avstem.formats.bai2.records import Record
from avstem.formats.bai2.values import read_count, read_minor
from avstem.formats.values import notice


@dataclass(slots=True)
class Totals:
    """Counted while the records pass; `parts` are accounts of a group or groups of a file."""

    records: int = 0
    sum_minor: int = 0
    summaries_minor: int = 0
    parts: int = 0

    def add(self, part: "Totals") -> None:
        """Count an account into its group, or a group into its file."""
        self.records += part.records
        self.sum_minor += part.sum_minor
        self.parts += 1

    def require_account(self, trailer: Record, notices: list[Notice]) -> None:
        """Refuse record 49 unless its sum and its number of records are these.

        Afterwards the sum is the one that stands there, which the group's trailer adds up.
        """
        fields = trailer.fields()
        self._require_sum(fields.take(), trailer, notices)
        _require(fields.take(), "number of records", self.records, trailer)

    def require(self, trailer: Record, what: str, notices: list[Notice]) -> None:
        """Refuse record 98 or 99 unless its sum, parts (`what`) and records are these."""
        fields = trailer.fields()
        self._require_sum(fields.take(), trailer, notices)
        _require(fields.take(), what, self.parts, trailer)
        _require(fields.take(), "number of records", self.records, trailer)

    def _require_sum(self, text: str, trailer: Record, notices: list[Notice]) -> None:
        """An empty control total is zero, the default of every amount."""
        stated = read_minor(text or "0", "control total", trailer)
        if stated == self.sum_minor:
            return
        if stated != self.sum_minor - self.summaries_minor:
            raise trailer.refuse(text, f"control total: {self.sum_minor}, as the amounts add up to")
        notice(notices, "bai2.summaries_left_out", f"line {trailer.line}", text)
        self.sum_minor = stated


def _require(text: str, what: str, counted: int, trailer: Record) -> None:
    stated = read_count(text, what, trailer)
    if stated != counted:
        raise trailer.refuse(text, f"{what}: {counted}, as counted")
