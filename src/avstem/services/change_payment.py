"""Change the day or the account number of an order that nobody has sent: approvals begin anew."""

from datetime import date, datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.banks.directory import bank_of_account
from avstem.domain.errors import InvalidValueError, StateError
from avstem.domain.identifiers import bban_of, is_norwegian_account, normalise_account
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_life import CHANGEABLE, OrderState
from avstem.domain.payment_shield import Hold
from avstem.store import audit, payments
from avstem.store.locks import lock_company
from avstem.store.models import PaymentOrder
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def change_payment(
    *,
    company_id: int,
    order_id: int,
    creditor_account: str | None = None,
    pay_on: date | None = None,
    actor: str,
    now: datetime,
) -> PaymentOrder:
    """The order with another account or day; another account is held, and told who typed it.

    What was approved before is not approved any more: it was of another content.
    """
    lock_company(company_id)
    [order] = payments.get_orders(company_id, [order_id])
    if OrderState(order.state) not in CHANGEABLE:
        found = order.state.replace("_", " ")
        raise StateError("payment", order.end_to_end_id, found, "awaiting approval")
    before = (order.creditor_account, order.execution_date)
    if creditor_account is not None:
        _change_account(order, creditor_account, actor)
    if pay_on is not None:
        _change_day(order, pay_on, now)
    if before == (order.creditor_account, order.execution_date):
        return order

    payments.change(
        [order], creditor_account=order.creditor_account, holds=order.holds,
        account_changed_by=order.account_changed_by, asked_date=order.asked_date,
        execution_date=order.execution_date, day_reason=order.day_reason,
        order_hash=payments.hash_of(order, order.account),
    )  # fmt: skip
    facts = {"account": order.creditor_account, "day": order.execution_date.isoformat()}
    payments.tell([order], "changed", now=now, person=actor, facts=facts)
    audit.record(
        company_id=company_id, actor=actor, action="payment.changed", at=now,
        facts={"order": order.pk, **facts},
    )  # fmt: skip
    return order


def _change_account(order: PaymentOrder, typed: str, actor: str) -> None:
    account = normalise_account(typed)
    if order.abroad is not None:
        # Bank, charges and purpose are the account's: another one makes another order.
        expected = "the one on the bill: cancel the payment, and take in the bill with the other"
        raise InvalidValueError("account", typed[:60], expected)
    if not is_norwegian_account(bban_of(account)):
        raise InvalidValueError("account", typed[:60], "an account in Norway")
    if account == order.creditor_account:
        return
    order.creditor_account, order.account_changed_by = account, actor
    holds = dict.fromkeys([*order.holds.split(), Hold.ACCOUNT_TYPED.value])
    order.holds = " ".join(holds)


def _change_day(order: PaymentOrder, asked: date, now: datetime) -> None:
    bank = bank_of_account(order.account.iban)
    found = pay_day(
        asked,
        now=timezone.localtime(now).replace(tzinfo=None),
        cut_offs=bank.cut_offs if bank else (),
    )
    order.asked_date, order.execution_date = asked, found.day
    order.day_reason = found.reason.value
