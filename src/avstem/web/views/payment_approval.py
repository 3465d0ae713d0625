"""Approving payments: exactly what the hash covers is shown, and nothing else is approved."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avstem.domain.errors import InvalidValueError, RefusalError
from avstem.services.approve_payments import approve_payments
from avstem.services.pay_again import LISTED
from avstem.store import payments
from avstem.store.approvals import approver, approvers, needs_reason, refusal_of
from avstem.store.models import PaymentOrder
from avstem.store.queries.like_bills import bills_like
from avstem.store.queries.payments import approvals_of, listed_to_approve
from avstem.web.access import approves, back, try_to
from avstem.web.company import CompanyRequest
from avstem.web.payment_form import read_ids, totals
from avstem.web.step_up import confirms, how_confirmed
from avstem.wording import sentence

#: So many are shown and approved at once; the form's fields have a limit (settings).
APPROVED_MAX = 1_000


@approves
@confirms
def show(request: CompanyRequest) -> HttpResponse:
    """The chosen payments as they are approved, or with POST: the yes to what was seen."""
    if request.method == "POST":
        return _approve(request)
    try:
        orders = _chosen(request)
    except RefusalError as refusal:
        messages.error(request, sentence(refusal))
        return redirect(reverse("payments", args=[request.company.orgnr]) + "?tab=approve")
    rows = _rows(request, orders)
    going = [row["order"] for row in rows if not row["stop"]]
    listed = [row for row in rows if row["order"].purpose in LISTED]
    page = {
        "rows": [row for row in rows if row["order"].purpose not in LISTED],
        "listed": listed,
        "listed_sums": _sums(row["order"] for row in listed),
        "listed_holds": sorted({row["order"].purpose for row in listed}),
        "going": going,
        "totals": totals(going),
        "needs_reason": any(row["needs_reason"] for row in rows),
        "approvers": approvers(request.company.pk),
    }
    return render(request, "web/approve_payments.html", page)


def _chosen(request: CompanyRequest) -> list[PaymentOrder]:
    """Those that are ticked, or with `all` all wages, or all tax, that wait.

    More than `APPROVED_MAX` are approved by asking again.
    """
    kind = request.GET.get("all", "")
    if kind in LISTED:
        return list(listed_to_approve(request.company.pk, kind)[:APPROVED_MAX])
    wanted = read_ids(request.GET.getlist("order"))
    if len(wanted) > APPROVED_MAX:
        raise InvalidValueError("payments", str(len(wanted)), f"at most {APPROVED_MAX}")
    return payments.get_orders(request.company.pk, wanted)


def _rows(request: CompanyRequest, orders: Sequence[PaymentOrder]) -> list[dict[str, Any]]:
    """Each order with who said yes, what it is like, and why this person may not approve it."""
    company_id, who = request.company.pk, approver(request.company.pk, request.user.email)
    approvals = approvals_of(company_id, orders)
    like = bills_like(company_id, [order.item for order in orders if order.item])
    rows = []
    for order in orders:
        said = approvals.get(order.pk, [])
        # A reason can still be written: what it would allow is no stop.
        stop = refusal_of(order, who, reason="…")
        rows.append({
            "order": order,
            "approvals": said,
            "missing": max(order.approvals_needed - len(said), 0),
            "is_mine": any(each.person == request.user.email for each in said),
            "like": like.get(order.item_id or 0, []),
            "needs_reason": stop is None and needs_reason(order, who),
            "stop": sentence(stop) if stop else "",
        })  # fmt: skip
    return rows


def _sums(orders: Iterable[PaymentOrder]) -> list[tuple[str, int]]:
    """What the wages and the tax come to, in øre."""
    sums: Counter[str] = Counter()
    for order in orders:
        sums[order.purpose] += order.amount_minor
    return sorted(sums.items())


def _approve(request: CompanyRequest) -> HttpResponse:
    def do() -> str:
        wanted = read_ids(request.POST.getlist("order"))
        orders = approve_payments(
            company_id=request.company.pk,
            order_ids=wanted,
            seen={each: request.POST.get(f"seen-{each}", "") for each in wanted},
            reason=request.POST.get("reason", ""),
            confirmed_by=how_confirmed(request),
            person=request.user.email,
            now=timezone.now(),
        )
        done = sum(order.state == "approved" for order in orders)
        waits = len(orders) - done
        said = ngettext(
            "%(count)d payment is approved.", "%(count)d payments are approved.", done
        ) % {"count": done}
        if done:
            said += " " + _(
                "What is approved goes with the next file, and stands under In progress."
            )
        if waits:
            said += " " + ngettext(
                "%(count)d waits for one more person.", "%(count)d wait for one more person.", waits
            ) % {"count": waits}  # fmt: skip
        return said

    try_to(request, do)
    return back(request, "payments")
