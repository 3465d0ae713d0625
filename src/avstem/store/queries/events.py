"""The audit chain as people read it: who did what, when, newest first."""

from avstem.store.models import AuditEvent
from avstem.store.queries.keyset import Order, Page, page_of

_NEWEST = Order((("sequence", int),))


def events_page(
    company_id: int, *, actor: str = "", after: str = "", before: str = ""
) -> Page[AuditEvent]:
    """One page of the company's events; of one person's where `actor` says so."""
    rows = AuditEvent.objects.filter(company_id=company_id)
    if actor:
        rows = rows.filter(actor=actor)
    return page_of(rows, _NEWEST, after=after, before=before)
