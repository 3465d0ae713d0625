"""Wages and tax from a list: what became of each row; and one of them paid anew."""

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.errors import InvalidValueError, RefusalError
from avstem.domain.open_item import ItemKind
from avstem.services.import_payment_list import ListTaken, import_payment_list
from avstem.services.pay_again import pay_again
from avstem.store.payments import takes_payments
from avstem.web.access import back, changes, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.wording import sentence

#: The kinds of list, the more frequent one first.
KINDS = (ItemKind.SALARY.value, ItemKind.TAX.value)


@changes
def show(request: CompanyRequest) -> HttpResponse:
    """The form; after sending, what became of the rows."""
    page: dict[str, Any] = {
        "kinds": KINDS,
        "kind": request.POST.get("kind") or request.GET.get("kind") or KINDS[0],
        "takes_payments": takes_payments(request.company.pk),
    }
    if request.method == "POST":
        try:
            taken = _take(request)
        except RefusalError as refusal:
            page["refused"] = sentence(refusal)
        else:
            page["taken"] = taken
            page["rows"] = [(each.line, sentence(each.refusal)) for each in taken.refused]
    return render(request, "web/payment_list.html", page)


def _take(request: CompanyRequest) -> ListTaken:
    kind, sent = request.POST.get("kind", ""), request.FILES.get("file")
    if kind not in KINDS:
        raise InvalidValueError("kind", kind[:60] or "nothing", ", ".join(KINDS))
    if sent is None:
        raise InvalidValueError("file", "nothing", "a list to take in")
    # Uploads are files on the disk (settings), however small.
    file: Any = sent
    return import_payment_list(
        company_id=request.company.pk,
        path=Path(file.temporary_file_path()),
        name=str(file.name)[:200],
        kind=ItemKind(kind),
        actor=request.user.email,
        now=timezone.now(),
    )


@posts
def again(request: CompanyRequest, order_id: int) -> HttpResponse:
    """A new payment of what is still owed; it waits for approval."""

    def do() -> str:
        order = pay_again(
            company_id=request.company.pk, order_id=order_id, actor=request.user.email,
            now=timezone.now(),
        )  # fmt: skip
        return _("A new payment to %(name)s waits for approval.") % {"name": order.creditor_name}

    try_to(request, do)
    return back(request, "payment", order_id)
