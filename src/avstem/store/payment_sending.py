"""What holds of a file before it leaves, whoever carries it, and how its leaving is written down.

Call these with the company locked.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import FileAlteredError, StateError
from avstem.domain.payment_life import OrderState
from avstem.store import audit, payments
from avstem.store.models import Agreement, FileState, PaymentEvent, PaymentFile, PaymentOrder
from avstem.store.owed import refuse_beyond_owed

#: Banks remember a MsgId for 90 days and longer; what is older is not sent again.
SENT_AGAIN_WITHIN = timedelta(days=60)
TO_SEND = (FileState.MADE, FileState.SENDING, FileState.UNKNOWN)
#: The channels by which a person carries files.
BY_HAND = ("", "netbank")


def is_by_hand(agreement: Agreement) -> bool:
    """Whether a person carries files to this bank."""
    return agreement.channel in BY_HAND


def refuse_unfit(file: PaymentFile) -> None:
    """Refuse what is not as it was made, or made for an agreement that has ended since.

    Of a file not begun also what is not owed any more: the next round takes it apart, and the rest
    goes anew. What is begun may be in the bank, and is the bank's to answer for.
    """
    _refuse_altered(file)
    if file.state == FileState.MADE:
        refuse_beyond_owed(file.company_id, waiting_orders(file))
    agreement = file.agreement
    if agreement.state != AgreementState.ACTIVE or not agreement.payments:
        raise StateError("agreement", agreement.bank, agreement.state, "active")


def _refuse_altered(file: PaymentFile) -> None:
    """The bytes are those of which the orders' own timelines tell, or nothing is sent."""
    digest = hashlib.sha256(bytes(file.content)).hexdigest()
    told = PaymentEvent.objects.filter(company_id=file.company_id, file=file, kind="in_file")
    event = told.order_by("pk").first()
    made = event.facts.get("sha256", digest) if event else digest
    if not digest == file.sha256 == made:
        raise FileAlteredError(file.remote_name)


def write_sent(file: PaymentFile, actor: str, now: datetime) -> None:
    """It is there. A report that was quicker than we are stands."""
    if file.state not in (FileState.SENDING, FileState.UNKNOWN):
        return
    payments.change_file(file, state=FileState.SENT.value, sent_at=now, last_error_code="")
    payments.tell_of_file(file, "sent", now=now, person=actor, attempts=file.attempts)
    payments.move(waiting_orders(file), OrderState.SENT, "sent", now=now)
    audit.record(
        company_id=file.company_id, actor=actor, action="payments.file_sent", at=now,
        facts={"file": file.message_id, "sha256": file.sha256, "attempts": file.attempts},
    )  # fmt: skip


def waiting_orders(file: PaymentFile) -> Sequence[PaymentOrder]:
    """The file's orders of which the bank has said nothing."""
    states = (OrderState.IN_FILE, OrderState.UNKNOWN_OUTCOME)
    rows = PaymentOrder.objects.filter(company_id=file.company_id, file=file, state__in=states)
    return list(rows.order_by("pk"))
