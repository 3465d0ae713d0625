"""Send a file to the bank: what is begun is written first, and how it ended afterwards.

Whoever is killed between two steps leaves a file of which nobody knows whether it arrived. It is
asked about under its name; where nothing lies there, the same bytes go under the same name and
MsgId once more, which the bank refuses if it has had them. No file is ever made anew (ADR 55).
"""

from datetime import datetime

from django.db import transaction as database

from avstem.banks.directory import bank as bank_by_slug
from avstem.connectors.opening import connector_for
from avstem.connectors.places import place_from
from avstem.connectors.port import Connector, Delivered
from avstem.domain.carrying_errors import (
    CredentialsRejectedError,
    HostKeyMismatchError,
    OutcomeUnknownError,
    PeerUnreachableError,
    RemoteDiffersError,
    RemoteFullError,
    RemoteRefusedError,
    SecretUnreadableError,
    TransferCutError,
    UnsafeNameError,
)
from avstem.domain.errors import (
    FileByHandError,
    FileTooLargeError,
    NotFoundError,
    RefusalError,
)
from avstem.domain.payment_life import OrderState
from avstem.store import payments
from avstem.store.locks import lock_company
from avstem.store.models import Agreement, FileState, PaymentFile
from avstem.store.payment_sending import (
    SENT_AGAIN_WITHIN,
    TO_SEND,
    is_by_hand,
    refuse_unfit,
    waiting_orders,
    write_sent,
)
from avstem.store.secrets import secrets_named
from avstem.store.tenancy import in_company

#: After these nothing has arrived: the port promises it.
NOTHING_ARRIVED = (
    PeerUnreachableError, HostKeyMismatchError, CredentialsRejectedError, TransferCutError,
    RemoteFullError, RemoteRefusedError, FileTooLargeError, UnsafeNameError, SecretUnreadableError,
    NotFoundError,
)  # fmt: skip
_THERE = (FileState.SENT, FileState.ANSWERED)


@in_company
def send_payment_file(*, company_id: int, file_id: int, actor: str, now: datetime) -> PaymentFile:
    """The file, sent; sent already, nothing happens. A refusal is written down and raised.

    Three steps, each whole: it is begun, it is carried, its end is written.
    """
    file, was_begun = _begin(company_id, file_id)
    if file.state not in TO_SEND:
        return file
    try:
        _carry(_connector(file), file, was_begun=was_begun, now=now)
    except RefusalError as refusal:
        ended = _end_badly(file, refusal, was_begun=was_begun, actor=actor, now=now)
        if ended.state in _THERE:
            return ended  # another worker was at it too, and it has arrived
        raise
    return _end_well(file, actor, now)


def files_to_send(company_id: int) -> list[int]:
    """The files that are made and not yet known to be sent, the oldest first."""
    rows = PaymentFile.objects.filter(company_id=company_id, state__in=TO_SEND)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@database.atomic
def _begin(company_id: int, file_id: int) -> tuple[PaymentFile, bool]:
    """Whether somebody had begun before and its end is not known."""
    lock_company(company_id)
    file = payments.get_file(company_id, file_id)
    was_begun = file.state in (FileState.SENDING, FileState.UNKNOWN)
    if file.state in TO_SEND:
        refuse_unfit(file)
        _refuse_by_hand(file.agreement, file)
        payments.begin_attempt(file, FileState.SENDING.value)
    return file, was_begun


def _refuse_by_hand(agreement: Agreement, file: PaymentFile) -> None:
    if is_by_hand(agreement):
        raise FileByHandError(file.remote_name, bank_by_slug(agreement.bank).name)


def _connector(file: PaymentFile) -> Connector:
    agreement = file.agreement
    secrets = secrets_named(company_id=agreement.company_id, name=agreement.bank)
    place = place_from(agreement.channel, agreement.place, secrets)
    assert place is not None, "refused before it was begun"
    return connector_for(place)


def _carry(connector: Connector, file: PaymentFile, *, was_begun: bool, now: datetime) -> None:
    """Make sure that exactly these bytes lie there; what was begun before is asked about first."""
    content = bytes(file.content)
    try:
        if was_begun and _is_ours(connector.describe(file.remote_name), file, len(content)):
            return
        if was_begun and now - file.made_at > SENT_AGAIN_WITHIN:
            raise OutcomeUnknownError(file.remote_name, f"made on {file.made_at:%Y-%m-%d}")
        connector.send(file.remote_name, content)
    finally:
        connector.close()


def _is_ours(there: Delivered | None, file: PaymentFile, size: int) -> bool:
    if there is None:
        return False
    if there.sha256 is None and there.size == size:
        raise OutcomeUnknownError(file.remote_name, "it may not be read back")
    if there.sha256 != file.sha256:
        raise RemoteDiffersError(file.remote_name, there.size, size)
    return True


@database.atomic
def _end_well(file: PaymentFile, actor: str, now: datetime) -> PaymentFile:
    lock_company(file.company_id)
    file = payments.get_file(file.company_id, file.pk)
    write_sent(file, actor, now)
    return file


@database.atomic
def _end_badly(
    file: PaymentFile, refusal: RefusalError, *, was_begun: bool, actor: str, now: datetime
) -> PaymentFile:
    """Not sent, where that is sure; else nobody knows, and the bank is asked at the next try.

    The file as it is then.
    """
    lock_company(file.company_id)
    attempt, file = file.attempts, payments.get_file(file.company_id, file.pk)
    if file.state != FileState.SENDING or file.attempts != attempt:
        return file  # somebody else has begun since, and writes the end
    is_sure = isinstance(refusal, NOTHING_ARRIVED) and not was_begun
    state = FileState.MADE if is_sure else FileState.UNKNOWN
    payments.change_file(file, state=state.value, last_error_code=refusal.code)
    payments.tell_of_file(file, state.value, now=now, person=actor, code=refusal.code)
    if not is_sure:
        waiting = [row for row in waiting_orders(file) if row.state == OrderState.IN_FILE]
        payments.move(waiting, OrderState.UNKNOWN_OUTCOME, "unknown", now=now)
    return file
