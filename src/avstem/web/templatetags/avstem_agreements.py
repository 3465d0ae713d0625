"""What agreements are called, in the reader's words."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from avstem.domain.agreement import Days
from avstem.services.agreement_status import agreement_status
from avstem.web.views.agreement_order import Choice
from avstem.wording import papers
from avstem.wording.agreements import agreement_state_text, not_permitted_text

register = template.Library()


@register.filter
def agreement_state(state: str) -> str:
    """The state's name."""
    return agreement_state_text(state)


@register.filter
def why_not(choice: Choice) -> str:
    """Why the account cannot be connected; empty where it can."""
    if choice.why_not is None:
        return ""
    return not_permitted_text(choice.why_not, kind=choice.account.kind, bank=choice.has_it)


@register.filter
def channel(code: str) -> str:
    """How files go."""
    return papers.channel_text(code)


@register.filter
def span(days: Days) -> str:
    """`20.11.2026–22.11.2026`; one day alone is said once."""
    first, last = f"{days.first:%d.%m.%Y}", f"{days.last:%d.%m.%Y}"
    return first if first == last else f"{first}–{last}"


@register.inclusion_tag("web/_late.html", takes_context=True)
def late_agreements(context: Context) -> dict[str, Any]:
    """The agreements whose statements should have come by now, with the letter to the bank."""
    company = context["company"]
    found = agreement_status(company_id=company.pk, now=timezone.now())
    late = [each for each in found if each.is_live and (each.late or each.behind)]
    return {"company": company, "agreements": late}
