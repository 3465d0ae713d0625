"""Single values: amounts, signs, dates. What cannot be read is refused with its element."""

import re
from datetime import date
from functools import lru_cache

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import Money
from avstem.formats.values import Refuse

_DAY = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?\Z",
    re.ASCII,
)
_AMOUNT = re.compile(r"\+?\d{1,18}(?:\.\d{0,17})?\Z|\.\d{1,17}\Z", re.ASCII)


def read_amount(text: str, currency: str, element: str, refuse: Refuse) -> Money:
    """An unsigned amount with a dot; a comma, an exponent or a sign is refused."""
    found = _parse_amount(text, currency)
    if isinstance(found, Money):
        return found
    raise refuse(element, *found)


# A bank writes the same amount several times in a row: in the entry, its part and its instruction.
@lru_cache(maxsize=4096)
def _parse_amount(text: str, currency: str) -> Money | tuple[str, str]:
    """The amount, or what was found and what was expected."""
    if not _AMOUNT.match(text):
        return text or "nothing", "an amount with a dot, as 1250.00"
    try:
        return Money.parse(text, currency)
    except InvalidValueError as wrong:
        return wrong.found, wrong.expected


def read_signed(amount: Money, indicator: str, element: str, refuse: Refuse) -> Money:
    """The sign of `CdtDbtInd`: credit is money into the account.

    `RvslInd` does not turn the sign again: the indicator tells the direction of this entry, not of
    the one it reverses.
    """
    if indicator == "CRDT":
        return amount
    if indicator == "DBIT":
        return -amount
    raise refuse(element, indicator or "nothing", "CRDT or DBIT")


def read_day(text: str, element: str, refuse: Refuse) -> date:
    """The day of a date or an instant, as the bank wrote it."""
    found = _parse_day(text)
    if found is None:
        raise refuse(element, text or "nothing", "a date that exists, as 2026-01-31")
    return found


def read_day_or_none(text: str, element: str, refuse: Refuse) -> date | None:
    """None where the element is not there; a date that does not exist is refused."""
    return read_day(text, element, refuse) if text else None


@lru_cache(maxsize=4096)
def _parse_day(text: str) -> date | None:
    found = _DAY.match(text)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None
