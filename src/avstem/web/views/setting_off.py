"""A credit note set off against an invoice, from the page of either, and taken back."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.domain.open_item import ItemKind
from avstem.services.set_off import set_off, undo_set_off
from avstem.store.models import OpenItem
from avstem.web.access import back, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.web.inputs import parse_amount


@posts
def do(request: CompanyRequest, item_id: int) -> HttpResponse:
    """As much as both have, or so much."""
    item = OpenItem.objects.filter(company_id=request.company.pk, pk=item_id).first()
    other = request.POST.get("other", "")
    if item is None or not other.isdecimal() or len(other) > 18:
        raise Http404
    note, invoice = item_id, int(other)
    if not ItemKind(item.kind).is_credit_note:
        note, invoice = invoice, note
    amount = request.POST.get("amount", "").strip()

    def act() -> str:
        voucher = set_off(
            company_id=request.company.pk, note_id=note, invoice_id=invoice,
            amount_minor=parse_amount(amount, item.currency) if amount else None,
            actor=request.user.email, now=timezone.now(),
        )  # fmt: skip
        return _("Set off: voucher %(voucher)s.") % {"voucher": voucher}

    try_to(request, act)
    return back(request, "invoice", item_id)


@posts
def undo(request: CompanyRequest, item_id: int, voucher_id: int) -> HttpResponse:
    """Both documents are open again."""

    def act() -> str:
        voucher = undo_set_off(
            company_id=request.company.pk, voucher_id=voucher_id, actor=request.user.email,
            now=timezone.now(),
        )  # fmt: skip
        return _("Taken back: voucher %(voucher)s.") % {"voucher": voucher}

    try_to(request, act)
    return back(request, "invoice", item_id)
