"""A list of wages or tax to pay, as payroll programs and spreadsheets write it: CSV, a line each.

Columns by their English or Norwegian names; amounts and days as either writes them. A wrong row is
refused with its line and reason; the good rows are kept.

Source: docs/formats/payment_list.md (the public contract).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from avstem.domain.errors import InvalidValueError, RefusalError
from avstem.domain.identifiers import normalise_account
from avstem.domain.listed_payment import ListedPayment
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.formats.csv_table import read_table

REQUIRED = ("name", "account", "amount", "date")
COLUMNS = (*REQUIRED, "reference", "text", "kid", "ledger_account")
_NORWEGIAN = {
    "navn": "name", "konto": "account", "kontonummer": "account", "beløp": "amount",
    "dato": "date", "utbetalingsdato": "date", "referanse": "reference", "melding": "text",
    "tekst": "text", "gjeldskonto": "ledger_account",
}  # fmt: skip
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
# One comma, and two digits behind it: anything else could be a thousand or a decimal.
_WITH_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}\Z", re.ASCII)
_NORWEGIAN_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list: a payment, or why it is refused."""

    line: int
    payment: ListedPayment | None
    refusal: RefusalError | None = None


def read_payment_list(stream: BinaryIO, *, file: str, kind: ItemKind) -> Iterator[ListRow]:
    """The rows as they stream; a file without the required columns is refused whole."""
    rows = read_table(stream, file=file, required=REQUIRED, known=COLUMNS, called=_called)
    for line, row in rows:
        yield _read_row(line, row, kind)


def _called(name: str) -> str:
    return _NORWEGIAN.get(name, name)


def _read_row(line: int, row: dict[str, str] | RefusalError, kind: ItemKind) -> ListRow:
    if isinstance(row, RefusalError):
        return ListRow(line, None, row)
    try:
        return ListRow(line, _payment(row, kind))
    except RefusalError as refusal:
        return ListRow(line, None, refusal)


def _payment(row: Mapping[str, str], kind: ItemKind) -> ListedPayment:
    for name in REQUIRED:
        if not row[name]:
            raise InvalidValueError(name, "nothing", "a value")
    return ListedPayment(
        kind=kind,
        name=_SPACES.sub(" ", row["name"]),
        account=normalise_account(row["account"]),
        amount=_amount(row["amount"]),
        pay_on=_day(row["date"]),
        reference=row.get("reference", ""),
        text=row.get("text", ""),
        kid=_SPACES.sub("", row.get("kid", "")),
        ledger_account=row.get("ledger_account", ""),
    )


def _amount(text: str) -> Money:
    """`1250.00`, or as a Norwegian spreadsheet writes it: `1 250,00`."""
    plain = _SPACES.sub("", text)
    if _WITH_COMMA.match(plain):
        plain = plain.replace(",", ".")
    return Money.parse(plain, "NOK")


def _day(text: str) -> date:
    """`2026-11-25` or `25.11.2026`."""
    norwegian = _NORWEGIAN_DAY.match(text)
    written = "-".join(reversed(norwegian.groups())) if norwegian else text
    try:
        if len(written) != len("2026-01-31"):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        expected = "a day that exists, as 2026-01-31 or 31.01.2026"
        raise InvalidValueError("date", text[:60], expected) from None
