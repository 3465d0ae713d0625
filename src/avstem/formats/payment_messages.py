"""Payment messages that others write, as they stand: orders (pain.001, pain.008) and cases.

These are facts about a file, for the practice bank and for checks; what we pay ourselves is
`domain.payment_order`. Amounts are unsigned. What a file states about itself and what it holds
stand side by side: a wrong control sum is reported, not repaired.

Source: docs/formats/payment_messages.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from avstem.domain.money import Money
from avstem.domain.payment_status import StatusReason
from avstem.domain.statement import Reference


@dataclass(frozen=True, slots=True)
class Stated:
    """How many payments a file or a batch says it has, and their sum over all currencies."""

    count: int | None
    sum: str | None

    def count_holds(self, amounts: tuple[Money, ...]) -> bool | None:
        """Whether the number is right; None where none is stated."""
        return None if self.count is None else self.count == len(amounts)

    def sum_holds(self, amounts: tuple[Money, ...]) -> bool | None:
        """Whether the control sum is right, currencies added as if they were one; or None."""
        if self.sum is None:
            return None
        return Fraction(self.sum) == sum(Fraction(each.decimal()) for each in amounts)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment, or one collection in a pain.008.

    `amount` is what is instructed; `transfer_currency` the currency it is to arrive in, where only
    its worth is given (EqvtAmt). The counterparty is the creditor, in a pain.008 the debtor.
    """

    instruction_id: str | None
    end_to_end_id: str | None
    amount: Money
    transfer_currency: str | None = None
    counterparty: str | None = field(default=None, repr=False)
    counterparty_account: str | None = field(default=None, repr=False)
    counterparty_bic: str | None = None
    references: tuple[Reference, ...] = ()
    remittance: tuple[str, ...] = field(default=(), repr=False)
    uetr: str | None = None


@dataclass(frozen=True, slots=True)
class OrderBatch:
    """One `PmtInf`: the account that pays, in a pain.008 the one that is paid.

    `execution_date` is None where `execution_date_stated` is no date that exists.
    """

    id: str | None
    method: str | None
    stated: Stated
    execution_date: date | None
    execution_date_stated: str | None
    holder: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)
    account_currency: str | None = None
    bic: str | None = None
    is_batch_booking: bool | None = None
    service_levels: tuple[str, ...] = ()
    category_purpose: str | None = None
    charge_bearer: str | None = None
    instructions: tuple[Instruction, ...] = field(default=(), repr=False)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What is instructed, a payment each."""
        return tuple(each.amount for each in self.instructions)


@dataclass(frozen=True, slots=True)
class OrderMessage:
    """One pain.001 or pain.008; `initiator_ids` name the customer and its division at the bank."""

    format: str
    message_id: str | None
    created: str | None
    initiator: str | None
    initiator_ids: tuple[str, ...]
    stated: Stated
    batches: tuple[OrderBatch, ...] = field(default=(), repr=False)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What is instructed in all batches, a payment each."""
        return tuple(amount for batch in self.batches for amount in batch.amounts)

    def sums(self) -> dict[str, Money]:
        """The sum in each currency."""
        return sums_of(self.amounts)


def sums_of(amounts: Iterable[Money]) -> dict[str, Money]:
    """The sum in each currency, in the order in which they come."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return sums


@dataclass(frozen=True, slots=True)
class CasePayment:
    """One payment that a case is about; amount and date are the writer's copy of what was sent."""

    instruction_id: str | None
    end_to_end_id: str | None
    payment_information_id: str | None
    original_message_id: str | None
    amount: Money | None = None
    execution_date: date | None = None
    reasons: tuple[StatusReason, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseBatch:
    """One batch that a case is about; `is_whole` where all of it is to be cancelled."""

    payment_information_id: str | None
    original_message_id: str | None
    stated: Stated
    is_whole: bool
    reasons: tuple[StatusReason, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A sent file that a case is about; `is_whole` where all of it is to be cancelled."""

    original_message_id: str | None
    original_message_name: str | None
    stated: Stated
    is_whole: bool
    reasons: tuple[StatusReason, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One camt.055 (cancel), camt.027 (not received) or camt.028 (more about a payment).

    `stated` is the message's own count of payments (CtrlData).
    """

    format: str
    message_id: str | None
    created: str | None
    case_ids: tuple[str, ...]
    stated: Stated
    files: tuple[CaseFile, ...] = ()
    batches: tuple[CaseBatch, ...] = field(default=(), repr=False)
    payments: tuple[CasePayment, ...] = field(default=(), repr=False)
