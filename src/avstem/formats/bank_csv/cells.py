"""Amounts and days as people and internet banks write them; what can be read two ways is not read.

An amount: "1 234,56", "1.234,56", "−34,90" (U+2212), "1,036.47", "$20.00", "25 000,00 NOK". Groups
are of three digits. Where the layout does not say which mark is the decimal one, "1,234" could be
1.234 or 1234 and is refused.

Source: docs/formats/bank_csv.md.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import StrEnum
from functools import lru_cache

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import Money

#: The longest cell that may be an amount or a day.
_CELL_CHARACTERS_MAX = 60
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_BODY = re.compile(r"([+-]?) ?([0-9](?:[0-9 .,]*[0-9])?)\Z", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}([ .,])[0-9]{3}(?:\1[0-9]{3})*\Z", re.ASCII)
_SHEET_NUMBER = re.compile(
    r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?\Z", re.ASCII
)
_DAY = re.compile(
    r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})(?:[ T][0-9:. TZ+-]*)?\Z", re.ASCII
)
_UNIT = re.compile(
    r"(?:([A-Z]{3}|kr\.?|[$€£]) ?)?([+-]?[^A-Za-z$€£]*?)(?: ?([A-Z]{3}|kr\.?|[$€£]))?\Z"
)
_SIGNED_UNIT = re.compile(r"\A([+-])([$€£])")
#: What a sign before or behind the amount may stand for.
_UNITS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "€": ("EUR",),
    "£": ("GBP",),
    "kr": ("NOK", "SEK", "DKK", "ISK"),
}  # fmt: skip
# A sheet keeps 15 significant digits: 1234.5599999999999 is 1234.56 there.
_SHEET = Context(prec=15)
_FIRST_DAY = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
#: 31 December 9999.
_SERIAL_MAX = 2_958_465


class SheetNumber(str):
    """A number from a cell of a sheet: a dot, no groups, maybe an exponent."""

    __slots__ = ()


class SheetDay(str):
    """A day from a cell of a sheet, as 2026-01-31 whatever form the column has."""

    __slots__ = ()


class DateForm(StrEnum):
    """The order of a day's parts.

    `norwegian` is 31.01.2026 or the year first. `dmy` and `mdy` take any of the marks `.`, `/` and
    `-`, and a year of two digits is of this century.
    """

    NORWEGIAN = "norwegian"
    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """An amount, and the decimal mark it shows (empty where it shows none)."""

    money: Money
    mark: str


def one_line(text: str) -> str:
    """The cell's text with single spaces, no line breaks, nothing around it."""
    return " ".join(text.split())


# Amounts and days come over and over. Typed: a cell of a sheet is more than its text.
@lru_cache(maxsize=4096, typed=True)
def read_amount(cell: str, currency: str, mark: str) -> ReadAmount:
    """The amount in a cell; `mark` is `,`, `.` or empty where it is not known.

    Refused (`InvalidValueError`) where it is no amount, can be read two ways, names another
    currency, or has more decimals than the currency.
    """
    if isinstance(cell, SheetNumber):
        return ReadAmount(Money.parse(_sheet_decimal(cell), currency), "")
    if len(cell) > _CELL_CHARACTERS_MAX:
        raise _no_amount(cell)
    text = _without_unit(_SPACES.sub(" ", cell.translate(_MINUS)).strip(), currency)
    found = _BODY.match(text)
    if found is None:
        raise _no_amount(cell)
    shown = mark if mark in found[2] else ""
    if not mark:
        shown = _shown_mark(found[2], cell)
    whole, _, decimals = found[2].partition(shown) if shown else (found[2], "", "")
    digits = _ungrouped(whole, shown, cell)
    if shown and not (decimals.isdigit() and decimals.isascii()):
        raise _no_amount(cell)
    number = f"{found[1]}{digits}.{decimals}" if decimals else f"{found[1]}{digits}"
    return ReadAmount(Money.parse(number, currency), shown)


