"""One payment: what it is, where it is, and what can be done with it. One invoice likewise."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from avstem.banks.dialects import dialect
from avstem.banks.directory import bank as bank_by_slug
from avstem.domain.payment_life import AT_HOME, CANCELLABLE_AT_BANK, CHANGEABLE, LIVE, OrderState
from avstem.services.cancel_payments import CancelledPayments, cancel_payments
from avstem.services.change_payment import change_payment
from avstem.services.pay_again import ENDED, LISTED
from avstem.store.listed import is_last_order
from avstem.store.models import OpenItem, PaymentOrder
from avstem.store.payment_sending import is_by_hand
from avstem.store.queries.like_bills import bills_like
from avstem.store.queries.payments import WAGES, ItemDetail, OrderTimeline, find_item, find_order
from avstem.store.queries.setting_off import counterparts, set_offs_of
from avstem.web.access import back, posts, reads, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_day
from avstem.web.payee_form import payee_form
from avstem.web.payment_form import read_ids
from avstem.web.step_up import ask, how_confirmed
from avstem.wording.cancel_message import cancel_message
from avstem.wording.payments import bank_approval_text

_CANCELLABLE = AT_HOME | CANCELLABLE_AT_BANK | {OrderState.IN_FILE}


@reads
def show(request: CompanyRequest, order_id: int) -> HttpResponse:
    """What the order is, its timeline, and the forms that change it."""
    found = _own(request, order_id)
    state = OrderState(found.order.state)
    page = {
        "found": found,
        "order": found.order,
        "like": _like(request, found.order.item),
        "changeable": state in CHANGEABLE,
        "cancellable": state in _CANCELLABLE,
        "asks_the_bank": state in CANCELLABLE_AT_BANK,
        "pays_again": _pays_again(found.order),
        "message": _message_to_bank(request, found),
        "bank_approval": _bank_approval(found.order),
        "to_carry": state is OrderState.IN_FILE and _is_by_hand(found.order),
    }
    return render(request, "web/payment.html", page)


def _pays_again(order: PaymentOrder) -> bool:
    """Wages and tax whose last payment has ended; a bill becomes ready by itself."""
    ended = order.purpose in LISTED and OrderState(order.state) in ENDED
    return (
        ended
        and order.item_id is not None
        and is_last_order(order.company_id, order.item_id, order.pk)
    )


def _own(request: CompanyRequest, order_id: int) -> OrderTimeline:
    found = find_order(request.company.pk, order_id)
    if found is None or _is_hidden(request, found.order.purpose):
        raise Http404
    return found


def _own_item(request: CompanyRequest, item_id: int) -> ItemDetail:
    found = find_item(request.company.pk, item_id)
    if found is None or _is_hidden(request, found.item.kind):
        raise Http404
    return found


def _is_hidden(request: CompanyRequest, purpose: str) -> bool:
    """A reader is told sums of wages, on the lists."""
    return purpose == WAGES and not request.sees_wages


def _message_to_bank(request: CompanyRequest, found: OrderTimeline) -> str:
    """What to write to a bank that takes no cancellations, once it was to be asked."""
    asked = any(event.kind == "cancel_by_letter" for event in found.events)
    is_there = OrderState(found.order.state) in CANCELLABLE_AT_BANK
    return cancel_message(found.order, request.company) if asked and is_there else ""


def _bank_approval(order: PaymentOrder) -> str:
    """What the bank of an order that has left may want of a person, by the agreement."""
    state = OrderState(order.state)
    if not order.file:
        return ""
    agreement = order.file.agreement
    way = dialect(bank_by_slug(agreement.bank).dialect).approval(agreement.bank_approves)
    if state is OrderState.AWAITING_BANK_APPROVAL:
        return bank_approval_text("not_expected" if way == "never" else "")
    return bank_approval_text(way) if state in (OrderState.SENT, OrderState.RECEIVED) else ""


def _is_by_hand(order: PaymentOrder) -> bool:
    return order.file is not None and is_by_hand(order.file.agreement)


@reads
def invoice(request: CompanyRequest, item_id: int) -> HttpResponse:
    """One invoice: what is left of it, what settled it, and where its payment is."""
    found = _own_item(request, item_id)
    item = found.item
    page = {"found": found, "item": item, "like": _like(request, item), **payee_form(item)}
    on_its_way = any(OrderState(each.order.state) in LIVE for each in found.orders)
    is_note = item.kind == "customer_credit_note" and item.remaining_minor > 0
    page["refundable"] = is_note and not on_its_way
    page |= {"against": [] if on_its_way else counterparts(item), "set_offs": set_offs_of(item)}
    return render(request, "web/invoice.html", page)


def _like(request: CompanyRequest, item: OpenItem | None) -> list[OpenItem]:
    return bills_like(request.company.pk, [item]).get(item.pk, []) if item else []


@reads
def compare(request: CompanyRequest, item_id: int, other_id: int) -> HttpResponse:
    """Two bills beside each other, and what differs."""
    pair = [_own_item(request, each) for each in (item_id, other_id)]
    return render(request, "web/compare_bills.html", {"pair": pair})


@posts
def change(request: CompanyRequest, order_id: int) -> HttpResponse:
    """Another day or account number; what was approved of it is not any more."""
    _own(request, order_id)
    day = request.POST.get("day", "").strip()
    account = request.POST.get("account", "").strip()
    if account and not how_confirmed(request):
        return ask(request)

    def do() -> str:
        change_payment(
            order_id=order_id,
            pay_on=parse_day(day) if day else None,
            creditor_account=account or None,
            **_by(request),
        )
        return _("Changed. It must be approved as it is now.")

    try_to(request, do)
    return back(request, "payment", order_id)


@reads
def cancel(request: CompanyRequest) -> HttpResponse:
    """Take payments back, or ask the bank to; by those who may change or approve."""
    if request.method != "POST" or not (request.may_change or request.may_approve):
        return redirect("payments", request.company.orgnr)

    def do() -> str:
        done = cancel_payments(
            order_ids=read_ids(request.POST.getlist("order")),
            reason=request.POST.get("reason", ""),
            **_by(request),
        )
        return _cancelled_text(done)

    try_to(request, do)
    return back(request, "payments")


def _cancelled_text(done: CancelledPayments) -> str:
    said = []
    if done.taken_out:
        said.append(
            ngettext(
                "%(count)d payment is cancelled.", "%(count)d payments are cancelled.",
                len(done.taken_out),
            ) % {"count": len(done.taken_out)}
        )  # fmt: skip
    if done.requests:
        said.append(_("The bank is asked with the next file."))
    said += [
        _("%(bank)s takes no cancellations: write to it about %(payment)s. The message is ready.")
        % {"bank": bank, "payment": order.end_to_end_id}
        for bank, order in done.by_letter
    ]
    return " ".join(said) or _("The bank has been asked already.")


def _by(request: CompanyRequest) -> dict[str, Any]:
    return {
        "company_id": request.company.pk,
        "actor": request.user.email,
        "now": timezone.now(),
    }
