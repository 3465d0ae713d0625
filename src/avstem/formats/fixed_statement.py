"""What national statement files share: implied decimals, two-digit years, a bound on what is held.

Such files tell the closing balance and the control totals after the entries: a statement is held
until they have been read.
"""

from collections.abc import Callable
from datetime import date

from avstem.domain.errors import InvalidValueError, UnreadableFileError
from avstem.domain.money import Money

#: Refuses a line: `refuse(found, expected)` gives the exception.
RefuseLine = Callable[[str, str], UnreadableFileError]

#: The most records in one statement; they are held in some 300 MB.
RECORDS_MAX = 300_000
#: Two-digit years from here on are of the 1900s.
_CENTURY_TURNS = 70


def implied_money(digits: str, decimals: int, currency: str, refuse: RefuseLine) -> Money:
    """An unsigned amount of digits alone, the last `decimals` (0 to 9) of them after the point.

    More decimals than the currency has are taken only where they are zeros.
    """
    if not (digits.isascii() and digits.isdigit()):
        raise refuse(digits, f"an amount: {len(digits)} digits")
    whole = digits.rjust(decimals + 1, "0")
    try:
        return Money.parse(
            f"{whole[: len(whole) - decimals]}.{whole[len(whole) - decimals :]}", currency
        )
    except InvalidValueError as wrong:
        raise refuse(wrong.found, wrong.expected) from wrong


def day_yymmdd(text: str, what: str, refuse: RefuseLine) -> date:
    """A day written YYMMDD; years from 70 on are of the 1900s."""
    if len(text) != len("YYMMDD") or not (text.isascii() and text.isdigit()):
        raise refuse(text, f"{what}: six digits, YYMMDD")
    year = int(text[:2])
    try:
        return date(
            year + (1900 if year >= _CENTURY_TURNS else 2000), int(text[2:4]), int(text[4:])
        )
    except ValueError as wrong:
        raise refuse(text, f"{what}: a day that exists") from wrong


def require_few(count: int, refuse: RefuseLine) -> None:
    """Refuse the record that is one too many for its statement."""
    if count > RECORDS_MAX:
        raise refuse(f"more than {RECORDS_MAX} records in one statement", "smaller statements")


def one_line(*parts: str) -> str:
    """Fields that continue each other as one text, each run of blanks as one."""
    return " ".join("".join(parts).split())


def texts(*parts: str) -> tuple[str, ...]:
    """Those texts that say something, without the blanks around them."""
    return tuple(found for part in parts if (found := one_line(part)))
