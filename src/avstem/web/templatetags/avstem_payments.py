"""Filters and tags of the payment pages: states, holds, days and the timeline in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from avstem.store.models import PaymentEvent
from avstem.wording import payment_codes, payments, people

register = template.Library()

#: States in which something is wrong, or nobody knows.
_WARNED = ("rejected", "returned", "unknown_outcome")
_WAITS = ("draft", "awaiting_approval", "awaiting_bank_approval")

register.filter("order_state", payments.order_state_text)
register.filter("order_step", payments.order_state_step)
register.filter("file_state", payments.file_state_text)
register.filter("hold", payments.hold_text)
register.filter("bar", payments.bar_text)
register.filter("day_reason", payments.day_reason_text)
register.filter("purpose", payments.purpose_text)
register.filter("charges", payments.charges_text)
register.filter("role", people.role_text)
register.filter("role_hint", people.role_hint)
register.filter("status_said", payment_codes.status_said)


@register.filter
def order_badge(state: str) -> str:
    """The look of a state's badge."""
    if state in _WARNED:
        return "warn"
    return "open" if state in _WAITS else "booked"


@register.filter
def words(text: str) -> list[str]:
    """The codes that stand with spaces between."""
    return text.split()


@register.filter
def reasons_said(reasons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The bank's reasons: what each code means, the next step, and the bank's own words."""
    return [
        {"said": payment_codes.reason_said(each["code"]), "texts": each.get("texts", [])}
        for each in reasons
    ]


@register.simple_tag
def event_said(event: PaymentEvent, currency: str) -> str:
    """A line of the timeline."""
    said = str(payment_codes.status_said(event.status)) if event.status else ""
    return payments.event_text(event.kind, event.facts, currency, said)
