"""Take down the bank's no: to the order, or to some of its accounts."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction as database

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import InvalidValueError
from avstem.store.agreements import (
    Rows,
    close_if_empty,
    get_agreement,
    live_activations,
    move,
    tell,
)
from avstem.store.locks import lock_company
from avstem.store.models import Activation, Agreement
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500


@in_company
@database.atomic
def reject_agreement(
    *,
    company_id: int,
    agreement_id: int,
    reason: str,
    account_ids: Collection[int] | None = None,
    actor: str,
    now: datetime,
) -> Agreement:
    """Rejected, with the bank's reason: the accounts named, or all that it had not answered.

    What it had said yes to is deactivated, not rejected. When no account lives any more, the
    agreement is rejected too. Told twice, told once.
    """
    said = " ".join(reason.split())
    if not said or len(said) > REASON_CHARACTERS_MAX:
        raise InvalidValueError("reason", said[:60] or "nothing", "why the bank said no")
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    if agreement.state == AgreementState.REJECTED:
        return agreement

    if account_ids is not None:
        account_ids = set(account_ids) - _rejected_before(agreement)
        if not account_ids:
            return agreement
    live = live_activations(company_id, agreement, account_ids)
    refused = live if account_ids else [each for each in live if not each.confirmed_at]
    if not refused:  # the table of moves says what is wrong
        move([agreement], AgreementState.REJECTED, now)
    _answered([agreement, *refused], now)
    move(refused, AgreementState.REJECTED, now, reason=said)
    tell(agreement, "agreement.rejected", refused, actor=actor, now=now, reason=said)
    close_if_empty(agreement, now, reason=said)
    return agreement


def _rejected_before(agreement: Agreement) -> set[int]:
    rows = Activation.objects.filter(company_id=agreement.company_id, agreement=agreement)
    states = dict(rows.order_by("pk").values_list("account_id", "state"))
    return {account for account, state in states.items() if state == AgreementState.REJECTED}


def _answered(rows: Rows, now: datetime) -> None:
    """An order in error waits again first: that the bank answers shows that it has it."""
    for kind in (Agreement, Activation):
        wrong = [row for row in rows if isinstance(row, kind) and _is_wrong(row)]
        move(wrong, AgreementState.AWAITING_BANK, now)


def _is_wrong(row: Agreement | Activation) -> bool:
    return row.state == AgreementState.IN_ERROR and row.confirmed_at is None
