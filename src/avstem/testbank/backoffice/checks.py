"""What a bank checks before it takes a payment file, and the code it refuses with.

Pure: what is known is told. A file is refused whole, a batch whole, or a payment by itself; the
first fault found is the one that is told.

Source: ISO 20022 ExternalStatusReason1Code; docs/testbank.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from avstem.domain.identifiers import account_key, is_creditor_reference, is_iban
from avstem.domain.kid import is_valid
from avstem.formats.payment_messages import Instruction, OrderBatch, OrderMessage

#: How far ahead a payment may lie, and how far back its day.
AHEAD_DAYS_MAX, BACK_DAYS_MAX = 365, 10
#: What a unit costs in kroner, in ten-thousandths: a practice bank's rates stand still.
RATES = {
    "NOK": 10_000, "EUR": 115_000, "SEK": 10_500, "DKK": 15_400, "USD": 104_000, "GBP": 135_000,
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What the bank knows when the file comes.

    `accounts` are the customer's, with currency; `with_payments` those with an active agreement.
    The ids are those already used: of files and batches ever, of payments that still stand.
    """

    today: date
    accounts: Mapping[str, str]
    with_payments: frozenset[str]
    message_ids: frozenset[str] = frozenset()
    batch_ids: frozenset[str] = frozenset()
    end_to_end_ids: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


@dataclass
class Verdicts:
    """The refusals found: by batch place, and by batch and payment place, counted from 0."""

    batches: dict[int, str] = field(default_factory=dict)
    payments: dict[tuple[int, int], str] = field(default_factory=dict)

    def of(self, batch: int, payment: int) -> str:
        """Why that payment is refused; empty where it is not."""
        return self.batches.get(batch) or self.payments.get((batch, payment), "")


def check_file(message: OrderMessage, known: Known) -> str:
    """The code that refuses the whole file, or nothing."""
    checks = (
        ("AG03", message.format.startswith("pain.008")),
        ("CH21", not message.message_id),
        ("DU01", message.message_id in known.message_ids),
        ("AG08", not known.with_payments),
        ("AM18", message.stated.count_holds(message.amounts) is False),
        ("AM10", message.stated.sum_holds(message.amounts) is False),
    )
    return next((code for code, is_fault in checks if is_fault), "")


def check_payments(message: OrderMessage, known: Known) -> Verdicts:
    """The refusals of batches and payments in a file that is taken."""
    found = Verdicts()
    batch_ids, end_to_end_ids = set(known.batch_ids), set(known.end_to_end_ids)
    for place, batch in enumerate(message.batches):
        if code := _check_batch(batch, known, batch_ids):
            found.batches[place] = code
            continue
        batch_ids.add(batch.id or "")
        for inner, payment in enumerate(batch.instructions):
            if code := _check_payment(payment, known, end_to_end_ids):
                found.payments[place, inner] = code
            else:
                end_to_end_ids.add(payment.end_to_end_id or "")
    return found


def _check_batch(batch: OrderBatch, known: Known, batch_ids: set[str]) -> str:
    account = account_key(batch.account or "")
    checks = (
        ("CH21", not batch.id),
        ("DU02", batch.id in batch_ids),
        ("AC02", account not in known.accounts),
        ("AG08", account not in known.with_payments),
        ("AM18", batch.stated.count_holds(batch.amounts) is False),
        ("AM10", batch.stated.sum_holds(batch.amounts) is False),
    )
    code = next((code for code, is_fault in checks if is_fault), "")
    return code or _check_day(batch.execution_date, known.today)


def _check_day(day: date | None, today: date) -> str:
    if day is None:
        return "DT01"
    if day > today + timedelta(days=AHEAD_DAYS_MAX):
        return "CH03"
    return "CH04" if day < today - timedelta(days=BACK_DAYS_MAX) else ""


def _check_payment(payment: Instruction, known: Known, used: set[str]) -> str:
    account = payment.counterparty_account
    checks = (
        ("CH21", not payment.end_to_end_id),
        ("DU04", payment.end_to_end_id in used),
        ("AM01", payment.amount.minor == 0),
        ("AM03", payment.amount.currency not in RATES),
        ("CH21", not payment.counterparty or account is None),
        ("AC03", account is not None and not _is_account(account)),
        ("AC04", account is not None and account_key(account) in known.closed),
        ("RR09", any(not _is_reference(each.value) for each in payment.references
                     if each.kind == "kid")),
    )  # fmt: skip
    return next((code for code, is_fault in checks if is_fault), "")


def _is_account(text: str) -> bool:
    """An IBAN that fits, or another country's own number; 11 digits must be a Norwegian one."""
    number = account_key(text)
    looks_like_iban = number[:2].isalpha() and number[2:4].isdigit()
    looks_norwegian = number.isdigit() and len(number) == 11
    return is_iban(number) or not (looks_like_iban or looks_norwegian)


def _is_reference(text: str) -> bool:
    return is_valid(text) or is_creditor_reference(text)
