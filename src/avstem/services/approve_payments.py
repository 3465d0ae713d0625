"""A person's yes to payment orders, as they stand: by the hash of what was shown."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction as database
from django.db.models import Count, F, Q

from avstem.domain.errors import PaymentAlteredError
from avstem.domain.payment_life import OrderState
from avstem.store import audit, payments
from avstem.store.approvals import approver, refusal_of
from avstem.store.jobs import NewJob, enqueue
from avstem.store.locks import lock_company
from avstem.store.models import PaymentApproval, PaymentOrder
from avstem.store.owed import refuse_beyond_owed
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500


@in_company
@database.atomic
def approve_payments(
    *,
    company_id: int,
    order_ids: Collection[int],
    seen: Mapping[int, str],
    reason: str = "",
    confirmed_by: str = "",
    person: str,
    now: datetime,
) -> list[PaymentOrder]:
    """Approve them all or none; `seen` is the hash of each as the person saw it.

    Who has approved already changes nothing. An order with all the people it needs is approved, the
    others wait for the next one. A member whose role does not approve is refused, and so is what is
    not owed any more (`OverAllocationError`). Who changed its
    account number approves only where nobody else can, with the `reason` written down.
    `confirmed_by` is how the person showed that it was they (`passkey`, `code`, `recovery`); it is
    kept. On the command line nobody is asked.
    """
    lock_company(company_id)
    who = approver(company_id, person)
    orders = payments.get_orders(company_id, order_ids)
    said = " ".join(reason.split())[:REASON_CHARACTERS_MAX]
    for order in orders:
        _check_seen(order, seen.get(order.pk))
        if (refusal := refusal_of(order, who, reason=said)) is not None:
            raise refusal
    waiting = [order for order in orders if order.state == OrderState.AWAITING_APPROVAL]
    refuse_beyond_owed(company_id, waiting)
    _write(waiting, person, said, now)
    approved = _fully_approved(company_id, waiting)
    payments.move(approved, OrderState.APPROVED, "approved", now=now, person=person)
    if approved:
        enqueue([NewJob(company_id, "pay")], now=now)
    if waiting:
        audit.record(
            company_id=company_id, actor=person, action="payments.approved", at=now,
            facts={
                "hashes": {str(order.pk): order.order_hash for order in waiting},
                "confirmed_by": confirmed_by,
            },
        )  # fmt: skip
    return orders


def _check_seen(order: PaymentOrder, seen: str | None) -> None:
    if seen != order.order_hash or payments.hash_of(order, order.account) != order.order_hash:
        raise PaymentAlteredError(order.end_to_end_id)


def _write(orders: Sequence[PaymentOrder], person: str, reason: str, now: datetime) -> None:
    """One approval for each person and content, however often it is asked for."""
    had = set(
        PaymentApproval.objects.filter(
            company_id__in={order.company_id for order in orders},
            order_id__in=[order.pk for order in orders],
            person=person,
        ).values_list("order_id", "order_hash")
    )
    new = [order for order in orders if (order.pk, order.order_hash) not in had]
    PaymentApproval.objects.bulk_create(
        [
            PaymentApproval(
                company_id=order.company_id, order=order, person=person,
                order_hash=order.order_hash, reason=reason, at=now,
            )
            for order in new
        ],
        batch_size=500,
    )  # fmt: skip
    payments.tell(new, "approval", now=now, person=person, facts={"reason": reason})


def _fully_approved(company_id: int, orders: Sequence[PaymentOrder]) -> list[PaymentOrder]:
    rows = PaymentOrder.objects.filter(
        company_id=company_id, pk__in=[order.pk for order in orders]
    ).annotate(
        people=Count(
            "approvals__person",
            filter=Q(approvals__order_hash=F("order_hash")),
            distinct=True,
        )
    )
    enough = set(rows.filter(people__gte=F("approvals_needed")).values_list("pk", flat=True))
    return [order for order in orders if order.pk in enough]
