"""Filters and tags of the templates: amounts, days, states and the words of a decision."""

from datetime import date
from itertools import count
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html

from avstem import wording
from avstem.wording.glossary import term_text
from avstem.wording.people import who_text

register = template.Library()
#: So that no two explanations on a page have the same id, also where a part of it comes later.
_term_numbers = count(1)


register.filter("who", who_text)


@register.filter
def money(minor: int | None, currency: str = "NOK") -> str:
    """`1 234,50` with narrow no-break spaces and a real minus sign; a dash for None."""
    return "–" if minor is None else wording.amount_text(int(minor), currency)


@register.filter
def whole_money(minor: int, currency: str = "NOK") -> str:
    """Without its decimals, cut off: for the side of a drawing."""
    return wording.amount_text(int(minor), currency).partition(",")[0]


@register.filter
def plain_money(minor: int, currency: str = "NOK") -> str:
    """As an input holds it: ordinary characters, no spaces."""
    return wording.amount_text(int(minor), currency, grouped=False)


@register.filter
def unsigned(minor: int) -> int:
    """The amount without its sign: the column says the side."""
    return abs(minor)


@register.filter
def day(value: date | None) -> str:
    """`24.11.2026` in every language: the form of the bank and the books here."""
    return "–" if value is None else f"{value:%d.%m.%Y}"


@register.filter
def state_text(state: str) -> str:
    """The state's name."""
    return wording.state_text(state)


@register.filter
def kind_text(kind: str) -> str:
    """The name of a document's kind."""
    return wording.kind_text(kind)


@register.filter
def provider_text(provider: str) -> str:
    """What people call a payment provider."""
    return wording.PROVIDERS.get(provider, provider)


@register.filter
def line_kind_text(kind: str) -> str:
    """What a line of a payout is."""
    return wording.translate(wording.LINE_KINDS[kind])


@register.filter
def key(value: Any) -> str:
    """An id as it stands in an address or a form, never with thousands parted."""
    return str(value)


@register.simple_tag(takes_context=True)
def to(context: Context, name: str, *args: Any) -> str:
    """The address of a page of this company."""
    return reverse(name, args=[context["company"].orgnr, *args])


@register.simple_tag
def term(code: str, shown: str = "") -> str:
    """A word (`shown`, else the glossary's own) with its meaning on hover, focus and touch."""
    word, meaning = term_text(code)
    return format_html(
        '<span class="term"><button type="button" aria-describedby="term-{n}">{word}</button>'
        '<span role="tooltip" id="term-{n}">{meaning}</span></span>',
        n=next(_term_numbers),
        word=shown or word,
        meaning=meaning,
    )
