"""The audit log: who did what, when. Nothing in it can be changed or taken out."""

import re
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from avstem.store.models import AuditEvent
from avstem.store.queries.events import events_page
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.wording.event_facts import fact_name, fact_value
from avstem.wording.events import event_text

#: How many of an event's facts, and how much of each, stand in its row.
FACTS_SHOWN, CHARACTERS_SHOWN = 6, 80
#: So much of a SHA-256 tells it from every other; the whole one stands in the chain.
_HASH, _HASH_SHOWN = re.compile(r"[0-9a-f]{64}"), 12


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """All events, the newest first; of one person where the address says so."""
    actor = request.GET.get("who", "")[:140]
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = events_page(request.company.pk, actor=actor, after=after, before=before)
    kept = {"who": actor} if actor else {}
    return render(
        request,
        "web/events.html",
        {
            "page": page,
            "actor": actor,
            "lines": [(each, event_text(each.action), list(_facts(each))) for each in page.rows],
            "next_link": "?" + urlencode({**kept, "after": page.after}),
            "previous_link": "?" + urlencode({**kept, "before": page.before}),
        },
    )


def _facts(event: AuditEvent) -> Iterator[tuple[str, str]]:
    """Names and numbers, for whoever has to trace something."""
    for name, value in list(event.facts.items())[:FACTS_SHOWN]:
        yield fact_name(name), _short(fact_value(name, value))


def _short(said: str) -> str:
    said = _HASH.sub(lambda whole: whole[0][:_HASH_SHOWN] + "…", said)
    return said if len(said) <= CHARACTERS_SHOWN else said[: CHARACTERS_SHOWN - 1] + "…"
