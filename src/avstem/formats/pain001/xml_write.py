"""The few shapes that pain.001 and camt.055 share, as strings of XML."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from avstem.domain.money import Money, minor_digits

_CONTROL_SUM_DIGITS = 18


def tag(name: str, text: str) -> str:
    """An element with text; nothing where there is no text."""
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def within(name: str, *inner: str) -> str:
    """An element around others; nothing where there are none."""
    joined = "".join(inner)
    return f"<{name}>{joined}</{name}>" if joined else ""


def amount(name: str, money: Money) -> str:
    """An amount with its currency."""
    return f'<{name} Ccy="{money.currency}">{money.decimal()}</{name}>'


def agent(name: str, bic: str, *, is_generation_2: bool) -> str:
    """A bank by its BIC."""
    return within(name, within("FinInstnId", tag("BICFI" if is_generation_2 else "BIC", bic)))


def other_id(text: str, scheme: str) -> str:
    """One `Othr` with the scheme its id belongs to."""
    return within("Othr", tag("Id", text), within("SchmeNm", tag("Cd", scheme))) if text else ""


def control_sum(amounts: Iterable[Money]) -> str | None:
    """The sum of the amounts whatever their currencies; None where it has more than 18 digits.

    >>> control_sum([Money(1050, "NOK"), Money(7, "JPY"), Money(1, "KWD")])
    '17.501'
    """
    # Four decimals hold every currency's own.
    scaled = sum(each.minor * 10 ** (4 - minor_digits(each.currency)) for each in amounts)
    whole, fraction = divmod(scaled, 10_000)
    decimals = f"{fraction:04d}".rstrip("0").ljust(2, "0")
    found = f"{whole}.{decimals}"
    return found if len(found) <= _CONTROL_SUM_DIGITS + 1 else None
