"""Filters for the pages of booking rules."""

from datetime import date

from django import template

from avstem import wording
from avstem.web.templatetags.avstem_web import day
from avstem.wording.rules import STANDING_RULES, TEXT_MATCHES, VAT_LABELS

register = template.Library()


@register.filter
def standing_text(standing: str) -> str:
    """The name of a rule that is there from the start."""
    return wording.translate(STANDING_RULES[standing])


@register.filter
def match_text(match: str) -> str:
    """What a way of matching asks of the text."""
    return wording.translate(TEXT_MATCHES[match])


@register.filter
def vat_text(code: str) -> str:
    """A VAT code with what it is."""
    return f"{code}: {wording.translate(VAT_LABELS[code])}" if code else "–"


@register.filter
def iso_day(value: str) -> str:
    """`24.11.2026` of a day that a document holds as `2026-11-24`."""
    return day(date.fromisoformat(value))


@register.filter
def percent(per_mille: int) -> str:
    """`33,3 %` of 333."""
    whole, tenth = divmod(per_mille, 10)
    return f"{whole},{tenth} %" if tenth else f"{whole} %"
