"""Take down the bank's yes: the agreement, and the accounts it is for, are active."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.agreement import AgreementState, check_activation_date, check_move, is_waiting
from avstem.store.agreements import Rows, change, get_agreement, live_activations, move, tell
from avstem.store.locks import lock_company
from avstem.store.models import Activation, Agreement
from avstem.store.schedules import ROUND, move_round
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def confirm_agreement(
    *,
    company_id: int,
    agreement_id: int,
    account_ids: Collection[int] | None = None,
    activation_date: date | None = None,
    actor: str,
    now: datetime,
) -> Agreement:
    """Active, with the accounts named, or all that wait; the others go on waiting.

    `activation_date` is the bank's own, where it is another than the one that was asked for.
    Confirmed again, nothing happens; a live agreement in error is mended, not confirmed.
    """
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    _check(agreement, activation_date, timezone.localdate(now))
    live = live_activations(company_id, agreement, account_ids)
    waiting = [each for each in live if _waits(each)]
    if not waiting:
        return agreement

    if _waits(agreement):
        _activate([agreement], now)
    if activation_date is not None:
        change(waiting, activation_date=activation_date)
    _activate(waiting, now)
    move_round(company_id, ROUND, now)
    dates = sorted({str(each.activation_date) for each in waiting})
    tell(agreement, "agreement.confirmed", waiting, actor=actor, now=now, activation_dates=dates)
    return agreement


def _check(agreement: Agreement, activation_date: date | None, today: date) -> None:
    if activation_date is not None:
        check_activation_date(activation_date, today)
    if agreement.closed_at is not None:
        found = AgreementState(agreement.state)
        check_move(found, AgreementState.ACTIVE, kind="agreement", identifier=agreement.bank)


def _waits(row: Agreement | Activation) -> bool:
    return is_waiting(AgreementState(row.state), confirmed=row.confirmed_at is not None)


def _activate(rows: Rows, now: datetime) -> None:
    """The bank's yes shows that it had the order, so it is awaited first where it was not."""
    first = [row for row in rows if row.state != AgreementState.AWAITING_BANK]
    move(first, AgreementState.AWAITING_BANK, now)
    move(rows, AgreementState.ACTIVE, now, confirmed_at=now)
