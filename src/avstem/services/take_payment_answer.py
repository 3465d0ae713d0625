"""Take in what the bank says about payments: status reports, and answers to cancellations.

Answers come late, twice, out of order and at three levels; `domain.payment_life` says what moves.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.cancellation_answer import CancellationOutcome, CancellationResolution, resolve
from avstem.domain.errors import NotFoundError, UnknownFormatError
from avstem.domain.payment_life import (
    STOPPED,
    OrderState,
    after_report,
    is_contradicted,
    refuses_only_the_copy,
)
from avstem.domain.payment_status import PaymentStatusReport, StatusReason, TransactionStatus
from avstem.formats.payment_files import read_payment_message
from avstem.store import audit, clearing, payments, raw_files
from avstem.store.locks import lock_company
from avstem.store.models import (
    BankFile,
    Company,
    FileState,
    PaymentEvent,
    PaymentFile,
    PaymentOrder,
)
from avstem.store.tenancy import in_company

_NOT_KNOWN_TO_BE_THERE = (OrderState.IN_FILE, OrderState.UNKNOWN_OUTCOME)
REASONS_KEPT = 10
_CANCEL_KINDS = {
    CancellationOutcome.CANCELLED: "cancelled",
    CancellationOutcome.REFUSED: "cancel_refused",
    CancellationOutcome.PENDING: "cancel_pending",
}


@dataclass(frozen=True)
class AnswerTaken:
    """What became of an answer: how many orders it moved, and how many it spoke of."""

    file: str
    format: str
    about: str
    moved: int = 0
    spoken_of: int = 0
    is_known_already: bool = False


@dataclass(frozen=True)
class _Said:
    """What the report says of one order: raw code and reasons, and where it stands."""

    status: str
    reasons: tuple[StatusReason, ...]
    more: tuple[tuple[str, str], ...] = ()


@in_company
@database.atomic
def take_payment_answer(
    *, company_id: int, path: Path, name: str, source: str, actor: str, now: datetime
) -> AnswerTaken:
    """Take the file once, and keep its bytes; refused where it is about no file of ours."""
    company = lock_company(company_id)
    digest = raw_files.digest_of(path)
    with path.open("rb") as stream:
        message = read_payment_message(stream, file=name)
    if not isinstance(message, PaymentStatusReport | CancellationResolution):
        raise UnknownFormatError(message.format, "pain.002, camt.029", name)
    if BankFile.objects.filter(company_id=company_id, sha256=digest).exists():
        return AnswerTaken(name, message.format, "", is_known_already=True)
    if isinstance(message, PaymentStatusReport):
        taken = _take_report(company, message, name, actor, now)
    else:
        taken = _take_resolution(company, message, name, actor, now)
    raw_files.keep(
        company_id=company_id, path=path, name=name, sha256=digest, file_format=message.format,
        source=source, now=now,
    )  # fmt: skip
    audit.record(
        company_id=company_id, actor=actor, action="payments.answered", at=now,
        facts={"file": name, "sha256": digest, "about": taken.about, "moved": taken.moved},
    )  # fmt: skip
    return taken


def _take_report(
    company: Company, report: PaymentStatusReport, name: str, actor: str, now: datetime
) -> AnswerTaken:
    file = _file_of(company.pk, report)
    rows = PaymentOrder.objects.filter(company_id=company.pk, file=file).order_by("pk")
    orders = list(rows.select_related("account", "item"))
    before = {order.pk: order.state for order in orders}
    _arrived(file, orders, now)
    found = dict(_said_of(report, orders))
    references = _references(report, orders)
    moved = _apply(orders, found, references, report, now)
    _book(company, [order for order in orders if order.state != before[order.pk]], actor, now)
    payments.tell_of_file(
        file, "report", now=now, report=report.message_id, name=name, status=report.group_status,
        reasons=_facts(report.group_reasons),
    )  # fmt: skip
    return AnswerTaken(name, report.format, file.message_id, moved, len(found))


def _file_of(company_id: int, report: PaymentStatusReport) -> PaymentFile:
    """By its MsgId; where the bank names none, by the payments."""
    files = PaymentFile.objects.filter(company_id=company_id)
    found = files.filter(message_id=report.original_message_id or "").first()
    if found is None and report.original_message_id is None:
        ids = [each.end_to_end_id for each in report.transactions if each.end_to_end_id]
        found = files.filter(orders__end_to_end_id__in=ids[:500]).first()
    if found is None:
        raise NotFoundError("payment file", report.original_message_id or "without a MsgId")
    return found


def _arrived(file: PaymentFile, orders: Sequence[PaymentOrder], now: datetime) -> None:
    """Whatever the answer is, the bank has the file."""
    if file.state in (FileState.SENDING, FileState.SENT, FileState.UNKNOWN):
        payments.change_file(file, state=FileState.ANSWERED.value, sent_at=file.sent_at or now)
        waiting = [order for order in orders if order.state in _NOT_KNOWN_TO_BE_THERE]
        payments.move(waiting, OrderState.SENT, "sent", now=now, facts={"by": "report"})


def _said_of(
    report: PaymentStatusReport, orders: Sequence[PaymentOrder]
) -> Iterable[tuple[int, _Said]]:
    """What stands about each order: its own line, else its batch's, else the file's."""
    lines: dict[str | None, TransactionStatus] = {}
    for line in report.transactions:
        lines.setdefault(line.instruction_id, line)
        lines[line.end_to_end_id or line.instruction_id] = line
    batches = {batch.payment_information_id: batch.reasons for batch in report.batches}
    for order in orders:
        found = lines.get(order.end_to_end_id)
        above = batches.get(order.batch_id) or report.group_reasons
        status = report.inherited_status(order.batch_id or None)
        said = _Said(status, above) if status else None
        if found is not None:
            status = report.status_of(found)
            said = _Said(status, found.reasons or above, _more(found, order)) if status else None
        if said is not None:
            yield order.pk, said


def _more(line: TransactionStatus, order: PaymentOrder) -> tuple[tuple[str, str], ...]:
    """What the bank did of its own: another day."""
    day = line.execution_date
    return (("day", day.isoformat()),) if day and day != order.execution_date else ()


def _references(
    report: PaymentStatusReport, orders: Sequence[PaymentOrder]
) -> dict[int, dict[str, str]]:
    """The bank's own references by order: kept, for the debit may say no other."""
    by_id = {order.end_to_end_id: order for order in orders}
    named = {
        by_id[id].pk: each.bank_reference
        for each in report.transactions
        if each.bank_reference and (id := each.end_to_end_id or each.instruction_id) in by_id
    }
    payments.note_bank_references(orders, named)
    return {pk: {"bank_reference": reference} for pk, reference in named.items()}


