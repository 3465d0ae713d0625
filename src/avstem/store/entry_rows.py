"""From what a message says to rows: entries, their transactions, and what tells them apart."""

import hashlib
from collections.abc import Iterator
from datetime import date

from avstem.domain.identifiers import account_key
from avstem.domain.joining import IncomingEntry
from avstem.domain.statement import Entry, Transaction

ENTRY_FIELDS = (
    "id", "company_id", "account_id", "statement_id", "confirmed_by_id", "notified_by_id",
    "position", "status", "reference", "booking_date", "value_date", "amount_minor", "reversal",
    "code", "text", "has_details", "batch_count", "fingerprint",
)  # fmt: skip
TRANSACTION_FIELDS = (
    "company_id", "account_id", "entry_id", "position", "booking_date", "value_date",
    "amount_minor", "currency", "bank_reference", "end_to_end_id", "instruction_id",
    "payment_information_id", "message_id", "counterparty", "counterparty_account", "kid",
    "references", "text", "original_minor", "original_currency", "exchange_rate",
    "charges_minor", "is_return", "return_reason", "state", "set_aside_reason", "booking_no",
)  # fmt: skip

TEXT_CHARACTERS_MAX = 4_000
Row = tuple[object, ...]


def transactions_of(entry: Entry) -> tuple[Transaction, ...]:
    """The entry's transactions, if they add up to it; else one made from the entry.

    Parts that do not add up are not money we can book: the entry's own amount is what moved.
    """
    parts = entry.transactions
    in_currency = all(part.amount.currency == entry.amount.currency for part in parts)
    if parts and in_currency and sum(part.amount.minor for part in parts) == entry.amount.minor:
        return parts
    return (Transaction(amount=entry.amount, charges=entry.charges),)


def adds_up(entry: Entry) -> bool:
    """Whether the details, where there are any, are the entry's amount in sum."""
    if not entry.has_details:
        return True
    as_given = entry.details_count in (0, len(entry.transactions))
    return as_given and transactions_of(entry) is entry.transactions


def incoming(entry: Entry, booking_date: date) -> IncomingEntry:
    """What joining needs to know of the entry."""
    own = tuple(
        (_id(part.bank_reference), part.amount.minor)
        for part in entry.transactions
        if part.bank_reference and entry.has_details
    )
    parts_named = len(own) == len(entry.transactions) and adds_up(entry)
    return IncomingEntry(
        booking_date=booking_date,
        amount_minor=entry.amount.minor,
        reference=_id(entry.reference),
        fingerprint=fingerprint(entry),
        has_details=entry.has_details and adds_up(entry),
        details=own if parts_named else (),
    )


def fingerprint(entry: Entry) -> str:
    """What the entry says besides date, amount and reference, as 32 hex digits."""
    said = [entry.text or ""]
    for part in entry.transactions:
        said += [
            part.kid or "",
            part.counterparty or "",
            part.end_to_end_id or "",
            *part.remittance,
        ]
    return hashlib.md5("\x1f".join(said).encode(), usedforsecurity=False).hexdigest()


def entry_row(
    entry: Entry,
    *,
    entry_id: int,
    company_id: int,
    account_id: int,
    statement_id: int,
    statement_kind: str,
    position: int,
    booking_date: date,
    entry_fingerprint: str,
) -> Row:
    """One row of `ENTRY_FIELDS`."""
    return (
        entry_id, company_id, account_id, statement_id,
        statement_id if statement_kind == "statement" else None,
        statement_id if statement_kind == "notification" else None,
        position, entry.status.value, _id(entry.reference), booking_date, entry.value_date,
        entry.amount.minor, entry.reversal, _id(entry.code), (entry.text or "")[:500],
        entry.has_details, entry.batch_count, entry_fingerprint,
    )  # fmt: skip


def transaction_rows(
    entry: Entry, *, company_id: int, account_id: int, entry_id: int, booking_date: date
) -> Iterator[Row]:
    """The rows of `TRANSACTION_FIELDS` of one entry."""
    for position, part in enumerate(transactions_of(entry)):
        original = part.original_amount
        yield (
            company_id, account_id, entry_id, position, booking_date, entry.value_date,
            part.amount.minor, part.amount.currency,
            _id(part.bank_reference or entry.reference),
            _id(part.end_to_end_id), _id(part.instruction_id),
            _id(part.payment_information_id), _id(part.message_id),
            (part.counterparty or "")[:140], _account(part), _id(part.kid),
            _references(part), text_of(entry, part),
            original.minor if original else None, original.currency if original else "",
            (part.exchange_rate or "")[:30], _charges(entry, part), part.is_return,
            (part.return_reason or "")[:140], "open", "", 0,
        )  # fmt: skip


def text_of(entry: Entry, part: Transaction) -> str:
    """The payer's message and the bank's own text, each once."""
    said: list[str] = []
    for line in (*part.remittance, entry.text):
        if line and line not in said:
            said.append(line)
    return " ".join(said)[:TEXT_CHARACTERS_MAX]


def _references(part: Transaction) -> list[list[object]]:
    return [
        [each.kind, each.value[:140], each.amount.minor if each.amount else None]
        for each in part.references[:100]
    ]


def _account(part: Transaction) -> str:
    return account_key(part.counterparty_account)[:70] if part.counterparty_account else ""


def _charges(entry: Entry, part: Transaction) -> int:
    """What the bank took out, unsigned: of the part, or of an entry that is one payment."""
    charges = part.charges or (entry.charges if len(entry.transactions) <= 1 else None)
    return abs(charges.minor) if charges else 0


def _id(text: str | None) -> str:
    # ISO 20022 allows 35 characters; twice that is kept of a bank that gives more.
    return (text or "")[:70]
