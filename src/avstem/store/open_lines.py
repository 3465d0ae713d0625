"""The open transactions of a company, as the engine takes them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any

from avstem.domain.money import Money
from avstem.domain.statement import Reference
from avstem.matching.facts import Line
from avstem.store.models import BankTransaction
from avstem.store.rates import original_of

FIELDS = (
    "id", "account_id", "booking_date", "amount_minor", "currency", "bank_reference", "references",
    "end_to_end_id", "instruction_id", "payment_information_id", "message_id", "counterparty",
    "counterparty_account", "text", "charges_minor", "is_return",
    "return_reason", "entry__reversal", "entry__code", "booking_no", "original_minor",
    "original_currency", "exchange_rate",
)  # fmt: skip


def open_lines(company_id: int, *, halted: Mapping[int, str], closed_to: date | None) -> list[Line]:
    """Every transaction that waits, oldest first. `halted` names why an account books nothing."""
    rows = BankTransaction.objects.filter(
        company_id=company_id, state__in=("open", "suggested")
    ).order_by("booking_date", "id")
    return [line_of(row, halted, closed_to) for row in rows.values_list(*FIELDS).iterator(5_000)]


def line_of(row: tuple[Any, ...], halted: Mapping[int, str], closed_to: date | None) -> Line:
    """The line of one row of `FIELDS`."""
    (line_id, account_id, day, minor, currency, bank_reference, references, end_to_end, instruction,
     batch, message, counterparty, account, text, charges, is_return, return_reason,
     reversal, code, booking_no, original, original_currency, rate) = row  # fmt: skip
    closed = "period_closed" if closed_to and day <= closed_to else None
    return Line(
        id=line_id,
        account_id=account_id,
        booking_date=_same_day(day),
        amount_minor=minor,
        currency=intern(currency),
        bank_reference=bank_reference,
        references=tuple(_reference(each, currency) for each in references),
        end_to_end_id=end_to_end or None,
        instruction_id=instruction or None,
        payment_information_id=batch or None,
        message_id=message or None,
        counterparty=counterparty or None,
        counterparty_account=intern(account) if account else None,
        text=text,
        charges_minor=charges,
        is_return=is_return,
        return_reason=return_reason,
        reversal=reversal,
        halted=halted.get(account_id) or closed,
        code=intern(code),
        undone=booking_no > 0,
        original=original_of(original, original_currency),
        exchange_rate=rate,
    )


@lru_cache(maxsize=10_000)
def _same_day(day: date) -> date:
    """One object a day: among a million lines the same days and accounts come again and again."""
    return day


def _reference(said: list[Any], currency: str) -> Reference:
    kind, value, minor = said
    return Reference(kind, value, None if minor is None else Money(minor, currency))
