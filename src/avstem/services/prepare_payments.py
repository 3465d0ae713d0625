"""Make payment orders of open bills: credit notes first, on bank days, and never twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.domain.money import format_minor
from avstem.domain.payment_life import OrderState
from avstem.domain.payment_shield import Hold
from avstem.store import audit, payments
from avstem.store.bulk import reserve_ids
from avstem.store.locks import lock_company
from avstem.store.models import Company, OpenItem, PaymentOrder
from avstem.store.order_words import remittance_of
from avstem.store.payable import Choice, Payable, payable_bills
from avstem.store.tenancy import in_company

NAME_CHARACTERS_MAX = 140
#: The account is not known to be the supplier's from a payment that went there.
_OF_THE_ACCOUNT = frozenset({Hold.FIRST_PAYMENT, Hold.NEW_ACCOUNT, Hold.ACCOUNT_OF_ANOTHER})


@dataclass(frozen=True)
class Prepared:
    """The new orders, and the bills that could not become one, with why."""

    orders: tuple[PaymentOrder, ...]
    barred: tuple[Payable, ...]


@in_company
@database.atomic
def prepare_payments(
    *,
    company_id: int,
    choices: Sequence[Choice] | None = None,
    only_new: bool = False,
    actor: str,
    now: datetime,
) -> Prepared:
    """An order for each bill chosen, or for all that are ready; one that has an order gets none.

    `only_new`: what had an order before, whatever became of it, is left to a person.

    Orders within the standing approval that nothing holds are approved by it, which is recorded on
    each; the others await a person. A part larger than what is left is refused.
    """
    company = lock_company(company_id)
    chosen = None if choices is None else {each.item_id: each for each in choices}
    payments.redate(payments.orders_in(company_id, OrderState.AWAITING_APPROVAL), now=now)
    bills = payable_bills(company_id, now=now, choices=chosen)
    if chosen is not None:
        _check_choices(chosen, bills)
    ready = [bill for bill in bills if bill.bar is None]
    if only_new:
        ready = _never_ordered(company_id, ready)
    orders = _insert(company, ready, actor, now)
    payments.tell(orders, "prepared", now=now, person=actor)
    approved = payments.approve_standing(company_id, orders, now=now)
    barred = tuple(bill for bill in bills if bill.bar is not None)
    if orders:
        audit.record(
            company_id=company_id, actor=actor, action="payments.prepared", at=now,
            facts={"orders": [order.pk for order in orders], "approved": len(approved)},
        )  # fmt: skip
    return Prepared(tuple(orders), barred)


def _never_ordered(company_id: int, bills: Sequence[Payable]) -> list[Payable]:
    had = PaymentOrder.objects.filter(
        company_id=company_id, item_id__in=[bill.item.pk for bill in bills]
    )
    ordered = set(had.values_list("item_id", flat=True))
    return [bill for bill in bills if bill.item.pk not in ordered]


def _check_choices(chosen: Mapping[int, Choice], bills: Sequence[Payable]) -> None:
    missing = chosen.keys() - {bill.item.pk for bill in bills}
    if missing:
        raise NotFoundError("bill", str(min(missing)))
    for bill in bills:
        wanted = chosen[bill.item.pk].amount_minor
        if wanted is not None and bill.bar is None and not 0 < wanted <= bill.most_minor:
            currency = bill.item.currency
            most = format_minor(bill.most_minor, currency)
            raise InvalidValueError("amount", format_minor(wanted, currency), f"at most {most}")


def _insert(
    company: Company, bills: Sequence[Payable], actor: str, now: datetime
) -> list[PaymentOrder]:
    if not bills:
        return []
    people = payments.people_needed(company.pk)
    ids = reserve_ids(PaymentOrder, len(bills))
    orders = [
        _order(company, bill, order_id, people, actor, now)
        for bill, order_id in zip(bills, ids, strict=True)
    ]
    return PaymentOrder.objects.bulk_create(orders, batch_size=500)


def _order(
    company: Company, bill: Payable, order_id: int, people: int, actor: str, now: datetime
) -> PaymentOrder:
    item = bill.item
    assert bill.account is not None, "a bill without an account is barred"
    documents = _documents(bill)
    said = remittance_of(item, documents, bill.abroad)
    order = PaymentOrder(
        id=order_id, company_id=company.pk, item=item, party_id=item.party_id,
        account=bill.account, creditor_name=item.party.name[:NAME_CHARACTERS_MAX],
        creditor_account=bill.creditor, amount_minor=bill.amount_minor,
        currency=item.currency, asked_date=bill.asked, execution_date=bill.day.day,
        day_reason=bill.day.reason.value, kid=said.kid, text=said.text,
        documents=documents, abroad=bill.abroad,
        end_to_end_id=payments.new_end_to_end_id(company, order_id, item.pk, now),
        holds=" ".join(hold.value for hold in bill.holds), approvals_needed=people,
        state=OrderState.AWAITING_APPROVAL.value, created_at=now, created_by=actor,
        account_changed_by=_who_brought_the_account(bill),
    )  # fmt: skip
    order.order_hash = payments.hash_of(order, bill.account)
    return order


def _who_brought_the_account(bill: Payable) -> str:
    """Whoever took in the bill, or wrote the account down, where the supplier was not paid there.

    They cannot be the one to approve it: an account is swapped in a file as easily as on an order.
    """
    is_new = not _OF_THE_ACCOUNT.isdisjoint(bill.holds)
    return bill.account_said_by if is_new else ""


def _documents(bill: Payable) -> list[dict[str, Any]]:
    """The bill and the credit notes drawn off it; nothing where there are none."""
    if not bill.credits:
        return []
    credits = [_document("CREN", note, minor) for note, minor in bill.credits]
    return [_document("CINV", bill.item, bill.item.remaining_minor), *credits]


def _document(kind: str, item: OpenItem, minor: int) -> dict[str, Any]:
    issued = item.invoice_date.isoformat()
    return {"kind": kind, "item": item.pk, "number": item.number, "amount_minor": minor,
            "issued": issued}  # fmt: skip
