"""Amounts and days as Norwegians type them.

>>> parse_amount("1 234,50", "NOK"), parse_amount("-1.234.567", "NOK")
(123450, -123456700)
>>> parse_day("24.11.2026")
datetime.date(2026, 11, 24)
"""

import re
from datetime import date

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import parse_minor

_COMMA = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+\Z", re.ASCII)
_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}\Z", re.ASCII)
_ONE_GROUP = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}\Z", re.ASCII)
_DAY = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{2}|[0-9]{4})\Z", re.ASCII)
_SHORT_DAY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2}|[0-9]{4})\Z", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def parse_amount(text: str, currency: str) -> int:
    """Signed minor units. Spaces part thousands; the decimals stand after a comma or a dot.

    `1.234` may mean two things, a thousand times apart, so it is refused, not guessed.
    """
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    plain = plain.removesuffix(",-").removesuffix("kr").removeprefix("kr").removesuffix(currency)
    if _ONE_GROUP.match(plain):
        raise InvalidValueError("amount", text[:60], "1234 or 1,234 with a comma, as 1 234,50")
    if _COMMA.match(plain) or _GROUPS.match(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif "," in plain:
        raise InvalidValueError("amount", text[:60], "an amount as 1 234,50")
    return parse_minor(plain, currency)


def find_amount(text: str, currency: str) -> int | None:
    """The amount that the words are, unsigned; None where they are none."""
    try:
        return abs(parse_amount(text, currency))
    except InvalidValueError:
        return None


def parse_day(text: str) -> date:
    """`24.11.2026`, `24.11.26`, `24112026`, `241126` or `2026-11-24`."""
    plain = text.strip()
    try:
        if _ISO_DAY.match(plain):
            return date.fromisoformat(plain)
        found = _DAY.match(plain) or _SHORT_DAY.match(plain)
        if found:
            year = int(found[3])
            return date(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))
    except ValueError:
        pass  # a day that does not exist is answered as any other that cannot be read
    raise InvalidValueError("date", text[:60], "a day that exists, as 24.11.2026")


def find_day(text: str) -> date | None:
    """The day of `2026-11-30`; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def find_month(text: str) -> date | None:
    """The first day of `2026-11`; None where it is not a month."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
