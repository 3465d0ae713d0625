"""A list of wages or tax to pay, as payroll programs and spreadsheets write it: CSV, a line each.

Columns by their English or Norwegian names; amounts and days as either writes them. A wrong row is
refused with its line and reason; the good rows are kept.

Source: docs/formats/payment_list.md (the public contract).
"""

import io
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
from avstem.formats.csv_table import encoding_of, header_of, read_table

REQUIRED = ("name", "account", "amount", "date")
COLUMNS = (*REQUIRED, "reference", "text", "kid", "ledger_account")
_NORWEGIAN = {
    "navn": "name", "konto": "account", "kontonummer": "account", "beløp": "amount",
    "dato": "date", "utbetalingsdato": "date", "referanse": "reference", "melding": "text",
    "tekst": "text", "gjeldskonto": "ledger_account",
}  # fmt: skip
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
# One mark, and one or two digits behind it: three could be thousands or decimals.
_AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,2}))?\Z", re.ASCII)
_NORWEGIAN_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list: a payment, or why it is refused."""

    line: int
    payment: ListedPayment | None
    refusal: RefusalError | None = None


def read_payment_list(stream: BinaryIO, *, file: str, kind: ItemKind) -> Iterator[ListRow]:
    """The rows as they stream; a file without the required columns is refused whole.

    The stream can be sought in: a spreadsheet's Windows-1252 is told from UTF-8 by all of it.
    """
    rows = read_table(
        stream, file=file, required=REQUIRED, known=COLUMNS, called=_called,
        encoding=encoding_of(stream),
    )  # fmt: skip
    for line, row in rows:
        yield _read_row(line, row, kind)


def unread_columns(stream: BinaryIO) -> list[str]:
    """The header's columns that mean nothing to us, as it names them; read from the beginning."""
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream), newline="")
    try:
        _, names, _ = header_of(text)
    finally:
        text.detach()
        stream.seek(0)
    return [name for name in names if name and _called(name) not in COLUMNS]


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
    found = _AMOUNT.match(_SPACES.sub(" ", text))
    if found is None:
        raise InvalidValueError("amount", text[:60], "kroner as 1250.00 or 1 250,00")
    return Money.parse(f"{found[1].replace(' ', '')}.{found[2] or '0'}", "NOK")


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
