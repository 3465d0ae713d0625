"""What the bank answers about payment files, as pain.002 at three levels.

The receipt speaks of the file; the validation of the file, its batches, and those payments that
differ from it; the execution of each payment. Refusals are told whatever the bank's ways are.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from avstem.domain.money import Money
from avstem.domain.payment_status import (
    BatchStatus,
    PaymentStatusReport,
    StatusReason,
    TransactionStatus,
)
from avstem.formats.payment_messages import Instruction, OrderBatch, OrderMessage
from avstem.testbank.backoffice.answers_write import write_pain002
from avstem.testbank.backoffice.checks import Verdicts
from avstem.testbank.backoffice.ledger import Ledger
from avstem.testbank.backoffice.outbox import Customer, Letter, instant, send
from avstem.testbank.backoffice.payments import payment_day

_WORDS: Mapping[str, str] = {
    "AC02": "Belastningskontoen er ukjent",
    "AC03": "Ugyldig kontonummer hos mottaker",
    "AC04": "Mottakers konto er avsluttet",
    "AG03": "Meldingstypen er ikke avtalt",
    "AG08": "Avtale om betalinger mangler",
    "AM01": "Beløpet er null",
    "AM03": "Valutaen er ikke tillatt",
    "AM04": "Ikke dekning på konto",
    "AM10": "Kontrollsummen stemmer ikke",
    "AM18": "Antall betalinger stemmer ikke",
    "CH03": "Betalingsdato er for langt frem",
    "CH04": "Betalingsdato er passert",
    "CH21": "Et obligatorisk felt mangler",
    "DS02": "Slettet: ikke godkjent i tide",
    "DS04": "Avvist av godkjenner",
    "DT01": "Ugyldig dato",
    "DU01": "Filens id er brukt før",
    "DU02": "Buntens id er brukt før",
    "DU04": "Betalingens id er brukt før",
    "FF01": "Filen kan ikke leses",
    "RR09": "Ugyldig KID",
}
_MOVED = StatusReason("DT01", texts=("Betalingsdato er flyttet til neste bankdag",))
_WAITS = StatusReason(None, "APPROVAL", ("Venter på godkjenning i nettbanken",))


def reason_of(code: str) -> tuple[StatusReason, ...]:
    """The code with the bank's words."""
    return (StatusReason(code, texts=(_WORDS.get(code, "Avvist av banken"),)),)


def send_refusal(ledger: Ledger, customer: Customer, at: datetime, message: Any, code: str) -> None:
    """The whole file is refused; what could not be read has no id to name."""
    own_id = getattr(message, "message_id", None)
    name = getattr(message, "format", "pain.001")
    report = _report(ledger, customer, at, own_id, name, "RJCT", reason_of(code))
    _send(ledger, customer, at, report)


def send_receipt(
    ledger: Ledger, customer: Customer, at: datetime, message_id: str, name: str
) -> None:
    """The file came and can be read."""
    _send(ledger, customer, at, _report(ledger, customer, at, message_id, name, "ACTC"))


def send_validation(
    ledger: Ledger, customer: Customer, at: datetime, message: OrderMessage, verdicts: Verdicts
) -> None:
    """What is taken and what is refused; a payment is named where it differs from its batch."""
    batches, named, all_statuses = [], [], []
    for place, batch in enumerate(message.batches):
        told = [
            _validated(customer, batch, payment, verdicts.of(place, inner), at)
            for inner, payment in enumerate(batch.instructions)
        ]
        status = _agree(each.status for each in told)
        all_statuses += [each.status for each in told]
        code = verdicts.batches.get(place)
        moved = (_MOVED,) if status == "ACWC" else ()
        batches.append(BatchStatus(batch.id, status, reason_of(code) if code else moved))
        # Accepted ones are mostly not named, even where the batch is only partly accepted.
        named += [
            each for each in told
            if each.status in ("RJCT", "PDNG") or each.status not in ("ACCP", status)
        ]  # fmt: skip
    if "ACCP" in customer.ways.steps or "RJCT" in all_statuses:
        name, whole = message.format, _agree(all_statuses)
        report = _report(ledger, customer, at, message.message_id, name, whole, (), batches, named)
        _send(ledger, customer, at, report)


