"""Alarms of the payment pages: what is late, and what was paid more than once."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from avstem.banks.directory import bank as bank_by_slug
from avstem.domain.payment_life import OrderState
from avstem.services.note_refused import REFUSABLE
from avstem.store.models import OpenItem, PaymentOrder
from avstem.store.queries.double_debits import double_debits
from avstem.store.queries.files_to_carry import files_to_carry
from avstem.store.queries.late_payments import LatePayment, late_of, late_payments
from avstem.store.queries.payments import WAGES
from avstem.wording.payment_late import late_step, late_text

register = template.Library()

#: So many are named on a page; those that are due longest come first.
SHOWN_MAX = 20


@register.inclusion_tag("web/_late_payments.html", takes_context=True, name="late_payments")
def late(context: Context, order: PaymentOrder | None = None) -> dict[str, Any]:
    """The company's late payments, or this one if it is, each with what to do."""
    company, today = context["company"], timezone.localdate()
    if order is None:
        found = late_payments(company.pk, today)
        if not context.get("sees_wages"):
            found = [each for each in found if each.order.purpose != WAGES]
    else:
        own = late_of(company.pk, order, today)
        found = [own] if own else []
    is_refusable = order is not None and OrderState(order.state) in REFUSABLE
    return {
        "company": company,
        "late": found,
        "shown": [_said(row) for row in found[:SHOWN_MAX]],
        "refusable": order if is_refusable else None,
        "may_change": context.get("may_change"),
        "csrf_token": context.get("csrf_token"),
    }


def _said(found: LatePayment) -> dict[str, Any]:
    order, kind = found.order, found.late.kind.value
    assert order.file is not None, "only what is in a file is late"
    name, broken = order.file.message_id, [row.remote_name for row in found.broken]
    return {
        "order": order,
        "broken": broken,
        "what": late_text(kind, found.late.due, name),
        "next": late_step(kind, name, order.end_to_end_id, broken),
    }


@register.inclusion_tag("web/_double_debits.html", takes_context=True)
def double_debits_found(context: Context, item: OpenItem | None = None) -> dict[str, Any]:
    """Bills that were paid more than once, or this one if it was."""
    company = context["company"]
    found = double_debits(company.pk)
    return {
        "company": company,
        "doubles": [each for each in found if item is None or each.item.pk == item.pk],
    }


@register.inclusion_tag("web/_files_to_carry.html", takes_context=True, name="files_to_carry")
def carried(context: Context) -> dict[str, Any]:
    """The files that wait for a person to take them to a bank, each with its bank's name."""
    company = context["company"]
    return {
        "company": company,
        "carried": [
            (file, bank_by_slug(file.agreement.bank).name) for file in files_to_carry(company.pk)
        ],
        "may_change": context.get("may_change"),
        "csrf_token": context.get("csrf_token"),
    }
