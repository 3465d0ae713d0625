"""What a table says about itself above its header or below its rows: balances, sums, the account.

Handelsbanken and the banks of its data centre write `Utgående saldo pr. 10.05.2026:` and the amount
below the rows; DNB writes names above the header with their values in the row below.

Source: docs/formats/bank_csv.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.identifiers import account_key
from avstem.domain.money import Money
from avstem.formats.bank_csv.cells import DateForm, one_line, read_amount, read_day
from avstem.formats.bank_csv.rows import Row

_LABELS = {
    "inngående saldo": "opening",
    "utgående saldo": "closing",
    "total beløp inn på konto": "paid_in",
    "totalt beløp inn på konto": "paid_in",
    "sum inn på konto": "paid_in",
    "total beløp ut av konto": "paid_out",
    "totalt beløp ut av konto": "paid_out",
    "sum ut av konto": "paid_out",
}
_LABEL = re.compile(r"([a-zæøå ]+?)(?: pr\.? ?([0-9][0-9./-]{0,20}))? ?:?\Z")
_UNIT = re.compile(r"([A-Z]{3})\Z")


@dataclass
class Summary:
    """What the table says; None where it does not."""

    file: str
    account: str | None = None
    from_date: date | None = None
    to_date: date | None = None
    amounts: dict[str, Money] = field(default_factory=dict)

    def take_below(self, row: Row) -> bool:
        """Take a row of the summary below the rows; False where it is none."""
        found = _label(row.cells[0]) if row.cells else None
        if found is None:
            return False
        what, day = found
        value = next((cell for cell in row.cells[1:] if cell.strip()), "")
        self._take(what, value, row)
        if day:
            self._take_day(what, day, row)
        return True

    def take_above(self, rows: Sequence[Row]) -> None:
        """Take the names above the header, whose values stand in the row below them."""
        for names, values in pairwise(rows):
            for name, value in zip(names.cells, values.cells, strict=False):
                if one_line(name).casefold() == "konto" and value.strip():
                    self.account = account_key(value)[:40]
                elif (found := _label(name)) is not None and value.strip():
                    self._take(found[0], value, values)

    def _take(self, what: str, value: str, row: Row) -> None:
        text = one_line(value)
        unit = _UNIT.search(text)
        try:
            money = read_amount(text, unit[1] if unit else "NOK", "").money
        except InvalidValueError as wrong:
            raise self._refuse(row, wrong.found, wrong.expected) from wrong
        if self.amounts.setdefault(what, money) != money:
            raise self._refuse(row, text, f"the same as before, {self.amounts[what]}")

    def _take_day(self, what: str, text: str, row: Row) -> None:
        try:
            day = read_day(text, DateForm.NORWEGIAN)
        except InvalidValueError as wrong:
            raise self._refuse(row, wrong.found, wrong.expected) from wrong
        if what == "opening":
            self.from_date = day
        elif what == "closing":
            self.to_date = day

    def _refuse(self, row: Row, found: str, expected: str) -> UnreadableFileError:
        return UnreadableFileError(row.place, found[:60], expected, self.file)


def _label(cell: str) -> tuple[str, str | None] | None:
    """What a name of the summary means, and the day in it."""
    found = _LABEL.match(one_line(cell[:100]).casefold())
    if found is None or found[1].strip() not in _LABELS:
        return None
    return _LABELS[found[1].strip()], found[2]
