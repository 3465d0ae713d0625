"""What comes in from customers: pain.001 and camt.055, taken once, answered in steps.

A file is taken by one rename out of the customer's folder; from then on it has a number of its
own, so that a crash neither loses it nor takes it twice. A file that is sent again is a file of
its own, and the checks for duplicates say so.
"""

import json
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from avstem.domain.identifiers import account_key
from avstem.formats.payment_messages import CaseMessage, Instruction, OrderBatch, OrderMessage
from avstem.testbank.backoffice import answers
from avstem.testbank.backoffice.checks import Known, Verdicts, check_file, check_payments
from avstem.testbank.backoffice.ledger import Ledger, stamp
from avstem.testbank.backoffice.outbox import Customer, customers, get_customer
from avstem.testbank.backoffice.payments import payment_day, read_received
from avstem.testbank.backoffice.ways import PAYMENTS
from avstem.testbank.misbehaviour import Kind, confess, take_wish

#: Names under which clients write before they rename: not yet sent.
UNFINISHED = re.compile(r"[.~].*|.*\.(?:tmp|temp|part|partial|filepart|upload)\Z", re.IGNORECASE)
_SPOOLED = re.compile(r"in-(\d{9})-([^/]*)\Z")
_OF_FILE = ("FF01", "DU01", "AM10", "AM18", "CH21", "AG08")


def take_files(
    ledger: Ledger,
    homes: Path,
    spool: Path,
    *,
    user: str = "",
    name: str = "",
    unfinished: frozenset[tuple[str, str]] = frozenset(),
) -> int:
    """Take what customers have finished sending; how many files. It looks for leftovers first.

    With a user and a name it is that file alone. `unfinished` are those still being written.
    """
    taken = _take_spooled(ledger, homes, spool)
    for customer in customers(ledger):
        folder = homes / customer.user / customer.ways.folder_in
        for path in sorted(folder.iterdir()) if user in ("", customer.user) else ():
            is_asked_for = name in ("", path.name) and (customer.user, path.name) not in unfinished
            if is_asked_for and _is_finished(path):
                _spool(ledger, customer.user, path, spool)
                taken += _take_spooled(ledger, homes, spool)
    return taken


