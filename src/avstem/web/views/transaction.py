"""One bank transaction: what the bank said, why it stands as it does, and what can be done."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from avstem.domain.errors import RefusalError
from avstem.services.undo_booking import foresee_undo
from avstem.store.queries.attachments import attachments_of, questions_of
from avstem.store.queries.company import ledger_accounts
from avstem.store.queries.transactions import Detail, Wanted, find_transaction, next_waiting
from avstem.store.settlement_candidates import settlement_of
from avstem.store.undoing import Reversal
from avstem.web.access import reads
from avstem.web.company import CompanyRequest
from avstem.web.explain import why
from avstem.wording import sentence
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
    undoing, refused = _undoing(request, detail)
    return {
        "pane": detail,
        "transaction": detail.row,
        "waits": waits,
        "why": why(detail),
        "undoing": undoing,
        "undo_refused": refused,
        "next_page": next_page,
        "beside": beside,
        "attachments": attachments_of(request.company.pk, detail.row.pk),
        "questions": questions_of(request.company.pk, detail.row.pk),
        "payout": settlement_of(request.company.pk, detail.row.pk),
        "ledger_accounts": ledger_accounts(request.company.pk) if waits else [],
        "vat_codes": list(VAT_LABELS) if waits else [],
    }


def _undoing(request: CompanyRequest, detail: Detail) -> tuple[Sequence[Reversal], str]:
    """The vouchers that undoing would post now, or why it would be refused."""
    if detail.row.state != "booked" or not request.may_change:
        return [], ""
    try:
        planned = foresee_undo(company_id=request.company.pk, transaction_id=detail.row.pk)
    except RefusalError as refusal:
        return [], sentence(refusal)
    return planned, ""


@reads
def show(request: CompanyRequest, transaction_id: int) -> HttpResponse:
    """The transaction on a page of its own."""
    detail = own_transaction(request, transaction_id)
    page = pane_context(request, detail, next_page=request.path, beside=False)
    waiting = Wanted(month=None)
    page["following"] = next_waiting(request.company.pk, detail.row.account_id, waiting, detail.row)
    return render(request, "web/transaction.html", page)
