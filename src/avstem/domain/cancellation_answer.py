"""What the bank answers to a request to cancel payments (camt.029).

It speaks at four levels: the whole case (`Sts/Conf`), the file, a batch, a payment. Where a level
is silent, the one above speaks for it.

Source: ISO 20022 camt.029, ExternalInvestigationExecutionConfirmation1Code,
GroupCancellationStatus1Code, CancellationIndividualStatus1Code; docs/formats/camt029.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from avstem.domain.money import Money
from avstem.domain.payment_status import StatusReason, agreed


class CancellationOutcome(StrEnum):
    """What became of a request to cancel."""

    CANCELLED = "cancelled"
    REFUSED = "refused"
    PENDING = "pending"


#: What each code says of one payment.
OUTCOMES = {
    "CNCL": CancellationOutcome.CANCELLED,  # cancelled as requested
    "ACCR": CancellationOutcome.CANCELLED,  # accepted cancellation
    "RJCR": CancellationOutcome.REFUSED,  # rejected cancellation
    "PDCR": CancellationOutcome.PENDING,  # pending cancellation
}
#: Partly cancelled: it says nothing about any one payment.
PARTIAL = "PACR"


@dataclass(frozen=True, slots=True)
class CancelledMessage:
    """The answer about a whole file that was sent."""

    original_message_id: str | None
    original_message_name: str | None
    status: str | None
    reasons: tuple[StatusReason, ...] = ()
    cancellation_id: str | None = None


@dataclass(frozen=True, slots=True)
class BatchCancellation:
    """The answer about one batch of the file `original_message_id`."""

    payment_information_id: str | None
    original_message_id: str | None
    status: str | None
    reasons: tuple[StatusReason, ...] = ()
    cancellation_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentCancellation:
    """The answer about one payment; amount (unsigned) and date are the bank's copy."""

    instruction_id: str | None
    end_to_end_id: str | None
    payment_information_id: str | None
    original_message_id: str | None
    status: str | None
    reasons: tuple[StatusReason, ...] = ()
    amount: Money | None = None
    execution_date: date | None = None
    status_id: str | None = None
    transaction_id: str | None = None
    case_id: str | None = None


@dataclass(frozen=True)
class CancellationResolution:
    """One camt.029. `confirmation` is the answer to the case as a whole, as CNCL or RJCR.

    `case_ids` are the cases it answers, each once. `refused_changes` are codes of changes that the
    bank would not make; `duplicate_of` is the case that already asked for the same; `is_withdrawn`
    confirms that the request itself was taken back. `created` is the instant as the bank wrote it.
    """

    format: str
    message_id: str | None
    created: str | None
    case_ids: tuple[str, ...]
    confirmation: str | None
    refused_changes: tuple[str, ...] = ()
    duplicate_of: str | None = None
    is_withdrawn: bool = False
    messages: tuple[CancelledMessage, ...] = ()
    batches: tuple[BatchCancellation, ...] = field(default=(), repr=False)
    payments: tuple[PaymentCancellation, ...] = field(default=(), repr=False)

    @property
    def says_something(self) -> bool:
        """Whether there is an answer at any level."""
        whole = self.confirmation or self.refused_changes or self.duplicate_of or self.is_withdrawn
        stated = [each.status for each in self.messages] + [each.status for each in self.batches]
        stated += [each.status for each in self.payments]
        return bool(whole) or any(stated)

    def outcome_of(self, payment: PaymentCancellation) -> CancellationOutcome | None:
        """What became of it; None where the bank does not say, or says it in an unknown code."""
        file, batch = payment.original_message_id, payment.payment_information_id
        return resolve(
            payment.status,
            self._batch_statuses.get((file, batch)) if batch is not None else None,
            self._message_statuses.get(file),
            self.confirmation,
        )

    @cached_property
    def _batch_statuses(self) -> Mapping[tuple[str | None, str | None], str | None]:
        stated = (
            ((each.original_message_id, each.payment_information_id), each.status)
            for each in self.batches
        )
        return agreed(stated, PARTIAL)

    @cached_property
    def _message_statuses(self) -> Mapping[str | None, str | None]:
        return agreed(((each.original_message_id, each.status) for each in self.messages), PARTIAL)


def resolve(*levels: str | None) -> CancellationOutcome | None:
    """The outcome by the first level that speaks, the payment's own first.

    Partly cancelled and unknown codes give None: the levels above must not speak over them.

    >>> resolve(None, "RJCR", "CNCL")
    <CancellationOutcome.REFUSED: 'refused'>
    >>> resolve(None, "PACR", "CNCL") is None
    True
    """
    stated = next((each for each in levels if each is not None), None)
    return None if stated is None else OUTCOMES.get(stated)
