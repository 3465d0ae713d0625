"""Requests to cancel (camt.055), and approval in the bank: what becomes of a payment not yet paid.

Only what waits can be cancelled. The answer (camt.029) names each payment that was asked for.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from avstem.domain.cancellation_answer import CancellationResolution, PaymentCancellation
from avstem.domain.money import Money
from avstem.domain.payment_status import StatusReason
from avstem.formats.payment_messages import CaseMessage
from avstem.testbank.backoffice import answers
from avstem.testbank.backoffice.answers_write import write_camt029
from avstem.testbank.backoffice.ledger import Ledger
from avstem.testbank.backoffice.outbox import Customer, Letter, get_customer, instant, send
from avstem.testbank.backoffice.payments import payment_day, read_received, states

_NOT_KNOWN = StatusReason(None, "NOT_FOUND", ("Betalingen er ukjent",))
_NOT_AGREED = StatusReason(None, "NOT_AGREED", ("Banken tar ikke imot kansellering",))
_TOO_LATE = StatusReason(None, "TOO_LATE", ("Betalingen er allerede behandlet",))


def cancellation(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """Second step of a camt.055: cancel what can be, and answer about all of it."""
    customer = get_customer(ledger, user)
    message = read_received(ledger, int(content))
    found = _asked_for(ledger, user, message)
    takes = customer.ways.takes_cancellation
    waiting = [each["id"] for each in found if takes and each["state"] in ("pending", "accepted")]
    ledger.run_many(
        "UPDATE payment SET state = 'cancelled', reason = 'CUST' WHERE id = ?",
        [(id,) for id in waiting],
    )
    # Asked for again, what is cancelled still is.
    done = {*waiting, *(each["id"] for each in found if each["state"] == "cancelled")}
    told = [_told(each, each["id"] in done, takes) for each in found]
    told += _strangers(message, found)
    _answer(ledger, customer, at, message, told)


def _asked_for(ledger: Ledger, user: str, message: CaseMessage) -> list[sqlite3.Row]:
    """The payments of the files, batches and payments that are named, each once."""
    whole = {each.original_message_id for each in message.files if each.is_whole}
    batches = {
        (each.original_message_id, each.payment_information_id)
        for each in message.batches
        if each.is_whole
    }
    single = {(each.original_message_id, each.end_to_end_id) for each in message.payments}
    files = whole | {each for each, _ in batches} | {each for each, _ in single}
    return [
        payment
        for message_id in sorted(filter(None, files))
        for payment in states(ledger, user, message_id)
        if message_id in whole
        or (message_id, payment["batch_id"]) in batches
        or (message_id, payment["end_to_end_id"]) in single
    ]


def _told(payment: sqlite3.Row, is_cancelled: bool, takes: bool) -> PaymentCancellation:
    why = () if is_cancelled else (_TOO_LATE if takes else _NOT_AGREED,)
    return PaymentCancellation(
        payment["instruction_id"], payment["end_to_end_id"], payment["batch_id"],
        payment["message_id"], "ACCR" if is_cancelled else "RJCR", why,
        Money(payment["minor"], payment["currency"]), date.fromisoformat(payment["day"]),
    )  # fmt: skip


def _strangers(message: CaseMessage, found: list[sqlite3.Row]) -> list[PaymentCancellation]:
    known = {(each["message_id"], each["end_to_end_id"]) for each in found}
    return [
        PaymentCancellation(
            each.instruction_id, each.end_to_end_id, each.payment_information_id,
            each.original_message_id, "RJCR", (_NOT_KNOWN,), each.amount, each.execution_date,
        )
        for each in message.payments
        if (each.original_message_id, each.end_to_end_id) not in known
    ]  # fmt: skip


def _answer(
    ledger: Ledger, customer: Customer, at: datetime, message: CaseMessage,
    told: list[PaymentCancellation],
) -> None:  # fmt: skip
    # A payment is ACCR, the case as a whole CNCL: the standard has two lists of codes.
    statuses = {"CNCL" if each.status == "ACCR" else "RJCR" for each in told}
    confirmation = "PECR" if len(statuses) > 1 else next(iter(statuses), "RJCR")
    (number,) = ledger.numbers("report", 1)
    case = message.case_ids or ((message.message_id,) if message.message_id else ())
    answer = CancellationResolution(
        format=customer.ways.version("camt.029"), message_id=f"C{number:09d}", created=instant(at),
        case_ids=case, confirmation=confirmation, payments=tuple(told),
    )  # fmt: skip
    content = write_camt029(answer, bic=customer.ways.bic, customer=customer.name)
    send(ledger, customer, Letter("camt029", "", content), due=at)


def decide(ledger: Ledger, user: str, message_id: str, *, is_approved: bool) -> int:
    """Somebody approves or rejects a file in the bank; how many payments that was about."""
    customer, at = get_customer(ledger, user), ledger.now
    waiting = [each for each in states(ledger, user, message_id) if each["state"] == "pending"]
    for each in waiting:
        day = payment_day(customer, date.fromisoformat(each["asked"]), at)
        ledger.run(
            "UPDATE payment SET state = ?, reason = ?, day = ? WHERE id = ?",
            "accepted" if is_approved else "rejected", "" if is_approved else "DS04",
            day.isoformat(), each["id"],
        )  # fmt: skip
    if waiting and (not is_approved or "ACCP" in customer.ways.steps):
        status, code = ("ACCP", "") if is_approved else ("RJCT", "DS04")
        answers.send_payments(ledger, customer, at, waiting, status, code)
    return len(waiting)


def refuse(
    ledger: Ledger, customer: Customer, at: datetime, payments: Sequence[sqlite3.Row], code: str
) -> None:
    """Refuse payments that were taken before, and tell it."""
    ledger.run_many(
        "UPDATE payment SET state = 'rejected', reason = ? WHERE id = ?",
        [(code, each["id"]) for each in payments],
    )
    answers.send_payments(ledger, customer, at, payments, "RJCT", code)
