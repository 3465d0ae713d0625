"""The way of an order to an account: what is sent beside it, or what is missing for it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from avstem.domain.money import Money
from avstem.domain.payment_abroad import PayeeAbroad, is_abroad, lacks, way_abroad
from avstem.domain.payment_errors import PayeeLacksError
from avstem.domain.payment_shield import Bar
from avstem.store.models import PaymentOrder
from avstem.store.payees import nok_rates, nok_value

_MISSING = {
    Bar.NEEDS_ADDRESS: "the recipient's address",
    Bar.NEEDS_BANK: "the BIC of that account's bank",
    Bar.NEEDS_PURPOSE: "what it is for",
}


def way_for(
    order: PaymentOrder, account: str, payee: PayeeAbroad, now: datetime
) -> dict[str, Any] | None:
    """What a payment there says (`domain.payment_abroad`); None at home.

    Refused (`PayeeLacksError`) where nobody has written down what is wanted there.
    """
    if not is_abroad(order.currency, account):
        return None
    rates = nok_rates({order.currency}, timezone.localdate(now))
    value = nok_value(Money(order.amount_minor, order.currency), rates)
    missing = lacks(order.currency, account, payee, value)
    if missing is not None:
        raise PayeeLacksError(account, _MISSING[missing])
    return way_abroad(order.currency, account, payee, value)
