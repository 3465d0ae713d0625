"""Payments: what is ready, to approve, in progress, rejected and done."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avstem.domain.payment_shield import Bar
from avstem.services.prepare_payments import prepare_payments
from avstem.store.models import PaymentOrder
from avstem.store.payable import payable_bills
from avstem.store.payments import standing_approval
from avstem.store.queries.accounts import standings
from avstem.store.queries.cash_ahead import cash_ahead
from avstem.store.queries.payments import (
    TABS,
    approvals_of,
    listed_counts,
    orders_page,
    reasons_of,
    tab_counts,
    wages_in,
)
from avstem.web.access import back, posts, reads, try_to
from avstem.web.cash_shown import by_account
from avstem.web.company import CompanyRequest
from avstem.web.payment_form import BILLS_SHOWN_MAX, read_choices, totals


@reads
def listing(request: CompanyRequest) -> HttpResponse:
    """One of the tabs; what is ready comes first."""
    tab = request.GET.get("tab", "")
    counts = tab_counts(request.company.pk)
    page: dict[str, Any] = {"tab": tab if tab in TABS else "ready", "counts": counts}
    page |= _orders(request, tab) if tab in TABS else _ready(request)
    return render(request, "web/payments.html", page)


def _ready(request: CompanyRequest) -> dict[str, Any]:
    """Bills that can be paid and those that cannot, with cash ahead beside them."""
    bills = payable_bills(request.company.pk, now=timezone.now())
    ready = [each for each in bills if each.bar is None]
    company_id, today = request.company.pk, timezone.localdate()
    balances = standings(company_id)
    found = cash_ahead(company_id, today=today, found=balances)
    return {
        "without_agreement": any(each.bar is Bar.NO_AGREEMENT for each in bills),
        "ready": ready[:BILLS_SHOWN_MAX],
        "ready_count": len(ready),
        "barred": [each for each in bills if each.bar is not None][:BILLS_SHOWN_MAX],
        "totals": totals(ready[:BILLS_SHOWN_MAX]),
        "standing": standing_approval(request.company.pk),
        "ahead": found,
        "cash_by_account": by_account(company_id, balances, found, today),
    }


def _orders(request: CompanyRequest, tab: str) -> dict[str, Any]:
    company_id = request.company.pk
    found = orders_page(
        company_id, tab, after=request.GET.get("after", ""), before=request.GET.get("before", ""),
        wages=request.sees_wages,
    )  # fmt: skip
    hidden = (0, 0) if request.sees_wages else wages_in(company_id, tab)
    return {
        "wages_count": hidden[0],
        "wages_minor": hidden[1],
        "listed": listed_counts(company_id) if tab == "approve" and request.may_approve else [],
        "page": found,
        "rows": _rows(company_id, found.rows),
        "next_link": "?" + urlencode({"tab": tab, "after": found.after}),
        "previous_link": "?" + urlencode({"tab": tab, "before": found.before}),
    }


def _rows(company_id: int, orders: Sequence[PaymentOrder]) -> list[dict[str, Any]]:
    """Each order with who said yes to it and why the bank said no."""
    approvals = approvals_of(company_id, orders)
    reasons = reasons_of(company_id, orders)
    return [
        {
            "order": order,
            "approvals": approvals.get(order.pk, []),
            "reasons": reasons.get(order.pk, []),
        }
        for order in orders
    ]


@posts
def prepare(request: CompanyRequest) -> HttpResponse:
    """Make orders of the bills that are ticked."""

    def do() -> str:
        done = prepare_payments(
            company_id=request.company.pk,
            choices=read_choices(request.POST, request.company.currency),
            actor=request.user.email,
            now=timezone.now(),
        )
        said = ngettext(
            "%(count)d payment is made.", "%(count)d payments are made.", len(done.orders)
        ) % {"count": len(done.orders)}
        if done.barred:
            numbers = ", ".join(each.item.number for each in done.barred[:5])
            said += " " + _("Not made: %(numbers)s.") % {"numbers": numbers}
        return said

    try_to(request, do)
    return back(request, "payments")
