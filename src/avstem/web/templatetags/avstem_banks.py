"""What the bank directory says, in the reader's words."""

from collections.abc import Iterable
from datetime import time

from django import template

from avstem.banks.bank import Fee
from avstem.wording import banks as words

register = template.Library()


@register.filter
def bank_text(code: str, kind: str) -> str:
    """One code: `{{ step|bank_text:"step" }}`."""
    return words.bank_text(code, kind)


@register.filter
def bank_fee(fee: Fee, may_cost: bool | None = None) -> str:
    """What the agreement costs."""
    return words.fee_text(fee, may_cost=may_cost)


@register.filter
def clock(times: Iterable[time]) -> str:
    """`08:45, 10:00`; midnight is 00:00."""
    return ", ".join(f"{each:%H:%M}" for each in times)
