"""Make a payment of wages or tax anew, where the one before was cancelled, refused or returned."""

from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import StateError
from avstem.domain.listed_payment import ListedPayment
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_errors import NoPaymentAgreementError
from avstem.domain.payment_life import OrderState
from avstem.domain.payment_shield import Hold
from avstem.store import audit, listed, payments
from avstem.store.bulk import reserve_ids
from avstem.store.locks import lock_company
from avstem.store.models import Company, PaymentOrder
from avstem.store.payable import debit_accounts
from avstem.store.tenancy import in_company

LISTED = frozenset({ItemKind.SALARY.value, ItemKind.TAX.value})
ENDED = frozenset({OrderState.CANCELLED, OrderState.REJECTED, OrderState.RETURNED})


@in_company
@database.atomic
def pay_again(*, company_id: int, order_id: int, actor: str, now: datetime) -> PaymentOrder:
    """A new order of all that is still owed, to the same account, held for a person.

    Refused for bills (they become ready again by themselves), while any payment of it is alive,
    where its money has left, and of an older payment than the last one, whose account counts
    (`StateError`); without an agreement for payments in kroner too
    (`NoPaymentAgreementError`).
    """
    company = lock_company(company_id)
    [before] = payments.get_orders(company_id, [order_id])
    _check(company_id, before)
    account, cut_offs = debit_accounts(company_id).get("NOK", (None, ()))
    if account is None:
        raise NoPaymentAgreementError("NOK")
    local = timezone.localtime(now).replace(tzinfo=None)
    day = pay_day(before.asked_date, now=local, cut_offs=cut_offs)
    order = _copy(company, before, actor, now)
    order.account, order.execution_date, order.day_reason = account, day.day, day.reason.value
    order.holds = " ".join(_holds(company_id, before, order))
    order.order_hash = payments.hash_of(order, account)
    order.save(force_insert=True)
    facts = {"before": before.end_to_end_id}
    payments.tell([order], "prepared_again", now=now, person=actor, facts=facts)
    audit.record(
        company_id=company_id, actor=actor, action="payments.again", at=now,
        facts={"order": order.pk, "before": before.pk},
    )  # fmt: skip
    return order


def _check(company_id: int, before: PaymentOrder) -> None:
    item, found = before.item, before.state.replace("_", " ")
    if before.purpose not in LISTED or item is None:
        raise StateError("payment", before.end_to_end_id, "of a bill", "of wages or tax")
    if OrderState(before.state) not in ENDED:
        expected = "cancelled, rejected or returned"
        raise StateError("payment", before.end_to_end_id, found, expected)
    if not listed.is_last_order(company_id, item.pk, before.pk):
        raise StateError("payment", before.end_to_end_id, "not the last one", "the last one")
    if not item.remaining_minor or listed.is_on_its_way(company_id, item.pk):
        raise StateError("payment", item.number, "paid or on its way", "owed, with no payment")


def _copy(company: Company, before: PaymentOrder, actor: str, now: datetime) -> PaymentOrder:
    item = before.item
    assert item is not None, "checked before"
    [order_id] = reserve_ids(PaymentOrder, 1)
    return PaymentOrder(
        id=order_id, company_id=company.pk, purpose=before.purpose, item=item,
        party_id=before.party_id, creditor_name=before.creditor_name,
        creditor_account=before.creditor_account, amount_minor=item.remaining_minor,
        currency=before.currency, asked_date=before.asked_date, kid=before.kid, text=before.text,
        end_to_end_id=payments.new_end_to_end_id(company, order_id, item.pk, now),
        account_changed_by=before.account_changed_by,
        approvals_needed=payments.people_needed(company.pk),
        state=OrderState.AWAITING_APPROVAL.value, created_at=now, created_by=actor,
    )  # fmt: skip


def _holds(company_id: int, before: PaymentOrder, order: PaymentOrder) -> list[str]:
    """Those of the row as it stands now, and what became of the payment before."""
    row = ListedPayment(
        ItemKind(before.purpose), before.creditor_name, before.creditor_account,
        Money(order.amount_minor, order.currency), before.asked_date, text=before.text,
        kid=before.kid,
    )  # fmt: skip
    assert before.party_id is not None, "wages and tax have a party"
    shield = listed.ListShield(company_id, [row])
    holds = shield.holds(row, before.party_id, order.execution_date)
    found = [hold.value for hold in holds]
    if before.account_changed_by and Hold.ACCOUNT_TYPED in before.holds.split():
        found.append(Hold.ACCOUNT_TYPED.value)
    if before.state != OrderState.CANCELLED:
        found.append(Hold.FAILED_BEFORE.value)
    return found
