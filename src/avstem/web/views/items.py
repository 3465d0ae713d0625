"""Open items: what customers owe, and what is owed to suppliers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from avstem.store.queries.items import items_page, left_by_currency
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.inputs import find_amount


@reads
def listing(request: CompanyRequest, side: str) -> HttpResponse:
    """One side's items, open or settled."""
    if side not in ("customers", "suppliers"):
        raise Http404
    words = " ".join(request.GET.get("q", "")[:100].split())
    closed = request.GET.get("show") == "settled"
    page = items_page(
        request.company.pk,
        customers=side == "customers",
        closed=closed,
        words=words,
        amount_minor=find_amount(words, request.company.currency),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    kept = {"q": words} if words else {}
    shown = {"show": "settled"} if closed else {}
    return render(
        request,
        "web/items.html",
        {
            "side": side,
            "today": timezone.localdate(),
            "page": page,
            "words": words,
            "closed": closed,
            "left": left_by_currency(request.company.pk, customers=side == "customers"),
            "open_link": "?" + urlencode(kept),
            "closed_link": "?" + urlencode({**kept, "show": "settled"}),
            "next_link": "?" + urlencode({**kept, **shown, "after": page.after}),
            "previous_link": "?" + urlencode({**kept, **shown, "before": page.before}),
        },
    )