def _book(company: Company, moved: Sequence[PaymentOrder], actor: str, now: datetime) -> None:
    """What is executed is on its way in the books too; what was taken back is owed again."""
    today = timezone.localdate(now)
    sent = clearing.sent_by_order(company, moved)
    going = [
        (sent[order.pk], min(order.execution_date, today))
        for order in moved
        if order.state == OrderState.EXECUTED and order.pk in sent
    ]
    clearing.move_bills(company, going, actor, now)
    back = [sent[order.pk] for order in moved if order.state in STOPPED and order.pk in sent]
    clearing.move_back(company, back, today, actor, now)


def _apply(
    orders: Sequence[PaymentOrder],
    found: dict[int, _Said],
    references: payments.OwnFacts,
    report: PaymentStatusReport,
    now: datetime,
) -> int:
    """Move what it moves, in as many writes as there are different answers; how many moved."""
    groups: dict[tuple[_Said, str, OrderState], list[PaymentOrder]] = defaultdict(list)
    for order in orders:
        if (said := found.get(order.pk)) is not None:
            groups[said, *_outcome(order, said)].append(order)
    moved = 0
    for (said, kind, wanted), rows in groups.items():
        facts = {"report": report.message_id, "reasons": _facts(said.reasons), **dict(said.more)}
        if kind == "status" and rows[0].state != wanted:
            moved += len(rows)
            payments.move(
                rows, wanted, kind, now=now, status=said.status, facts=facts, own_facts=references
            )
        else:
            payments.tell(
                rows, kind, now=now, status=said.status, facts=facts, own_facts=references
            )
        if wanted in STOPPED:
            payments.note_stopped(rows)
    return moved


