"""Take down that an agreement, or some of its accounts, does not work as it is."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction as database

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import InvalidValueError
from avstem.store.agreements import Rows, change, get_agreement, live_activations, move, tell
from avstem.store.locks import lock_company
from avstem.store.models import Agreement
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500


@in_company
@database.atomic
def report_agreement_error(
    *,
    company_id: int,
    agreement_id: int,
    reason: str,
    account_ids: Collection[int] = (),
    actor: str,
    now: datetime,
) -> Agreement:
    """The agreement in error, with the reason; or the accounts named alone, where any are.

    What is in error already gets the newer reason; the same reason again changes nothing.
    """
    said = " ".join(reason.split())[:REASON_CHARACTERS_MAX]
    if not said:
        raise InvalidValueError("reason", "nothing", "what is wrong")
    lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    named = live_activations(company_id, agreement, account_ids) if account_ids else []
    rows: Rows = named or [agreement]
    news = [row for row in rows if (row.state, row.reason) != (AgreementState.IN_ERROR, said)]
    if not news:
        return agreement

    well = [row for row in news if row.state != AgreementState.IN_ERROR]
    move(well, AgreementState.IN_ERROR, now)
    change(news, reason=said)
    tell(agreement, "agreement.in_error", named, actor=actor, now=now, reason=said)
    return agreement
