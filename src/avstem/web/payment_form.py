"""What is chosen on the payment pages: bills with parts and days, and orders by their ids."""

from dataclasses import dataclass

from django.http import QueryDict

from avstem.domain.errors import InvalidValueError
from avstem.store.models import PaymentOrder
from avstem.store.payable import Choice, Payable
from avstem.web.inputs import parse_amount, parse_day

#: A page of bills; more are paid by choosing again, or by the standing approval.
BILLS_SHOWN_MAX = 200


def read_ids(values: list[str]) -> list[int]:
    """The ids that are ids, each once; refused where none is left, so that nothing is a slip."""
    found = [int(each) for each in values if each.isdecimal() and len(each) < 19]
    if not found:
        raise InvalidValueError("payment", "nothing", "one payment at least")
    return list(dict.fromkeys(found))


def read_choices(sent: QueryDict, currency: str) -> list[Choice]:
    """The bills that are ticked, each with the part and the day that were typed, if any."""
    return [_choice(sent, item_id, currency) for item_id in read_ids(sent.getlist("bill"))]


def _choice(sent: QueryDict, item_id: int, currency: str) -> Choice:
    amount = sent.get(f"amount-{item_id}", "").strip()
    day = sent.get(f"day-{item_id}", "").strip()
    return Choice(
        item_id,
        amount_minor=parse_amount(amount, currency) if amount else None,
        pay_on=parse_day(day) if day else None,
    )


@dataclass(frozen=True)
class Total:
    """How much of a currency."""

    currency: str
    minor: int


def totals(rows: list[PaymentOrder] | list[Payable]) -> list[Total]:
    """The sums by currency, in the order of the currencies' names."""
    sums: dict[str, int] = {}
    for row in rows:
        currency = row.currency if isinstance(row, PaymentOrder) else row.item.currency
        sums[currency] = sums.get(currency, 0) + row.amount_minor
    return [Total(currency, minor) for currency, minor in sorted(sums.items())]
