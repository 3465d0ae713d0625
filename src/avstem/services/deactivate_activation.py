"""Deactivate accounts: nothing more of them is fetched. The bank must be told too, by a letter."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import NotFoundError
from avstem.store.agreements import close_if_empty, move, tell
from avstem.store.locks import lock_company
from avstem.store.models import Activation
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def deactivate_activation(
    *, company_id: int, activation_ids: Collection[int], actor: str, now: datetime
) -> list[Activation]:
    """The activations, ended today; those that are over already are left as they are.

    An agreement without a live account is ended with them. An order that the bank has not
    answered is withdrawn.
    """
    lock_company(company_id)
    found = Activation.objects.filter(company_id=company_id, pk__in=activation_ids)
    rows = list(found.select_related("account", "agreement").order_by("pk"))
    missing = set(activation_ids) - {each.pk for each in rows}
    if missing:
        raise NotFoundError("activation", str(min(missing)))
    live = [each for each in rows if each.closed_at is None]

    move(live, AgreementState.ENDED, now, ended_on=timezone.localdate(now))
    for agreement in {each.agreement_id: each.agreement for each in live}.values():
        ended = [each for each in live if each.agreement_id == agreement.pk]
        tell(agreement, "agreement.deactivated", ended, actor=actor, now=now)
        close_if_empty(agreement, now)
    return rows
