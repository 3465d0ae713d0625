"""Vouchers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from avstem.store.queries.attachments import attachments_of
from avstem.store.queries.vouchers import find_voucher, vouchers_page
from avstem.web.access import reads
from avstem.web.company import CompanyRequest


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """All vouchers, the newest first."""
    words = " ".join(request.GET.get("q", "")[:100].split())
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = vouchers_page(request.company.pk, words=words, after=after, before=before)
    kept = {"q": words} if words else {}
    return render(
        request,
        "web/vouchers.html",
        {
            "page": page,
            "words": words,
            "next_link": "?" + urlencode({**kept, "after": page.after}),
            "previous_link": "?" + urlencode({**kept, "before": page.before}),
        },
    )


@reads
def show(request: CompanyRequest, voucher_id: int) -> HttpResponse:
    """One voucher with its postings."""
    found = find_voucher(request.company.pk, voucher_id)
    if found is None:
        raise Http404
    transaction = found.row.transaction_id
    attached = attachments_of(request.company.pk, transaction) if transaction else []
    return render(request, "web/voucher.html", {"voucher": found, "attachments": attached})
