"""Money: a whole number of minor units (øre, cent) with its currency.

Never a float, never a database decimal. The number of decimals is the currency's own by
ISO 4217: 2 for most, 0 for JPY and ISK, 3 for KWD.

Source: ISO 4217 table A.1 (minor units), amendments to no. 176.

>>> Money.parse("-1250.5", "NOK")
Money(minor=-125050, currency='NOK')
>>> str(Money.parse("7", "JPY"))
'7 JPY'
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from avstem.domain.errors import CurrencyMismatchError, InvalidValueError

_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
)
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_FOUR_DECIMALS = frozenset("CLF UYW".split())
# Active codes that are no currency of payment (metals, tests) are not listed anywhere: any three
# capital letters are taken, for new codes appear more often than this file is read.
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_AMOUNT = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?\Z|([+-]?)\.([0-9]+)\Z", re.ASCII)

#: ISO 4217's code for "no currency": amounts of a file that names none, until the account is known.
NO_CURRENCY = "XXX"
#: The largest amount kept: a signed 64-bit integer of minor units.
MINOR_MAX = 2**63 - 1


def minor_digits(currency: str) -> int:
    """How many decimals the currency has (0 to 4).

    >>> minor_digits("NOK"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    if currency in _NO_DECIMALS:
        return 0
    if currency in _THREE_DECIMALS:
        return 3
    return 4 if currency in _FOUR_DECIMALS else 2


def check_currency(code: str) -> str:
    """The code itself, if it has the form of an ISO 4217 code; else refused."""
    if not _CURRENCY.match(code):
        raise InvalidValueError("currency", code[:60], "three capital letters, as NOK")
    return code


def parse_minor(text: str, currency: str) -> int:
    """Minor units of a decimal number with a dot; more decimals than the currency has are refused.

    Decimals beyond the currency's own are taken only if they are zeros ("12.500" NOK is 12.50).

    >>> parse_minor("12.500", "NOK")
    1250
    """
    found = _AMOUNT.match(text)
    if found is None:
        raise InvalidValueError("amount", text[:60], "digits with a dot, as 1250.00")
    sign, whole, fraction = (
        found[1] or found[4] or "",
        found[2] or "0",
        found[3] or found[5] or "",
    )
    digits = minor_digits(currency)
    if fraction[digits:].strip("0"):
        raise InvalidValueError("amount", text[:60], f"at most {digits} decimals in {currency}")
    if len(whole) > 19:
        raise InvalidValueError("amount", text[:60], "at most 19 digits before the dot")
    minor = int(whole + fraction[:digits].ljust(digits, "0"))
    if minor > MINOR_MAX:
        raise InvalidValueError("amount", text[:60], "an amount of at most 64 bits")
    return -minor if sign == "-" else minor


@lru_cache(maxsize=4096)
def format_minor(minor: int, currency: str) -> str:
    """The amount as a string with a dot and the currency's own number of decimals.

    >>> format_minor(-125000, "NOK"), format_minor(5, "JPY"), format_minor(-5, "NOK")
    ('-1250.00', '5', '-0.05')
    """
    digits = minor_digits(currency)
    if digits == 0:
        return str(minor)
    text = str(abs(minor)).rjust(digits + 1, "0")
    return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}"


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount. Positive is money in, negative money out, where it is a movement."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read a decimal number with a dot; see `parse_minor`."""
        return cls(parse_minor(text, check_currency(currency)), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in that currency."""
        return cls(0, currency)

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def decimal(self) -> str:
        """The amount without its currency, as the contract writes it: `-1250.00`."""
        return format_minor(self.minor, self.currency)

    def _same_currency(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise CurrencyMismatchError(found=other.currency, expected=self.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum; an empty one is zero of the currency."""
    return sum(amounts, start=Money.zero(currency))
