"""What payments abroad to a supplier need, typed on the page of a bill."""

from dataclasses import fields

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from avstem.services.set_payee import Payee, set_payee
from avstem.store.models import OpenItem
from avstem.web.access import back, posts, try_to
from avstem.web.company import CompanyRequest
from avstem.web.step_up import confirms


@posts
@confirms
def tell(request: CompanyRequest, item_id: int) -> HttpResponse:
    """Address, bank, purpose and charges; the bank is that of the account beside it."""
    rows = OpenItem.objects.filter(company_id=request.company.pk, pk=item_id)
    item = rows.first()
    if item is None:
        raise Http404
    said = {each.name: request.POST.get(each.name, "").strip() for each in fields(Payee)}
    said["account"] = said["account"] or item.party_account

    def do() -> str:
        set_payee(
            company_id=request.company.pk, party_id=item.party_id,
            payee=Payee(**said), actor=request.user.email,
            now=timezone.now(),
        )  # fmt: skip
        return _("Saved for this supplier. Payments that are made already stay as they are.")

    try_to(request, do)
    return back(request, "invoice", item_id)