def _outcome(order: PaymentOrder, said: _Said) -> tuple[str, OrderState]:
    """What kind of line it is in the timeline, and the state afterwards."""
    state = OrderState(order.state)
    codes = frozenset(reason.code for reason in said.reasons if reason.code)
    if refuses_only_the_copy(said.status, codes):
        return "copy_refused", state
    if is_contradicted(state, said.status):
        return "contradiction", state
    return "status", after_report(state, said.status)


def _facts(reasons: Sequence[StatusReason]) -> list[dict[str, Any]]:
    """Codes and the bank's own words, raw."""
    return [
        {"code": each.code or each.proprietary or "", "texts": list(each.texts)}
        for each in reasons[:REASONS_KEPT]
    ]


def _take_resolution(
    company: Company, answer: CancellationResolution, name: str, actor: str, now: datetime
) -> AnswerTaken:
    asked = _asked_for(company.pk, answer)
    lines = {each.end_to_end_id: each for each in answer.payments}
    groups: dict[CancellationOutcome, list[PaymentOrder]] = defaultdict(list)
    for order in asked:
        line = lines.get(order.end_to_end_id)
        whole = [each.status for each in answer.messages]
        outcome = answer.outcome_of(line) if line else resolve(*whole, answer.confirmation)
        if outcome is not None:
            groups[outcome].append(order)
    moved = 0
    for outcome, rows in groups.items():
        facts = {"answer": answer.message_id, "name": name}
        going = [row for row in rows if _may_be_cancelled(row)]
        if outcome is CancellationOutcome.CANCELLED:
            payments.move(going, OrderState.CANCELLED, "cancelled", now=now, facts=facts)
            payments.note_stopped(going)
            _book(company, going, actor, now)
            moved += len(going)
            rest = [row for row in rows if row.state != OrderState.CANCELLED]
            payments.tell(rest, "contradiction", now=now, facts=facts)
        else:
            payments.tell(rows, _CANCEL_KINDS[outcome], now=now, facts=facts)
    about = ", ".join(answer.case_ids)
    return AnswerTaken(name, answer.format, about, moved, len(asked))


def _may_be_cancelled(order: PaymentOrder) -> bool:
    return after_report(OrderState(order.state), "CANC") is OrderState.CANCELLED and (
        order.state != OrderState.CANCELLED
    )


def _asked_for(company_id: int, answer: CancellationResolution) -> list[PaymentOrder]:
    """The orders that our requests of those cases asked for."""
    requests = PaymentFile.objects.filter(
        company_id=company_id, kind="camt.055", message_id__in=answer.case_ids
    )
    found = {each.message_id for each in requests}
    events = PaymentEvent.objects.filter(
        company_id=company_id, kind="cancel_asked", facts__request__in=list(found)
    )
    rows = PaymentOrder.objects.filter(
        company_id=company_id, pk__in=events.values("order_id")
    ).order_by("pk")
    asked = list(rows)
    if not asked:
        raise NotFoundError("cancellation", ", ".join(answer.case_ids) or "without a case")
    for each in requests.filter(state__in=(FileState.SENDING, FileState.SENT, FileState.UNKNOWN)):
        payments.change_file(each, state=FileState.ANSWERED.value)
    return asked
