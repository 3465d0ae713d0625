"""Paying customers back, from the page of a credit note or of what stands on them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.refund_customer import refund_credit, refund_note
from avstem.store.models import PaymentOrder
from avstem.web.access import back, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.web.step_up import confirms


@posts
@confirms
def of_note(request: CompanyRequest, item_id: int) -> HttpResponse:
    """The order that pays an open credit note back."""
    _make(request, lambda **said: refund_note(item_id=item_id, **said))
    return back(request, "invoice", item_id)


@posts
@confirms
def of_credit(request: CompanyRequest, credit_id: int) -> HttpResponse:
    """The order that pays back what stands on a customer."""
    _make(request, lambda **said: refund_credit(credit_id=credit_id, **said))
    return back(request, "payments")


def _make(request: CompanyRequest, refund: Callable[..., PaymentOrder]) -> None:
    said: dict[str, Any] = {
        "company_id": request.company.pk,
        "account": request.POST.get("account", "").strip(),
        "actor": request.user.email,
        "now": timezone.now(),
    }

    def do() -> str:
        refund(**said)
        return _("The payment is made, and waits for somebody to approve it.")

    try_to(request, do)
