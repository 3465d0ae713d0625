"""Truth: what each bank transaction of practice data really settles, a JSON line each.

`{"account", "bank_reference", "date", "amount", "family", "certain", "allocations"}`; the
allocations as in `export matches`. `certain` says that a careful bookkeeper would book it
unasked. No allocations means that it settles no document: a fee, or an invoice paid twice.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from avstem.domain.money import Money
from avstem.domain.open_item import Document


@dataclass(frozen=True, slots=True)
class Settles:
    """So much of a document is settled; unsigned."""

    document: Document
    amount: Money


@dataclass(frozen=True, slots=True)
class Truth:
    """One bank transaction, known by account (IBAN) and the bank's reference."""

    account: str
    bank_reference: str
    booking_date: date
    amount: Money
    family: str
    is_certain: bool
    settles: tuple[Settles, ...] = ()


def render_truth(truth: Truth) -> bytes:
    """The truth's line, with its end."""
    content = {
        "account": truth.account,
        "bank_reference": truth.bank_reference,
        "date": truth.booking_date.isoformat(),
        "amount": truth.amount.decimal(),
        "family": truth.family,
        "certain": truth.is_certain,
        "allocations": [_allocation(each) for each in truth.settles],
    }
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def read_lines(lines: Iterable[str | bytes]) -> Iterator[Mapping[str, Any]]:
    """The objects of JSON lines; empty lines are skipped."""
    return (json.loads(line) for line in lines if line.strip())


def _allocation(settles: Settles) -> dict[str, str | None]:
    document = settles.document
    signed = -settles.amount if document.kind.is_credit_note else settles.amount
    return {
        "type": document.kind.value,
        "number": document.number,
        "party_orgnr": document.party.orgnr,
        "party_name": document.party.name,
        "amount": signed.decimal(),
    }
