"""The days of a feed in the reader's words, and the sign that stands for each beside its colour."""

from django import template

from avstem import wording
from avstem.domain.feed import FAULTS, FILLABLE, DayState
from avstem.domain.money import parse_minor
from avstem.wording.feed import day_state_help, day_state_text

register = template.Library()
_SIGNS = {
    DayState.PRESENT: "✓",
    DayState.QUIET: "·",
    DayState.TOLD: "○",
    DayState.AWAITED: "…",
    DayState.CLOSED: "–",
    DayState.OUTSIDE: "",
}


@register.filter
def day_name(state: DayState) -> str:
    """What the day is called."""
    return day_state_text(state.value)


@register.filter
def day_help(state: DayState) -> str:
    """What it says, in a sentence."""
    return day_state_help(state.value)


@register.filter
def told_amount(decimal: str, currency: str) -> str:
    """`1 234,50` of an amount that is kept as the bank wrote it, `1234.50`."""
    return wording.amount_text(parse_minor(decimal, currency), currency)


@register.filter
def day_sign(state: DayState) -> str:
    """A sign for those who do not see colours: `!` is to be looked at, `+` to be filled."""
    if state in FAULTS:
        return "!"
    return "+" if state in FILLABLE else _SIGNS[state]
