"""The form on a bill's page about its supplier as a payee abroad."""

from typing import Any

from avstem.domain.payment_abroad import is_abroad
from avstem.store.models import OpenItem, PayeeDetail
from avstem.wording.payments import PURPOSES


def payee_form(item: OpenItem) -> dict[str, Any]:
    """What is known of the supplier, where the bill is paid abroad; else nothing."""
    abroad = item.kind == "supplier_invoice" and is_abroad(item.currency, item.party_account)
    abroad = abroad or (item.kind == "customer_credit_note" and item.currency != "NOK")
    if not abroad or not item.remaining_minor:
        return {}
    known = PayeeDetail.objects.filter(company_id=item.company_id, party_id=item.party_id).first()
    return {"abroad": True, "payee": known, "purposes": list(PURPOSES)}