def _is_finished(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not UNFINISHED.match(path.name)


def _spool(ledger: Ledger, user: str, path: Path, spool: Path) -> None:
    """Take it out of the folder under a number of its own."""
    with ledger.step("number"):
        (number,) = ledger.numbers("received", 1)
        ledger.remember(f"received {number}", user)
    # Another process of the bank may have been faster.
    with suppress(FileNotFoundError):
        path.replace(spool / f"in-{number:09d}-{path.name}")
    ledger.watch("file: taken out of the folder")


def _take_spooled(ledger: Ledger, homes: Path, spool: Path) -> int:
    taken = 0
    for path in sorted(spool.glob("in-*")):
        found = _SPOOLED.match(path.name)
        assert found is not None, path.name
        with suppress(FileNotFoundError):  # as above
            taken += _receive(ledger, int(found[1]), found[2], path.read_bytes())
            _archive(ledger, homes, path, int(found[1]), found[2])
    return taken


def _archive(ledger: Ledger, homes: Path, path: Path, number: int, name: str) -> None:
    """What was taken lies where the customer can see that it was."""
    user = ledger.fact(f"received {number}")
    path.replace(homes / user / get_customer(ledger, user).ways.folder_taken / name)
    ledger.watch("file: in the archive")


def _receive(ledger: Ledger, number: int, name: str, content: bytes) -> bool:
    with ledger.step("taking a file"):
        if ledger.value("SELECT 1 FROM received WHERE id = ?", number) is not None:
            return False
        user = ledger.fact(f"received {number}")
        ledger.run(
            "INSERT INTO received (id, user, name, at, content) VALUES (?, ?, ?, ?, ?)",
            number, user, name, stamp(ledger.now), content,
        )  # fmt: skip
        minutes = get_customer(ledger, user).ways.receipt_minutes
        ledger.plan(ledger.now + timedelta(minutes=minutes), "receipt", user, str(number))
    return True


def receipt(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """First step: can it be read, was it sent before? The answer is about the file alone."""
    customer, number = get_customer(ledger, user), int(content)
    message = read_received(ledger, number)
    if isinstance(message, OrderMessage):
        code = check_file(message, _known(ledger, user, at.date())) or _wished(ledger, customer)
    else:
        code = "" if isinstance(message, CaseMessage) else "FF01"
    own_id = getattr(message, "message_id", None)
    ledger.run(
        "UPDATE received SET outcome = ? WHERE id = ?", code or "taken", number
    )  # fmt: skip
    if code:
        answers.send_refusal(ledger, customer, at, message, code)
    if own_id and code != "DU01":
        values = (user, own_id, number, message.format)
        ledger.run("INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?)", *values)
    if not code:
        if "ACTC" in customer.ways.steps:
            answers.send_receipt(ledger, customer, at, own_id or "", message.format)
        minutes = customer.ways.answer_minutes - customer.ways.receipt_minutes
        kind = "validation" if isinstance(message, OrderMessage) else "cancellation"
        ledger.plan(at + timedelta(minutes=minutes), kind, user, content)


def _wished(ledger: Ledger, customer: Customer) -> str:
    """A refusal of a whole file that somebody asked for."""
    found = ledger.row(
        "SELECT id, json_extract(detail, '$.code') AS code FROM wish WHERE kind = ? AND user = ?"
        " AND json_extract(detail, '$.code') IN (SELECT value FROM json_each(?))",
        Kind.REJECTION.value, customer.user, json.dumps(_OF_FILE),
    )  # fmt: skip
    if found is None:
        return ""
    ledger.run("DELETE FROM wish WHERE id = ?", found["id"])
    confess(ledger, Kind.REJECTION, customer.user, "", code=found["code"], level="file")
    return str(found["code"])


def _known(ledger: Ledger, user: str, today: date) -> Known:
    accounts = ledger.rows("SELECT iban, currency FROM account WHERE user = ?", user)
    active = ledger.rows(
        "SELECT iban FROM agreement WHERE service = ? AND state = 'active'", PAYMENTS
    )
    messages = ledger.rows("SELECT message_id FROM message WHERE user = ?", user)
    batches = ledger.rows("SELECT DISTINCT batch_id FROM payment WHERE user = ?", user)
    standing = ledger.rows(
        "SELECT end_to_end_id FROM payment WHERE user = ?"
        " AND state NOT IN ('rejected', 'cancelled')", user,
    )  # fmt: skip
    own = {each["iban"]: each["currency"] for each in accounts}
    return Known(
        today=today,
        accounts=own,
        with_payments=frozenset(each["iban"] for each in active) & own.keys(),
        message_ids=frozenset(each["message_id"] for each in messages),
        batch_ids=frozenset(each["batch_id"] for each in batches),
        end_to_end_ids=frozenset(each["end_to_end_id"] for each in standing),
        closed=frozenset(json.loads(ledger.fact("closed accounts", "[]"))),
    )


def validation(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """Second step: every batch and payment is taken, or refused with its reason."""
    customer = get_customer(ledger, user)
    message = read_received(ledger, int(content))
    verdicts = check_payments(message, _known(ledger, user, at.date()))
    _wish_refused(ledger, customer, message, verdicts)
    rows = [
        _payment_row(customer, message, batch, payment, verdicts.of(place, inner), at)
        for place, batch in enumerate(message.batches)
        for inner, payment in enumerate(batch.instructions)
        if payment.amount.minor > 0
    ]
    ledger.insert("payment", rows)
    answers.send_validation(ledger, customer, at, message, verdicts)


def _wish_refused(
    ledger: Ledger, customer: Customer, message: OrderMessage, verdicts: Verdicts
) -> None:
    """Refuse the first payment that would be taken, where somebody asked for it."""
    places = [
        (place, inner)
        for place, batch in enumerate(message.batches)
        for inner in range(len(batch.instructions))
        if not verdicts.of(place, inner)
    ]
    for place in places:
        found = take_wish(ledger, (Kind.REJECTION,), customer.user, "pain001")
        if found is None:
            return
        verdicts.payments[place] = found[1]["code"]
        payment = message.batches[place[0]].instructions[place[1]]
        confess(
            ledger, Kind.REJECTION, customer.user, "", code=found[1]["code"], level="payment",
            end_to_end_id=payment.end_to_end_id,
        )  # fmt: skip


def _payment_row(
    customer: Customer, message: OrderMessage, batch: OrderBatch, payment: Instruction,
    reason: str, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    asked = batch.execution_date or at.date()
    waits = "pending" if customer.ways.needs_approval else "accepted"
    in_one_sum = batch.is_batch_booking
    documents = [
        (each.kind, each.value) for each in payment.references if each.kind != "kid"
    ]  # fmt: skip
    return {
        "user": customer.user,
        "message_id": message.message_id,
        "batch_id": batch.id or "",
        "instruction_id": payment.instruction_id,
        "end_to_end_id": payment.end_to_end_id,
        "iban": account_key(batch.account or ""),
        "minor": payment.amount.minor,
        "currency": payment.amount.currency,
        "creditor": payment.counterparty,
        "creditor_account": account_key(payment.counterparty_account or "") or None,
        "kid": next((each.value for each in payment.references if each.kind == "kid"), None),
        "documents": json.dumps(documents),
        "text": " ".join(payment.remittance),
        "asked": asked.isoformat(),
        "day": payment_day(customer, asked, at).isoformat(),
        "in_one_sum": customer.ways.is_batch_booking if in_one_sum is None else in_one_sum,
        "is_confidential": batch.category_purpose in ("SALA", "PENS"),
        "state": "rejected" if reason else waits,
        "reason": reason,
    }
