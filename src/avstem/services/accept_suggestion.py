"""Accept one of the suggestions that stand on a bank transaction."""

from datetime import datetime

from django.db import transaction as database

from avstem.store.accepting import accept_one
from avstem.store.locks import lock_company
from avstem.store.models import Voucher
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def accept_suggestion(
    *, company_id: int, transaction_id: int, position: int, actor: str, now: datetime
) -> Voucher:
    """Post what the suggestion at `position` (0 is the best) says.

    Refused where it no longer fits: the items may have been settled since it was made.
    """
    return accept_one(
        lock_company(company_id),
        transaction_id=transaction_id,
        position=position,
        actor=actor,
        now=now,
    )
