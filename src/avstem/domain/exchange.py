"""Exchange: what money in one currency is worth in the company's own.

A price is the exact number of whole units of the company's currency that one unit of the other
costs (`11.50` kroner for a euro). Values are whole minor units, halves rounded away from zero, so
that taking back gives exactly what was given.

Source: regnskapsloven § 4-2 (the rate of the day); docs/adr/0047-money-in-two-currencies.md.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import Money, minor_digits

#: A rate older than this is not the day's: banks are never closed for so long.
RATE_AGE_DAYS_MAX = 10
#: How far a rate written on a bank line may be from a known one to be the same pair's.
_NEAR = Fraction(3, 2)
#: A price per hundred million units, with twelve decimals of its own.
_DECIMALS_MAX = 21
_PRICE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of `currency` cost in `base` on a day; `source` says who quoted it."""

    currency: str
    base: str
    day: date
    price: Fraction
    source: str = ""


def parse_price(text: str) -> Fraction:
    """An exact positive price with a dot, at most 12 digits on either side of it.

    >>> parse_price("11.50")
    Fraction(23, 2)
    """
    if not _PRICE.match(text) or not text.strip("0."):
        expected = "a positive number with a dot, as 11.5025"
        raise InvalidValueError("exchange rate", text[:60], expected)
    return Fraction(text)


def price_exact(price: Fraction) -> str:
    """The price as a decimal number without loss, in one form: `11.5`, `0.0745`.

    Every quoted price is a decimal number; one that is not is an error of the caller's.

    >>> price_exact(Fraction(23, 2)), price_exact(parse_price("103.550") / 100)
    ('11.5', '1.0355')
    """
    for decimals in range(_DECIMALS_MAX + 1):
        if (price * 10**decimals).denominator == 1:
            return _decimal(price, decimals)
    raise AssertionError(f"{price} is no decimal number")


def written_price(text: str) -> Fraction | None:
    """The rate as a bank wrote it, with a dot or a comma; None where it is no price."""
    plain = text.strip().replace(",", ".")
    return Fraction(plain) if _PRICE.match(plain) and plain.strip("0.") else None


def price_text(price: Fraction, decimals: int = 6) -> str:
    """The price with a dot and at most so many decimals (rounded), at least two.

    >>> price_text(Fraction(58, 5)), price_text(Fraction(1, 3), 8)
    ('11.60', '0.33333333')
    """
    whole, _, fraction = _decimal(price, decimals).partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _decimal(price: Fraction, decimals: int) -> str:
    if not decimals:
        return str(rounded(price))
    digits = str(rounded(price * 10**decimals)).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def rounded(amount: Fraction) -> int:
    """The nearest whole number, halves away from zero.

    >>> rounded(Fraction(5, 2)), rounded(Fraction(-5, 2)), rounded(Fraction(7, 3))
    (3, -3, 2)
    """
    doubled = 2 * abs(amount.numerator) + amount.denominator
    nearest = doubled // (2 * amount.denominator)
    return -nearest if amount < 0 else nearest


def value_minor(amount: Money, price: Fraction, own: str) -> int:
    """What the amount is worth in `own`, in minor units; a price is that of a whole unit.

    >>> value_minor(Money(100_00, "EUR"), Fraction(23, 2), "NOK")
    115000
    """
    scale = Fraction(10 ** minor_digits(own), 10 ** minor_digits(amount.currency))
    return rounded(amount.minor * price * scale)


def implied_price(value: Money, amount: Money) -> Fraction:
    """The price at which the amount is exactly that value; the amount is not zero."""
    scale = Fraction(10 ** minor_digits(amount.currency), 10 ** minor_digits(value.currency))
    return abs(Fraction(value.minor, amount.minor) * scale)


def part_of(value: int, part: int, whole: int) -> int:
    """The value of a part of what is left, pro rata; the last part takes all that is left.

    `part` and `whole` are minor units of the item, `whole` positive; a part beyond the whole is an
    error of the caller's.

    >>> part_of(1000, 1, 3), part_of(667, 1, 2), part_of(333, 1, 1)
    (333, 334, 333)
    """
    assert 0 <= part <= whole, "a part lies within the whole"
    return rounded(Fraction(value * part, whole)) if part else 0


class Rates:
    """The known rates of the company's own currency, looked up by currency and day."""

    def __init__(self, own: str, rates: Iterable[Rate] = ()) -> None:
        self.own = own
        self._by_currency: dict[str, list[Rate]] = defaultdict(list)
        for rate in sorted(rates, key=lambda each: (each.currency, each.day)):
            if rate.base == own:
                self._by_currency[rate.currency].append(rate)

    def on(self, currency: str, day: date) -> Rate | None:
        """The rate of the day, or of the nearest earlier bank day; None where it is too old."""
        found = self.last(currency, day)
        return found if found and (day - found.day).days <= RATE_AGE_DAYS_MAX else None

    def price(self, currency: str, day: date) -> Rate | None:
        """As `on`; a unit of the company's own currency costs one."""
        if currency == self.own:
            return Rate(currency, currency, day, Fraction(1))
        return self.on(currency, day)

    def last(self, currency: str, day: date) -> Rate | None:
        """The newest rate up to that day, however old."""
        known = self._by_currency.get(currency, [])
        place = bisect_right(known, day, key=lambda each: each.day)
        return known[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Price:
    """The price used for a bank line. `is_banks` where the line says it itself.

    `day` is that of the rate (the line's own where the bank says it).
    """

    price: Fraction
    day: date
    is_banks: bool


def line_price(
    amount: Money, day: date, *, original: Money | None, written: str, rates: Rates
) -> Price | None:
    """What a unit of the account's currency is worth in the company's; None where nobody knows.

    The bank's own rate wins: the original amount in the company's currency, else the rate written
    on the line, where it can only be that of the two currencies (near the last known one, and its
    inverse is not). Then the day's rate. `original` is unsigned; the amount is not zero.
    """
    if amount.currency == rates.own:
        return None
    if original is not None and original.currency == rates.own and original.minor:
        return Price(implied_price(original, amount), day, is_banks=True)
    if original is None or original.currency == amount.currency:
        known = rates.last(amount.currency, day)
        banks = written_price(written) if known else None
        if (
            known
            and banks
            and _is_near(banks, known.price)
            and not _is_near(1 / banks, known.price)
        ):
            return Price(banks, day, is_banks=True)
    found = rates.on(amount.currency, day)
    return Price(found.price, found.day, is_banks=False) if found else None


def _banks_own(written: str, known: Rate | None) -> Fraction | None:
    """The rate on the line, where it is near the known one and its inverse is not."""
    price = written_price(written) if known else None
    if known is None or price is None or not _is_near(price, known.price):
        return None
    return None if _is_near(1 / price, known.price) else price


def distance_bp(price: Fraction, known: Fraction) -> int:
    """How far a price is from a known one, in hundredths of a per cent: positive is dearer.

    >>> distance_bp(Fraction(116, 10), Fraction(115, 10))
    87
    """
    return rounded((price / known - 1) * 10_000)


def _is_near(price: Fraction, known: Fraction) -> bool:
    return known / _NEAR <= price <= known * _NEAR
