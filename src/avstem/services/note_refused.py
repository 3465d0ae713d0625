"""Write down that the bank refused a payment, where no file of the bank says so.

Some banks say only that some of a file's payments are refused. A person who has been told which one
says so; the account must show it too. If the money leaves after all, the debit is believed.
"""

from datetime import date, datetime

from django.db import transaction as database
from django.db.models import Max
from django.utils import timezone

from avstem.domain.errors import InvalidValueError, StateError
from avstem.domain.payment_errors import NotProvenError
from avstem.domain.payment_late import LateKind
from avstem.domain.payment_life import OrderState
from avstem.store import audit, payments
from avstem.store.locks import lock_company
from avstem.store.models import BankTransaction, PaymentOrder, Statement
from avstem.store.queries.late_payments import late_of
from avstem.store.queries.statements import broken_accounts
from avstem.store.tenancy import in_company

REASON_CHARACTERS_MAX = 500
#: The bank has them, or may have, and has not said that it paid.
REFUSABLE = frozenset(
    {
        OrderState.SENT, OrderState.RECEIVED, OrderState.AWAITING_BANK_APPROVAL,
        OrderState.ACCEPTED,
    }
)  # fmt: skip


@in_company
@database.atomic
def note_refused(
    *, company_id: int, order_id: int, reason: str, actor: str, now: datetime
) -> PaymentOrder:
    """The order is rejected by the person's word, which is kept with their name.

    Refused without a reason, before its debit is late, and while the account proves nothing: its
    statements must reach beyond the day, be whole, and no debit of that sum or more may stand there
    unexplained.
    """
    text = " ".join(reason.split())
    if not 1 <= len(text) <= REASON_CHARACTERS_MAX:
        raise InvalidValueError("reason", text[:60] or "nothing", "what the bank said, and who")
    lock_company(company_id)
    [order] = payments.get_orders(company_id, [order_id])
    if OrderState(order.state) not in REFUSABLE:
        raise StateError("payment", order.end_to_end_id, order.state.replace("_", " "), "sent")
    _require_proof(order, timezone.localdate(now))
    facts = {"reason": text}
    payments.move(
        [order], OrderState.REJECTED, "refused_by_word", now=now, person=actor, facts=facts
    )
    payments.note_stopped([order])
    audit.record(
        company_id=company_id, actor=actor, action="payments.refused_by_word", at=now,
        facts={"order": order.pk, "end_to_end_id": order.end_to_end_id, "reason": text},
    )  # fmt: skip
    return order


def _require_proof(order: PaymentOrder, today: date) -> None:
    found = late_of(order.company_id, order, today)
    if found is None or found.late.kind not in (LateKind.NOT_PAID, LateKind.NOT_APPROVED):
        raise NotProvenError(order.end_to_end_id, "its debit is not late yet")
    rows = Statement.objects.filter(
        company_id=order.company_id, account=order.account, kind="statement",
        retired_at__isnull=True,
    )  # fmt: skip
    told_to = rows.aggregate(day=Max("to_date"))["day"]
    if told_to is None or told_to <= order.execution_date:
        missing = f"no statement reaches beyond {order.execution_date:%d.%m.%Y}"
        raise NotProvenError(order.end_to_end_id, missing)
    if order.account_id in broken_accounts(order.company_id):
        raise NotProvenError(order.end_to_end_id, "the account's statements do not add up")
    # A greater one may be one sum of several payments, or this one with the bank's charge; in
    # another currency it may be any.
    least = order.amount_minor if order.currency == order.account.currency else 1
    debits = BankTransaction.objects.filter(
        company_id=order.company_id, account=order.account, amount_minor__lte=-least,
        booking_date__gte=order.execution_date, state__in=("open", "suggested", "set_aside"),
    )  # fmt: skip
    if debits.exists():
        raise NotProvenError(
            order.end_to_end_id, "a debit that may be it waits on the account: reconcile that first"
        )
