"""Order an agreement with a bank for some of the company's accounts, or more accounts in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.banks.directory import bank as get_bank
from avstem.domain.agreement import check_activation_date, check_permitted
from avstem.domain.errors import AlreadyExistsError, InvalidValueError
from avstem.store.agreements import (
    accounts_of,
    change,
    check_approval,
    connected_accounts,
    find_live_agreement,
    tell,
)
from avstem.store.locks import lock_company
from avstem.store.models import Activation, Agreement, BankAccount, Channel
from avstem.store.tenancy import in_company


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `bank` is the slug; `activation_date` None is today.

    `channel` is empty where it is not known yet. `bank_approves`: whether payments are approved in
    the internet bank too, None where nobody has said. Statements are always part of it.
    """

    bank: str
    account_ids: tuple[int, ...]
    activation_date: date | None = None
    channel: str = ""
    notifications: bool = True
    ocr: bool = False
    payments: bool = True
    bank_approves: bool | None = None


@in_company
@database.atomic
def order_agreement(*, company_id: int, order: Order, actor: str, now: datetime) -> Agreement:
    """The agreement, ordered. Asked again, it answers with the one that is there.

    A company has one agreement with a bank: accounts that are new are added to it.
    """
    lock_company(company_id)
    day = _checked(order, timezone.localdate(now))
    accounts = accounts_of(company_id, order.account_ids)
    there = find_live_agreement(company_id, order.bank)
    wanted = _not_yet_in(there, accounts)
    if there is not None and not wanted:
        return _same_or_refused(there, order)

    agreement = _same_or_refused(there, order) if there else _insert(company_id, order, now)
    added = Activation.objects.bulk_create(
        Activation(company_id=company_id, agreement=agreement, account=each, activation_date=day)
        for each in wanted
    )
    tell(agreement, "agreement.ordered", added, actor=actor, now=now, activation_date=str(day))
    return agreement


def _checked(order: Order, today: date) -> date:
    get_bank(order.bank)
    check_approval(order.bank, order.bank_approves)
    if not order.account_ids:
        raise InvalidValueError("account", "nothing", "one account at least")
    if order.channel not in ("", *Channel.values):
        raise InvalidValueError("channel", order.channel[:60], ", ".join(Channel.values))
    day = order.activation_date or today
    check_activation_date(day, today)
    return day


def _not_yet_in(there: Agreement | None, accounts: Sequence[BankAccount]) -> list[BankAccount]:
    """The accounts to add; one that cannot be connected, or is elsewhere, is refused."""
    company_id = accounts[0].company_id
    connected = connected_accounts(company_id, [each.pk for each in accounts])
    wanted = []
    for each in accounts:
        found = connected.get(each.pk)
        if there is not None and found is not None and found.agreement_id == there.pk:
            continue
        check_permitted(each.kind, each.iban, account=str(each), connected=found is not None)
        wanted.append(each)
    return wanted


def _same_or_refused(there: Agreement, order: Order) -> Agreement:
    if order.channel and there.channel and order.channel != there.channel:
        raise AlreadyExistsError("agreement", there.bank, ("channel",))
    if order.channel and not there.channel:
        change([there], channel=order.channel)
    return there


def _insert(company_id: int, order: Order, now: datetime) -> Agreement:
    return Agreement.objects.create(
        company_id=company_id,
        bank=order.bank,
        channel=order.channel,
        notifications=order.notifications,
        ocr=order.ocr,
        payments=order.payments,
        bank_approves=order.bank_approves if order.payments else None,
        ordered_at=now,
    )
