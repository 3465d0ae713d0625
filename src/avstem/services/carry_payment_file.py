"""Give a payment file to the person who carries it to the bank, and write down that it is there.

From the moment the bytes are given out nobody here knows whether the bank has them: the file is
begun, and is never taken apart or made anew. Given out again it is the same bytes under the same
MsgId, which the bank refuses if it has had them (ADR 71).
"""

from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import NotFoundError, StateError
from avstem.store import audit, payments
from avstem.store.locks import lock_company
from avstem.store.models import FileState, PaymentFile, PaymentOrder
from avstem.store.payment_sending import (
    SENT_AGAIN_WITHIN,
    TO_SEND,
    is_by_hand,
    refuse_unfit,
    write_sent,
)
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def hand_out_file(*, company_id: int, file_id: int, actor: str, now: datetime) -> PaymentFile:
    """The file with its exact bytes, begun from now on; who took it and when is kept.

    Refused where files go to that bank by themselves, where it was taken apart, is answered, is
    older than banks remember a MsgId, or would come after a day that a payment in it asks for.
    """
    lock_company(company_id)
    file = _by_hand(company_id, file_id)
    if file.state not in (*TO_SEND, FileState.SENT):
        raise StateError("payment file", file.remote_name, file.state, "to be carried")
    refuse_unfit(file)
    _refuse_late(file, now)
    state = file.state if file.state == FileState.SENT else FileState.SENDING.value
    payments.begin_attempt(file, state)
    payments.tell_of_file(file, "handed_out", now=now, person=actor, attempts=file.attempts)
    audit.record(
        company_id=company_id, actor=actor, action="payments.file_handed_out", at=now,
        facts={"file": file.message_id, "sha256": file.sha256, "attempts": file.attempts},
    )  # fmt: skip
    return file


@in_company
@database.atomic
def note_carried(*, company_id: int, file_id: int, actor: str, now: datetime) -> PaymentFile:
    """The file is in the bank, a person says; said twice, nothing happens.

    Refused before it was given out: then it cannot be there.
    """
    lock_company(company_id)
    file = _by_hand(company_id, file_id)
    if file.state in (FileState.MADE, FileState.WITHDRAWN):
        raise StateError("payment file", file.remote_name, file.state, "given out")
    write_sent(file, actor, now)
    return file


def _by_hand(company_id: int, file_id: int) -> PaymentFile:
    file = payments.get_file(company_id, file_id)
    if not is_by_hand(file.agreement):
        raise NotFoundError("payment file to carry", file.remote_name)
    return file


def _refuse_late(file: PaymentFile, now: datetime) -> None:
    """Nobody has it yet, and its day is past: the next round makes it anew with another day."""
    if file.state == FileState.MADE:
        rows = PaymentOrder.objects.filter(company_id=file.company_id, file=file)
        if rows.filter(execution_date__lt=timezone.localdate(now)).exists():
            raise StateError("payment file", file.remote_name, "late", "of today or later")
    elif now - file.made_at > SENT_AGAIN_WITHIN:
        raise StateError("payment file", file.remote_name, "too old", "at most 60 days old")
