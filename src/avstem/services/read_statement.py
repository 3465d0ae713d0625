"""Read a bank file without a database, and write what it says as JSON lines, as it streams."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO, TextIO

from avstem.domain.money import Money
from avstem.domain.statement import (
    BalanceProof,
    Entry,
    Notice,
    StatementHead,
    StatementSource,
    Transaction,
)
from avstem.formats import read_statements

_BATCH = 200
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


@dataclass
class StatementSummary:
    """A statement that has been read: its head, how many entries, whether the balance holds."""

    head: StatementHead
    entries: int
    balance_ok: bool | None


@dataclass
class ReadFile:
    """What was in the file, and what was odd about it."""

    statements: list[StatementSummary] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_statement(stream: BinaryIO, *, file: str, write_json: TextIO | None = None) -> ReadFile:
    """Read the whole file; each statement goes to `write_json` as one line of JSON.

    A refusal leaves a half-written line behind: give it a file that you throw away then.
    """
    found = ReadFile()
    for source in read_statements(stream, file=file, notices=found.notices):
        proof = BalanceProof(source.head)
        if write_json is None:
            for entry in source.entries:
                proof.add(entry)
        else:
            _write_statement(source, proof, file, write_json.write)
        found.statements.append(StatementSummary(source.head, proof.entry_count, proof.holds()))
    return found


def _write_statement(
    source: StatementSource,
    proof: BalanceProof,
    file: str,
    write: Callable[[str], object],
) -> None:
    """One line; the proof comes last, for it is known when the entries have gone by."""
    write(_encode(_head(source.head, file))[:-1])
    write(', "entries": [')
    separator = ""
    for batch in _batches(source.entries, proof):
        write(separator)
        write(_encode(batch)[1:-1])
        separator = ", "
    write(f'], "balance_ok": {_encode(proof.holds())}}}\n')


def _batches(entries: Iterator[Entry], proof: BalanceProof) -> Iterator[list[dict[str, Any]]]:
    """A few entries at a time: one call of the encoder for all of them."""
    while batch := [_entry(entry) for entry in proof.watch(islice(entries, _BATCH))]:
        yield batch


def _head(head: StatementHead, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "format": head.format,
        "kind": head.kind.value,
        "id": head.id,
        "sequence": head.sequence,
        "account": head.account,
        "currency": head.currency,
        "from": _day(head.from_date),
        "to": _day(head.to_date),
        "opening_balance": _decimal(head.opening_balance),
        "closing_balance": _decimal(head.closing_balance),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    reference = entry.reference
    return {
        "reference": reference,
        "date": _day(entry.booking_date),
        "value_date": _day(entry.value_date),
        "amount": entry.amount.decimal(),
        "currency": entry.amount.currency,
        "status": entry.status.value,
        "reversal": entry.reversal,
        "code": entry.code,
        "text": entry.text,
        "transactions": [_transaction(part, reference) for part in entry.transactions],
    }


def _transaction(part: Transaction, entry_reference: str | None) -> dict[str, Any]:
    original = part.original_amount
    return {
        "bank_reference": part.bank_reference or entry_reference,
        "end_to_end_id": part.end_to_end_id,
        "amount": part.amount.decimal(),
        "currency": part.amount.currency,
        "counterparty": part.counterparty,
        "counterparty_account": part.counterparty_account,
        "kid": part.kid,
        "remittance": part.remittance,
        "original_amount": _decimal(original),
        "original_currency": None if original is None else original.currency,
        "exchange_rate": part.exchange_rate,
        "charges": _decimal(part.charges),
    }


def _decimal(amount: Money | None) -> str | None:
    return None if amount is None else amount.decimal()


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
