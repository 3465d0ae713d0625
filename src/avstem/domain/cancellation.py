"""Asking the bank to cancel what was sent: a whole file, whole batches, or single payments.

Only what is not yet executed can be cancelled; the bank answers with pain.002 and camt.029.

Sources: docs/formats/camt055.md (Bits profiles 02 and 04).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from avstem.domain.money import Money
from avstem.domain.payment_order import ORDERS_MAX, PaymentBatch, PaymentFile
from avstem.domain.payment_party import check_id, refuse_unless

#: The most words about the reason, in one line of the message.
REASON_CHARACTERS_MAX = 105


class CancellationReason(StrEnum):
    """Why, by its ISO 20022 code. `TECHNICAL` has no code in the first version of camt.055."""

    CUSTOMER = "CUST"
    DUPLICATE = "DUPL"
    WRONG_BANK = "AGNT"
    WRONG_CURRENCY = "CURR"
    UNDUE = "UPAY"
    TECHNICAL = "TECH"


@dataclass(frozen=True, slots=True)
class CancelledPayment:
    """A payment as it was sent."""

    instruction_id: str
    end_to_end_id: str
    amount: Money
    execution_date: date

    def __post_init__(self) -> None:
        check_id("instruction id", self.instruction_id)
        check_id("end-to-end id", self.end_to_end_id)
        refuse_unless(self.amount.minor > 0, "amount", self.amount, "more than zero")


@dataclass(frozen=True, slots=True)
class CancelledBatch:
    """Payments of one batch; `is_whole` where all of it is cancelled."""

    id: str
    payments: tuple[CancelledPayment, ...] = field(repr=False)
    is_whole: bool

    def __post_init__(self) -> None:
        check_id("batch id", self.id)
        refuse_unless(bool(self.payments), "batch", self.id, "at least one payment")


@dataclass(frozen=True, slots=True)
class CancellationRequest:
    """One request about one sent file; `is_whole` where all of the file is cancelled.

    `message_name` is the version in which the file was sent, as `pain.001.001.03`. `created` is
    in Norwegian time, told by the caller.
    """

    id: str
    created: datetime
    initiator_name: str
    bank_bic: str
    message_id: str
    message_name: str
    batches: tuple[CancelledBatch, ...] = field(repr=False)
    is_whole: bool
    reason: CancellationReason = CancellationReason.CUSTOMER
    text: str = ""

    def __post_init__(self) -> None:
        check_id("cancellation id", self.id)
        check_id("message id", self.message_id)
        refuse_unless(bool(self.initiator_name.strip()), "initiator name", "", "a name")
        count = len(self.payments)
        refuse_unless(0 < count <= ORDERS_MAX, "payments", count, f"1 to {ORDERS_MAX}")
        _refuse_repeated([batch.id for batch in self.batches])
        _refuse_repeated([payment.end_to_end_id for payment in self.payments])

    @property
    def payments(self) -> tuple[CancelledPayment, ...]:
        """Every payment that is to be cancelled."""
        return tuple(payment for batch in self.batches for payment in batch.payments)


def cancel(
    file: PaymentFile,
    end_to_end_ids: frozenset[str],
    *,
    id: str,
    created: datetime,
    message_name: str,
    reason: CancellationReason = CancellationReason.CUSTOMER,
    text: str = "",
) -> CancellationRequest:
    """Ask for the payments with these ids; a batch or the file is asked for whole where all go.

    An id that is not in the file is refused. The file is one bank's: its first debtor's.
    """
    known = {order.end_to_end_id for order in file.orders}
    strangers = sorted(end_to_end_ids - known)
    refuse_unless(not strangers, "end-to-end id", ", ".join(strangers), "payments of the file")
    batches = [_cancelled(batch, end_to_end_ids) for batch in file.batches]
    debtor = file.orders[0].debtor
    return CancellationRequest(
        id, created, file.initiator_name, debtor.bic, file.message_id, message_name,
        tuple(batch for batch in batches if batch is not None), known == end_to_end_ids,
        reason, text,
    )  # fmt: skip


def _cancelled(batch: PaymentBatch, end_to_end_ids: frozenset[str]) -> CancelledBatch | None:
    chosen = tuple(
        CancelledPayment(each.instruction_id, each.end_to_end_id, each.amount, each.execution_date)
        for each in batch.orders
        if each.end_to_end_id in end_to_end_ids
    )
    return CancelledBatch(batch.id, chosen, len(chosen) == len(batch.orders)) if chosen else None


def _refuse_repeated(ids: list[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        refuse_unless(each not in seen, "id", each, "one that is used once")
        seen.add(each)