def _agree(statuses: Iterable[str | None]) -> str | None:
    """What stands for all: their own status, `PART` where some are refused, else the weakest."""
    found = set(statuses)
    if len(found) == 1:
        return found.pop()
    if "RJCT" in found:
        return "PART"
    return "PDNG" if "PDNG" in found else "ACWC"


def _validated(
    customer: Customer, batch: OrderBatch, payment: Instruction, code: str, at: datetime
) -> TransactionStatus:
    asked = batch.execution_date or at.date()
    day = payment_day(customer, asked, at)
    status, reasons = "ACCP", tuple[StatusReason, ...]()
    if code:
        status, reasons, day = "RJCT", reason_of(code), asked
    elif customer.ways.needs_approval:
        status, reasons = "PDNG", (_WAITS,)
    elif day != asked:
        status, reasons = "ACWC", (_MOVED,)
    return TransactionStatus(
        payment.instruction_id, payment.end_to_end_id, batch.id, status, reasons,
        payment.amount, day,
    )  # fmt: skip


def send_payments(
    ledger: Ledger,
    customer: Customer,
    at: datetime,
    payments: Sequence[sqlite3.Row],
    status: str,
    code: str = "",
    references: Mapping[int, str] | None = None,
) -> None:
    """One status for payments that were taken before, a report for each file they came in."""
    reasons = reason_of(code) if code else ()
    for message_id, each in groupby(payments, key=lambda one: one["message_id"]):
        own = list(each)
        name = ledger.value(
            "SELECT name FROM message WHERE user = ? AND message_id = ?", customer.user, message_id
        )
        told = [_stated(one, status, reasons, (references or {}).get(one["id"])) for one in own]
        batches = [BatchStatus(id, None) for id in dict.fromkeys(one["batch_id"] for one in own)]
        report = _report(ledger, customer, at, message_id, name, None, (), batches, told)
        _send(ledger, customer, at, report)


def _stated(
    payment: sqlite3.Row, status: str, reasons: tuple[StatusReason, ...], reference: str | None
) -> TransactionStatus:
    return TransactionStatus(
        payment["instruction_id"], payment["end_to_end_id"], payment["batch_id"], status, reasons,
        Money(payment["minor"], payment["currency"]), date.fromisoformat(payment["day"]),
        bank_reference=reference,
    )  # fmt: skip


def _report(
    ledger: Ledger,
    customer: Customer,
    at: datetime,
    message_id: str | None,
    name: str,
    status: str | None,
    reasons: tuple[StatusReason, ...] = (),
    batches: Sequence[BatchStatus] = (),
    payments: Sequence[TransactionStatus] = (),
) -> PaymentStatusReport:
    (number,) = ledger.numbers("report", 1)
    return PaymentStatusReport(
        customer.ways.version("pain.002"), f"S{number:09d}", instant(at), message_id, name,
        status, reasons, (), tuple(batches), tuple(payments),
    )  # fmt: skip


def _send(ledger: Ledger, customer: Customer, at: datetime, report: PaymentStatusReport) -> None:
    """Send what is left of it at the levels this bank speaks of, if anything is."""
    told = _at_levels(report, customer.ways.levels)
    stated = [each.status for each in told.batches] + [each.status for each in told.transactions]
    if told.group_status or any(stated):
        content = write_pain002(told, bic=customer.ways.bic)
        send(ledger, customer, Letter("pain002", "", content), due=at)


def _at_levels(report: PaymentStatusReport, levels: Sequence[str]) -> PaymentStatusReport:
    """A payment is told inside its batch, so that a silent batch still names it."""
    if "payment" not in levels:
        report = replace(report, transactions=())
        if "batch" not in levels:
            report = replace(report, batches=())
    if "batch" not in levels:
        silent = tuple(replace(each, status=None, reasons=()) for each in report.batches)
        report = replace(report, batches=silent)
    if "group" not in levels and report.batches:
        report = replace(report, group_status=None, group_reasons=())
    return report
