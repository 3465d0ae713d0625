"""One bank transaction: what the bank said, why it stands as it does, and what can be done."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from avstem.store.queries.attachments import attachments_of, questions_of
from avstem.store.queries.company import ledger_accounts
from avstem.store.queries.transactions import Detail, find_transaction
from avstem.store.settlement_candidates import settlement_of
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.explain import why
from avstem.wording.rules import VAT_LABELS


def own_transaction(request: CompanyRequest, transaction_id: int) -> Detail:
    """The company's own transaction; 404 for any other."""
    detail = find_transaction(request.company.pk, transaction_id)
    if detail is None:
        raise Http404
    return detail


def pane_context(
    request: CompanyRequest, detail: Detail, *, next_page: str, beside: bool
) -> dict[str, Any]:
    """What the transaction's template needs; `next_page` is where its actions lead back to."""
    waits = detail.row.state in ("open", "suggested")
    return {
        "pane": detail,
        "transaction": detail.row,
        "waits": waits,
        "why": why(detail),
        "next_page": next_page,
        "beside": beside,
        "attachments": attachments_of(request.company.pk, detail.row.pk),
        "questions": questions_of(request.company.pk, detail.row.pk),
        "payout": settlement_of(request.company.pk, detail.row.pk),
        "ledger_accounts": ledger_accounts(request.company.pk) if waits else [],
        "vat_codes": list(VAT_LABELS) if waits else [],
    }


@reads
def show(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """The transaction on a page of its own."""
    detail = own_transaction(request, transaction_id)
    page = pane_context(request, detail, next_page=request.path, beside=False)
    return render(request, "web/transaction.html", page)
