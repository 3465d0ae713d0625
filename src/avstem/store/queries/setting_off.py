"""Documents that can be set off against each other, and the vouchers that have done so."""

from django.db.models import Q

from avstem.domain.open_item import ItemKind
from avstem.domain.payment_life import LIVE
from avstem.store.models import (
    Allocation,
    OpenItem,
    PaymentEvent,
    PaymentOrder,
    SentPayment,
    Voucher,
)

SHOWN_MAX = 20
_LIVE = [state.value for state in LIVE]
_AGAINST = {
    ItemKind.CUSTOMER_CREDIT_NOTE: ItemKind.CUSTOMER_INVOICE,
    ItemKind.CUSTOMER_INVOICE: ItemKind.CUSTOMER_CREDIT_NOTE,
    ItemKind.SUPPLIER_CREDIT_NOTE: ItemKind.SUPPLIER_INVOICE,
    ItemKind.SUPPLIER_INVOICE: ItemKind.SUPPLIER_CREDIT_NOTE,
}


def counterparts(item: OpenItem) -> list[OpenItem]:
    """The open documents of the same party and currency that it can be set off against."""
    against = _AGAINST.get(ItemKind(item.kind))
    if against is None or item.remaining_minor <= 0:
        return []
    rows = OpenItem.objects.filter(
        company_id=item.company_id, party_id=item.party_id, kind=against.value,
        currency=item.currency, remaining_minor__gt=0,
    )  # fmt: skip
    return list(rows.select_related("party").order_by("invoice_date", "pk"))


def free_minor(item: OpenItem) -> int:
    """What is left of it and not spoken for by a payment that is on its way."""
    orders = PaymentOrder.objects.filter(company_id=item.company_id, state__in=_LIVE)
    sent = SentPayment.objects.filter(company_id=item.company_id, item=item, rejected=False)
    # A debit whose booking is undone: the money has left, whatever the order says.
    if orders.filter(item=item).exists() or sent.filter(settled=False).exists():
        return 0
    drawn = orders.filter(party_id=item.party_id).values_list("documents", flat=True)
    reserved = sum(
        each["amount_minor"]
        for documents in drawn
        for each in documents
        if each["item"] == item.pk and each["kind"] == "CREN"
    )
    return item.remaining_minor - int(reserved)


def is_set_off(voucher: Voucher) -> bool:
    """Whether it sets a note off against an invoice: no money, credit or payment is in it."""
    rows = Voucher.objects.filter(
        pk=voucher.pk, company_id=voucher.company_id, transaction__isnull=True,
        decision__isnull=True, credit_use__isnull=True, reverses__isnull=True,
    )  # fmt: skip
    if PaymentEvent.objects.filter(company_id=voucher.company_id, voucher=voucher).exists():
        return False
    found = Allocation.objects.filter(company_id=voucher.company_id, voucher=voucher)
    kinds = sorted(found.values_list("item__kind", flat=True))
    notes = [kind for kind in kinds if ItemKind(kind).is_credit_note]
    return rows.exists() and len(kinds) == 2 and len(notes) == 1


def set_offs_of(item: OpenItem) -> list[Voucher]:
    """The vouchers that set it off and stand, the newest first."""
    rows = Voucher.objects.filter(
        Q(allocations__item=item), company_id=item.company_id, transaction__isnull=True,
        reversed_by__isnull=True,
    )  # fmt: skip
    return [each for each in rows.order_by("-pk")[:SHOWN_MAX] if is_set_off(each)]
