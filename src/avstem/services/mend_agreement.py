"""Take down that what was in error works again: all of an agreement goes back to where it was."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.agreement import AgreementState, check_move, state_before_error
from avstem.store.agreements import Rows, get_agreement, live_activations, move, tell
from avstem.store.locks import lock_company
from avstem.store.models import Agreement
from avstem.store.schedules import ROUND, move_round
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def mend_agreement(*, company_id: int, agreement_id: int, actor: str, now: datetime) -> Agreement:
    """The agreement and its accounts, out of error; what is not in error stays as it is."""
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    if agreement.closed_at is not None:
        found = AgreementState(agreement.state)
        check_move(found, AgreementState.ACTIVE, kind="agreement", identifier=agreement.bank)
    live = live_activations(company_id, agreement)
    wrong = [each for each in live if each.state == AgreementState.IN_ERROR]
    if agreement.state != AgreementState.IN_ERROR and not wrong:
        return agreement

    if agreement.state == AgreementState.IN_ERROR:
        _mend([agreement], now)
    _mend([each for each in wrong if each.confirmed_at], now)
    _mend([each for each in wrong if not each.confirmed_at], now)
    move_round(company_id, ROUND, now)
    tell(agreement, "agreement.mended", wrong, actor=actor, now=now)
    return agreement


def _mend(rows: Rows, now: datetime) -> None:
    """Rows that are all confirmed, or all not."""
    if rows:
        confirmed = rows[0].confirmed_at is not None
        move(rows, state_before_error(confirmed), now, reason="")
