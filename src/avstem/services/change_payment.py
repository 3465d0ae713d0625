"""Change the day or the account number of an order that nobody has sent: approvals begin anew."""

from datetime import date, datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.banks.directory import bank_of_account
from avstem.domain.errors import InvalidValueError, StateError
from avstem.domain.identifiers import compact, normalise_account
from avstem.domain.payment_abroad import (
    NOTHING_KNOWN,
    PayeeAbroad,
    is_abroad,
)
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_kind import is_right_kid
from avstem.domain.payment_life import CHANGEABLE, OrderState
from avstem.domain.payment_shield import OF_THE_ACCOUNT, Hold
from avstem.store import audit, payments
from avstem.store.creditor_accounts import creditor_accounts
from avstem.store.locks import lock_company
from avstem.store.models import PaymentOrder
from avstem.store.order_ways import way_for
from avstem.store.order_words import remittance_of
from avstem.store.payees import payees_of
from avstem.store.tenancy import in_company

#: What may go abroad.
_ABROAD_TOO = ("bill", "refund")


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

    An account abroad needs what any payment to it needs (`PayeeLacksError` says what is missing).

    What was approved before is not approved any more: it was of another content.
    """
    lock_company(company_id)
    [order] = payments.get_orders(company_id, [order_id])
    if OrderState(order.state) not in CHANGEABLE:
        found = order.state.replace("_", " ")
        raise StateError("payment", order.end_to_end_id, found, "awaiting approval")
    before = (order.creditor_account, order.execution_date)
    if creditor_account is not None:
        _change_account(order, creditor_account, actor, now)
    if pay_on is not None:
        _change_day(order, pay_on, now)
    if before == (order.creditor_account, order.execution_date):
        return order

    payments.change(
        [order], creditor_account=order.creditor_account, holds=order.holds,
        account_changed_by=order.account_changed_by, asked_date=order.asked_date,
        execution_date=order.execution_date, day_reason=order.day_reason, abroad=order.abroad,
        kid=order.kid, text=order.text,
        order_hash=payments.hash_of(order, order.account),
    )  # fmt: skip
    facts = {"account": order.creditor_account, "day": order.execution_date.isoformat()}
    payments.tell([order], "changed", now=now, person=actor, facts=facts)
    audit.record(
        company_id=company_id, actor=actor, action="payment.changed", at=now,
        facts={"order": order.pk, **facts},
    )  # fmt: skip
    return order


def _change_account(order: PaymentOrder, typed: str, actor: str, now: datetime) -> None:
    """Bank, charges, purpose and words follow the account; what was said of the old one goes."""
    payee = NOTHING_KNOWN
    if order.party_id is not None:
        payee = payees_of(order.company_id, [order.party_id]).get(order.party_id, payee)
    account = compact(typed)
    if not payee.is_elsewhere(account):
        account = normalise_account(typed)
    if account == order.creditor_account:
        return
    if order.abroad is not None or is_abroad(order.currency, account):
        _go_another_way(order, account, payee, now)
    order.creditor_account, order.account_changed_by = account, actor
    order.holds = " ".join(dict.fromkeys([*_holds(order), Hold.ACCOUNT_TYPED.value]))


def _go_another_way(order: PaymentOrder, account: str, payee: PayeeAbroad, now: datetime) -> None:
    """What is sent beside another account; refused where something of it is not known."""
    if order.item is None or order.purpose not in _ABROAD_TOO:
        raise InvalidValueError("account", account, "an account in Norway")
    way = way_for(order, account, payee, now)
    order.abroad = way
    if order.purpose != "bill":
        return
    if way is None and not is_right_kid(order.item.kid):
        raise InvalidValueError("kid", order.item.kid, "one that a bank at home takes")
    said = remittance_of(order.item, order.documents, way)
    order.kid, order.text = said.kid, said.text


def _holds(order: PaymentOrder) -> list[str]:
    """What was held of the order, with what is new about the account of a bill as it is now."""
    before = order.holds.split()
    if order.party is None or order.purpose != "bill":
        return before
    known = creditor_accounts(order.company_id, [order.party.pk], [order.creditor_account])
    new = known.holds(order.party, order.creditor_account, order.abroad)
    kept = [each for each in before if Hold(each) not in OF_THE_ACCOUNT]
    return [*(hold.value for hold in new), *kept]


def _change_day(order: PaymentOrder, asked: date, now: datetime) -> None:
    bank = bank_of_account(order.account.iban)
    found = pay_day(
        asked,
        now=timezone.localtime(now).replace(tzinfo=None),
        cut_offs=bank.cut_offs if bank else (),
    )
    order.asked_date, order.execution_date = asked, found.day
    order.day_reason = found.reason.value
