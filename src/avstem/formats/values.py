"""What every reader needs: to refuse with a place, to keep a notice, to read a comma amount."""

import re
from collections.abc import Callable

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.money import Money
from avstem.domain.statement import Notice

#: Refuses the element or field of that name: `refuse("Amt", found, expected)` gives the exception.
Refuse = Callable[[str, str, str], UnreadableFileError]

#: A file that is odd in every entry needs no more than these to say so.
NOTICES_MAX = 1_000

_COMMA_AMOUNT = re.compile(r"[+-]?\d{1,18}(?:,\d{0,17})?\Z", re.ASCII)


def notice(notices: list[Notice], code: str, place: str, found: str = "") -> None:
    """Keep a notice, up to a bound."""
    if len(notices) < NOTICES_MAX:
        notices.append(Notice(code, place, found[:60]))


def read_comma_amount(text: str, currency: str, field: str, refuse: Refuse) -> Money:
    """An amount with a decimal comma and nothing else; a dot or a space is refused."""
    if not _COMMA_AMOUNT.match(text):
        raise refuse(field, text or "nothing", "an amount with a comma, as 1250,00")
    try:
        return Money.parse(text.replace(",", "."), currency)
    except InvalidValueError as wrong:
        raise refuse(field, wrong.found, wrong.expected) from wrong
