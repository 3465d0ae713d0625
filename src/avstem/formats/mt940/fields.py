"""The fields with a fixed shape: balances, days, the account, and the entry's own line `:61:`.

Source: SWIFT FIN category 9, fields 25, 60a, 61, 62a, 90C, 90D; docs/formats/mt940.md.
"""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import compact, is_iban, is_norwegian_account, norwegian_iban
from avstem.domain.money import Money, minor_digits
from avstem.formats.values import Refuse

#: The shape of `:61:`, without its tag: value date, entry date, mark, funds code, amount, type,
#: references, supplementary lines. Without a comma the type must follow the amount.
ENTRY_LINE = re.compile(
    r"(\d{6})(\d{4})?(R?[CD]|E[CD])([A-Z])?"
    r"(\d{1,18})(?:,(\d{0,4})(?![\d.,])|(?=[NSF][A-Z]))"
    r"(?:([NSF][A-Z0-9]{2}[A-Z0-9 ])|(?=\s*(?://|\n|\Z)))([^\n]*)(?:\n(.*))?",
    re.ASCII | re.DOTALL,
)
#: Money in for C and RD (a debit taken back), out for D and RC; E is expected (MT942).
SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}

_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d{1,18},\d{0,4})", re.ASCII)
_BALANCE_WITHOUT_CURRENCY = re.compile(r"[CD]\d{6}\d{1,18},\d{0,4}", re.ASCII)
_TOTAL = re.compile(r"(\d{1,7})([A-Z]{3})(\d{1,18},\d{0,4})", re.ASCII)
_INSTANT = re.compile(r"(\d{6})(\d{2})(\d{2})(?:([+-]\d{2})(\d{2}))?", re.ASCII)
_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_CENTURY_STARTS = 80
# So many digits before the comma are within 64 bits, whatever they are.
_SAFE_DIGITS = 15


class Balance(NamedTuple):
    """A signed balance; `day` is None where the date does not exist."""

    amount: Money
    day: date | None


class Total(NamedTuple):
    """What `:90C:` or `:90D:` says of the entries: their number and their unsigned sum."""

    entries: int
    amount: Money


def read_balance(text: str, refuse: Refuse) -> Balance:
    """`C160229EUR1200,00`; the comma is mandatory, for without it the field may be cut off."""
    found = _BALANCE.fullmatch(text.strip())
    if found is None:
        raise refuse("", text.strip() or "nothing", "a balance, as C261231NOK1250,00")
    amount = read_amount(found[4], found[3], refuse)
    return Balance(amount if found[1] == "C" else -amount, day_of(found[2]))


def lacks_currency(text: str) -> bool:
    """Whether this is a balance as before SWIFT's currency code: it proves nothing."""
    return _BALANCE_WITHOUT_CURRENCY.fullmatch(text.strip()) is not None


def read_total(text: str, refuse: Refuse) -> Total:
    """`2USD595,`: number, currency and sum of the entries of one side."""
    found = _TOTAL.fullmatch(text.strip())
    if found is None:
        raise refuse("", text.strip() or "nothing", "a number and a sum, as 2NOK1250,00")
    return Total(int(found[1]), read_amount(found[3], found[2], refuse))


def read_amount(text: str, currency: str, refuse: Refuse) -> Money:
    """An unsigned amount with a comma, in a currency of three capital letters."""
    whole, _, fraction = text.partition(",")
    try:
        return Money.parse(f"{whole}.{fraction}", currency)
    except InvalidValueError as wrong:
        raise refuse("", wrong.found, wrong.expected) from wrong


def entry_amount(sign: int, whole: str, fraction: str, currency: str, refuse: Refuse) -> Money:
    """The signed amount of an entry; whole minor units are read without detour."""
    if len(fraction) == 2 == minor_digits(currency) and len(whole) <= _SAFE_DIGITS:
        return Money(sign * int(whole + fraction), currency)
    amount = read_amount(f"{whole},{fraction}", currency, refuse)
    return amount if sign > 0 else -amount


@lru_cache(maxsize=4096)
def day_of(text: str) -> date | None:
    """The day of YYMMDD (80 to 99 are 1980 to 1999), or None where there is no such day."""
    year = int(text[:2])
    return _day(year + (1900 if year >= _CENTURY_STARTS else 2000), text[2:])


@lru_cache(maxsize=4096)
def entry_day(value_date: date, month_and_day: str) -> date | None:
    """The day of MMDD that is nearest to the value date: about New Year the years differ.

    None where there is no such day.

    >>> entry_day(date(2009, 12, 31), "0102"), entry_day(date(2010, 1, 2), "1231")
    (datetime.date(2010, 1, 2), datetime.date(2009, 12, 31))
    """
    years = (value_date.year, value_date.year - 1, value_date.year + 1)
    year = min(years, key=lambda each: abs(_ordinal(each, month_and_day) - value_date.toordinal()))
    return _day(year, month_and_day)


def is_end_of_bank_february(text: str) -> bool:
    """30 February, or the 29th of a common year: where each month has 30 days (30/360 interest)."""
    return day_of(text) is None and text[2:] in ("0229", "0230")


def _day(year: int, month_and_day: str) -> date | None:
    try:
        return date(year, int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return None


def _ordinal(year: int, month_and_day: str) -> int:
    """Near enough to tell the years apart, also for a 29 February that is none."""
    month, day = int(month_and_day[:2]), int(month_and_day[2:])
    return date(year, min(max(month, 1), 12), 1).toordinal() + day


def read_instant(text: str) -> tuple[date | None, str | None]:
    """`:13D:` as its day and as ISO 8601; (None, None) where it cannot be read."""
    found = _INSTANT.match(text.strip())
    day = day_of(found[1]) if found is not None else None
    if found is None or day is None:
        return None, None
    zone = f"{found[4]}:{found[5]}" if found[4] else ""
    return day, f"{day.isoformat()}T{found[2]}:{found[3]}:00{zone}"


def read_account(text: str, currency: str | None) -> str:
    """The account as its IBAN where the check digits say so, else as the bank wrote it.

    Banks write a BIC or a bank code before it, with a slash, and the currency behind it.
    """
    bank, _, number = text.strip().rpartition("/")
    number = compact(number)
    bare = number.removesuffix(currency or "")
    if is_iban(number) or is_iban(bare):
        return number if is_iban(number) else bare
    country = _BIC.fullmatch(bank.strip())
    if is_norwegian_account(bare) and (not bank or (country is not None and country[1] == "NO")):
        return norwegian_iban(bare)
    return text.strip()
