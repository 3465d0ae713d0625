"""Payouts of payment providers: what each is made of, and where it is on the bank."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from avstem.store.models import Settlement
from avstem.store.queries.settlements import find_settlement, settlements_page
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.payout_bar import BarPart, bar_of


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """The company's payouts, newest first."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page, rows = settlements_page(request.company.pk, after=after, before=before)
    return render(
        request,
        "web/settlements.html",
        {
            "page": page,
            "rows": rows,
            "next_link": "?" + urlencode({"after": page.after}),
            "previous_link": "?" + urlencode({"before": page.before}),
        },
    )


@reads
def show(request: CompanyRequest, settlement_id: int) -> HttpResponse:
    """One payout: its sums, a bar of them, its lines, and what they do not explain."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    detail = find_settlement(request.company.pk, settlement_id, after=after, before=before)
    if detail is None:
        raise Http404
    return render(
        request,
        "web/settlement.html",
        {
            "detail": detail,
            "settlement": detail.row,
            "bar": _bar(detail.row),
            "page": detail.lines,
            "next_link": "?" + urlencode({"after": detail.lines.after}),
            "previous_link": "?" + urlencode({"before": detail.lines.before}),
        },
    )


def _bar(row: Settlement) -> list[BarPart]:
    """Where the sales went. What was paid out unexplained is parted from the rest of the net."""
    unexplained = row.unexplained_minor
    return bar_of(
        {
            "net": max(row.net_minor - max(unexplained, 0), 0),
            "fees": max(row.fees_minor, 0),
            "refunds": max(row.refunds_minor, 0),
            "other": max(-row.other_minor, 0),
            "unexplained": abs(unexplained),
        }
    )
