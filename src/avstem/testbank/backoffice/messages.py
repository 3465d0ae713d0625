"""The bank's account messages: postings become entries, entries camt or OCR giro."""

import io
import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from avstem.domain.identifiers import bban_of
from avstem.domain.money import Money, total
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Reference,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.camt_write import write_camt
from avstem.testbank.backoffice.ocr_write import KidPayment, write_ocr_giro
from avstem.testbank.backoffice.outbox import Customer, instant

#: A sum of several payments has no code that tells more than where it went.
_CODES = {
    "in": "PMNT/RCDT/DMCT",
    "out": "PMNT/ICDT/DMCT",
    "return": "PMNT/ICDT/RRTN",
    "interest": "ACMT/MCOP/INTR",
    "interest_owed": "ACMT/MDOP/INTR",
    "charge": "ACMT/MDOP/CHRG",
}
_TEXTS = {
    "in": "Innbetalinger med KID",
    "out": "Utbetalinger i én sum",
    "return": "Tilbakeføring",
    "interest": "Kreditrente",
    "interest_owed": "Debetrente",
    "charge": "Gebyr betalingstjenester",
}


def entries_of(postings: Sequence[sqlite3.Row], *, with_details: bool) -> list[Entry]:
    """The lines on the account; postings that share an entry are the parts of one sum.

    Without details a sum of several stands alone: its parts are in a notification.
    """
    grouped = groupby(postings, key=lambda each: each["entry"])
    return [_entry(list(parts), with_details=with_details) for _, parts in grouped]


def _entry(parts: list[sqlite3.Row], *, with_details: bool) -> Entry:
    first = parts[0]
    day = date.fromisoformat(first["day"])
    is_sum = len(parts) > 1
    amount = total((_money(each) for each in parts), first["currency"])
    details = tuple(map(_transaction, parts))
    if first["is_hidden"]:
        details = (_hidden(first, amount),)
    shows = with_details or not is_sum
    has_text = is_sum or first["kind"] not in ("in", "out")
    return Entry(
        amount=amount, status=EntryStatus.BOOKED, booking_date=day, value_date=day,
        reference=first["entry"], entry_number=None, reversal=False, code=_CODES[first["kind"]],
        text=_TEXTS[first["kind"]] if has_text else None,
        transactions=details if shows else (Transaction(amount),),
        batch_count=len(details) if is_sum and shows else None, has_details=shows,
    )  # fmt: skip


def _hidden(first: sqlite3.Row, amount: Money) -> Transaction:
    """Wages: the sum with the batch it was sent in, and nobody's name."""
    return Transaction(
        amount, bank_reference=first["entry"], payment_information_id=first["batch_id"],
        message_id=first["message_id"],
    )  # fmt: skip


def _transaction(posting: sqlite3.Row) -> Transaction:
    original = None
    if posting["original_minor"] is not None:
        original = Money(posting["original_minor"], posting["original_currency"])
    return Transaction(
        amount=_money(posting),
        bank_reference=posting["reference"],
        end_to_end_id=posting["end_to_end_id"],
        instruction_id=posting["instruction_id"],
        payment_information_id=posting["batch_id"],
        message_id=posting["message_id"],
        counterparty=posting["party"],
        counterparty_account=posting["party_account"],
        references=_references(posting),
        remittance=(posting["text"],) if posting["text"] else (),
        original_amount=original,
        exchange_rate=posting["rate"],
        return_reason=posting["return_reason"],
        is_return=posting["kind"] == "return",
    )


def _references(posting: sqlite3.Row) -> tuple[Reference, ...]:
    if posting["kid"]:
        return (Reference("kid", posting["kid"]),)
    return tuple(Reference(kind, number) for kind, number in json.loads(posting["documents"]))


def _money(posting: sqlite3.Row) -> Money:
    return Money(posting["minor"], posting["currency"])


def head_of(
    customer: Customer,
    account: sqlite3.Row,
    kind: StatementKind,
    id: str,
    day: date,
    **more: object,
) -> StatementHead:
    """The head of a message about one account and day; `more` are balances and number."""
    iban = account["iban"]
    values: dict[str, object] = {
        "format": "", "kind": kind, "id": id, "sequence": None,
        "account": iban if customer.ways.names_accounts_by_iban else bban_of(iban),
        "currency": account["currency"], "from_date": day, "to_date": day,
        "opening_balance": None, "closing_balance": None,
    } | more  # fmt: skip
    return StatementHead(**values)  # type: ignore[arg-type]  # the names are the fields' own


def write_message(
    customer: Customer, message: str, head: StatementHead, entries: Sequence[Entry], at: datetime
) -> bytes:
    """The message in the version of the customer's ways; `message` as `camt.053`."""
    stream = io.BytesIO()
    write_camt(
        stream, [StatementSource(head, iter(entries))], format=customer.ways.version(message),
        message_id=f"M{head.id}"[:35], created=instant(at),
    )  # fmt: skip
    return stream.getvalue()


def write_ocr(postings: Sequence[sqlite3.Row], iban: str, number: int) -> bytes:
    """The day's payments with KID into one account."""
    payments = [
        KidPayment(
            each["minor"], date.fromisoformat(each["day"]), each["kid"], each["entry"],
            each["reference"], _bban_or_none(each["party_account"]),
        )
        for each in postings
    ]  # fmt: skip
    return write_ocr_giro(payments, account=bban_of(iban), number=number)


def _bban_or_none(account: str | None) -> str | None:
    number = bban_of(account or "")
    return number if number.isdigit() and len(number) == 11 else None