@lru_cache(maxsize=4096, typed=True)
def read_day(cell: str, form: DateForm) -> date:
    """The day in a cell; a time behind it is let go. Refused where it does not exist."""
    if isinstance(cell, SheetDay):
        form = DateForm.YEAR_FIRST
    found = _DAY.match(cell.strip()) if len(cell) <= _CELL_CHARACTERS_MAX else None
    parts = _day_parts(found[1], found[2], found[3], found[4], form) if found else None
    if isinstance(cell, SheetNumber) or parts is None:
        raise _no_day(cell, form)
    try:
        return date(*parts)
    except ValueError as wrong:
        raise _no_day(cell, form) from wrong


def sheet_day(serial: str, *, from_1904: bool) -> SheetDay | None:
    """The day of a sheet's serial number; None where there is none (29 February 1900 is one)."""
    if not _SHEET_NUMBER.match(serial):
        return None
    days = int(Decimal(serial)) if abs(Decimal(serial)) <= _SERIAL_MAX else -1
    if days < 0 or (not from_1904 and days in (0, 60)):
        return None
    if not from_1904 and days < 60:
        days += 1
    try:
        return SheetDay((_FIRST_DAY[from_1904] + timedelta(days)).isoformat())
    except OverflowError:
        return None


def _sheet_decimal(cell: str) -> str:
    if not _SHEET_NUMBER.match(cell):
        raise _no_amount(cell)
    rounded = format(_SHEET.create_decimal(cell), "f")
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


def _without_unit(text: str, currency: str) -> str:
    """The amount alone; a currency beside it must be the one that is meant."""
    found = _UNIT.match(_SIGNED_UNIT.sub(r"\2\1", text))
    if found is None:
        return text
    for unit in (found[1], found[3]):
        if unit and currency not in _UNITS.get(unit.rstrip("."), (unit,)):
            raise InvalidValueError("amount", text[:60], f"an amount in {currency}")
    return found[2].strip()


def _shown_mark(body: str, cell: str) -> str:
    """Which mark must be the decimal one; empty where none is."""
    dot, comma = body.rfind("."), body.rfind(",")
    if dot >= 0 and comma >= 0:
        return body[max(dot, comma)]
    last = max(dot, comma)
    if last < 0 or body.count(body[last]) > 1:
        return ""
    if _GROUPED.match(body) and not body.startswith("0"):
        expected = "an amount that can be read one way only: the decimal mark is not known here"
        raise InvalidValueError("amount", cell[:60], expected)
    return body[last]


def _ungrouped(whole: str, mark: str, cell: str) -> str:
    """The digits of the whole part; groups of three, divided by one and the same sign."""
    if whole.isdigit():
        return whole
    if not _GROUPED.match(whole) or (mark and mark in whole):
        raise _no_amount(cell)
    return re.sub(r"[ .,]", "", whole)


def _day_parts(
    first: str, sign: str, second: str, third: str, form: DateForm
) -> tuple[int, int, int] | None:
    if len(first) == 4 and len(third) <= 2:
        fits = form in (DateForm.NORWEGIAN, DateForm.YEAR_FIRST)
        return (int(first), int(second), int(third)) if fits else None
    if len(first) > 2 or form is DateForm.YEAR_FIRST:
        return None
    if form is DateForm.NORWEGIAN:
        fits = sign == "." and len(third) == 4
        return (int(third), int(second), int(first)) if fits else None
    if len(third) not in (2, 4):
        return None
    year = int(third) + (2000 if len(third) == 2 else 0)
    if form is DateForm.MONTH_FIRST:
        return year, int(first), int(second)
    return year, int(second), int(first)


def _no_amount(cell: str) -> InvalidValueError:
    return InvalidValueError("amount", cell[:60] or "nothing", "an amount, as 1 250,00")


def _no_day(cell: str, form: DateForm) -> InvalidValueError:
    example = {
        DateForm.NORWEGIAN: "31.01.2026 or 2026-01-31",
        DateForm.YEAR_FIRST: "2026-01-31",
        DateForm.DAY_FIRST: "31/01/2026",
        DateForm.MONTH_FIRST: "01/31/2026",
    }[form]
    return InvalidValueError("date", cell[:60] or "nothing", f"a day that exists, as {example}")
