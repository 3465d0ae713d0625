"""What stands on parties: drawn for their invoices, taken back, or to be paid back."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem import wording
from avstem.services.draw_credit import draw_credit
from avstem.services.undo_draw import undo_draw
from avstem.store.models import CreditUse
from avstem.store.queries.credits import (
    CreditRow,
    DrawProposal,
    credits_list,
    uses_that_stand,
)
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.wording.credits import cause_text

CREDITS_SHOWN_MAX, USES_SHOWN_MAX = 50, 50


@dataclass(frozen=True)
class Reading:
    """A document that the credit may be for, with what speaks for it and against."""

    draw: DrawProposal
    agrees: list[str]
    disagrees: list[str]


@reads
def listing(request: CompanyRequest, side: str) -> HttpResponse:
    """One side's credits, the oldest first, and what was drawn of late."""
    if side not in ("customers", "suppliers"):
        raise Http404
    company_id, customers = request.company.pk, side == "customers"
    rows = [each for each in credits_list(company_id) if each.is_customer == customers]
    uses = uses_that_stand(company_id, customers=customers, most=USES_SHOWN_MAX)
    return render(
        request,
        "web/credits.html",
        {
            "side": side,
            "credits": [_shown(each) for each in rows[:CREDITS_SHOWN_MAX]],
            "count": len(rows),
            "uses": [(each, _how(each)) for each in uses],
        },
    )


def _shown(row: CreditRow) -> dict[str, object]:
    currency = row.posting.currency
    return {
        "row": row,
        "cause": cause_text(row.cause),
        "readings": [_reading(each, currency) for each in row.draws],
    }


def _reading(draw: DrawProposal, currency: str) -> Reading:
    said = [
        (each.agrees, wording.reason_text(each.code, each.facts, currency)) for each in draw.reasons
    ]
    return Reading(
        draw,
        agrees=[text for agrees, text in said if agrees],
        disagrees=[text for agrees, text in said if not agrees],
    )


def _how(use: CreditUse) -> str:
    return _("by a person") if use.rule == "by_hand" else _("by itself")


@posts
def draw(request: CompanyRequest, credit_id: int) -> HttpResponse:
    """Settle the document in `item` with the credit."""
    item = request.POST.get("item", "")
    item_id = int(item) if item.isdecimal() and len(item) < 19 else 0

    def do() -> str:
        voucher = draw_credit(
            company_id=request.company.pk,
            credit_id=credit_id,
            item_id=item_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("Drawn: voucher %(voucher)s.") % {"voucher": voucher}

    try_to(request, do)
    return _to_the_side(request)


@posts
def undo(request: CompanyRequest, voucher_id: int) -> HttpResponse:
    """Take back the use of a credit that made the voucher."""

    def do() -> str:
        voucher = undo_draw(
            company_id=request.company.pk,
            voucher_id=voucher_id,
            actor=request.user.email,
            now=timezone.now(),
        )
        return _("Taken back: voucher %(voucher)s reverses it.") % {"voucher": voucher}

    try_to(request, do)
    return _to_the_side(request)


def _to_the_side(request: CompanyRequest) -> HttpResponse:
    side = "suppliers" if request.POST.get("side") == "suppliers" else "customers"
    return back(request, "credits", side)
