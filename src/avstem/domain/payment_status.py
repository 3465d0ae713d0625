"""What the bank answers about payments that were sent, and which answer stands.

A status report (pain.002) speaks at three levels: the file, a batch (`PmtInf`), a payment. Where a
level is silent, the one above speaks for it. Reports come late, twice and out of order; a payment
never moves backwards. None of them proves that money moved: only the account's own lines do.

Codes are kept as the bank wrote them; the order knows those in `STATUS_ORDER`, others move nothing.

Source: ISO 20022 pain.002, ExternalPaymentTransactionStatus1Code; docs/formats/pain002.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from avstem.domain.money import Money

Key = TypeVar("Key", bound=Hashable)

#: How far a payment has come. Codes of one number stand equal: the later report is believed.
#: A file that can be read (ACTC) is still to be approved in the bank (PDNG, PATC), not the reverse.
STATUS_ORDER: Mapping[str, int] = {
    "RCVD": 0, "ACTC": 1, "PDNG": 2, "PATC": 2, "ACCP": 3, "ACWC": 3, "ACSP": 4, "ACSC": 5,
}  # fmt: skip
#: Refused by the bank, or cancelled: nothing comes after it.
TERMINAL = frozenset({"RJCT", "CANC"})
#: Some payments are refused. It says nothing about any one of them.
PARTIAL = "PART"


@dataclass(frozen=True, slots=True)
class StatusReason:
    """Why: ISO's code or the bank's own, and the bank's words. All of it may be left out."""

    code: str | None
    proprietary: str | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many payments have a status, and their sum over all currencies as it was written."""

    status: str
    count: int
    sum: str | None = None


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """The answer about one batch; `status` is None where only its payments have one."""

    payment_information_id: str | None
    status: str | None
    reasons: tuple[StatusReason, ...] = ()
    counts: tuple[StatusCount, ...] = ()


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """The answer about one payment; its ids are those that were sent.

    `amount` (unsigned) and `execution_date` are the bank's copy of what was sent; the date is the
    collection's for a direct debit. `bank_reference` is the bank's own (AcctSvcrRef).
    """

    instruction_id: str | None
    end_to_end_id: str | None
    payment_information_id: str | None
    status: str | None
    reasons: tuple[StatusReason, ...] = ()
    amount: Money | None = None
    execution_date: date | None = None
    status_id: str | None = None
    uetr: str | None = None
    bank_reference: str | None = None
    clearing_reference: str | None = None
    creditor_name: str | None = field(default=None, repr=False)
    creditor_account: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PaymentStatusReport:
    """One pain.002. `created` is the instant as the bank wrote it, with or without a time zone.

    `original_message_id` is None where the bank could not read what was sent.
    """

    format: str
    message_id: str | None
    created: str | None
    original_message_id: str | None
    original_message_name: str | None
    group_status: str | None
    group_reasons: tuple[StatusReason, ...] = ()
    group_counts: tuple[StatusCount, ...] = ()
    batches: tuple[BatchStatus, ...] = field(default=(), repr=False)
    transactions: tuple[TransactionStatus, ...] = field(default=(), repr=False)

    @cached_property
    def _batch_statuses(self) -> Mapping[str | None, str | None]:
        return agreed(
            ((each.payment_information_id, each.status) for each in self.batches), PARTIAL
        )

    def status_of(self, transaction: TransactionStatus) -> str | None:
        """Its own status, else its batch's, else the file's; see `inherited_status`."""
        if transaction.status is not None:
            return transaction.status
        return self.inherited_status(transaction.payment_information_id)

    def inherited_status(self, payment_information_id: str | None) -> str | None:
        """The status of a payment in that batch which the report does not list by itself.

        None where the batch, or the file above it, is only partly accepted: those that are not
        named have mostly been accepted, but the report does not say so.
        """
        batch = None
        if payment_information_id is not None:
            batch = self._batch_statuses.get(payment_information_id)
        stated = batch if batch is not None else self.group_status
        return None if stated == PARTIAL else stated


def agreed(stated: Iterable[tuple[Key, str | None]], partial: str) -> Mapping[Key, str | None]:
    """The status under each key; `partial` where a report says two different things of one.

    Some banks repeat a batch for each of its payments.

    >>> agreed([("B1", "ACCP"), ("B1", "RJCT"), ("B2", "ACCP"), ("B2", None)], "PART")
    {'B1': 'PART', 'B2': 'ACCP'}
    """
    found: dict[Key, str | None] = {}
    for key, status in stated:
        known = found.setdefault(key, status)
        if status is not None and status != known:
            found[key] = status if known is None else partial
    return found


def advance(current: str | None, reported: str) -> str:
    """The status that stands when `reported` comes in over `current`.

    Forwards or level, never backwards, except to refused or cancelled; from there nowhere. A code
    that is not in the order stands only until one that is comes in. Reports of equal rank are to
    be given in the order in which the bank wrote them.

    >>> advance("ACCP", "ACTC"), advance("ACSP", "RJCT"), advance("RJCT", "ACSC")
    ('ACCP', 'RJCT', 'RJCT')
    """
    if current is None or current == reported:
        return reported
    if current in TERMINAL:
        return current
    if reported in TERMINAL:
        return reported
    return reported if _rank(reported) >= _rank(current) else current


def contradicts(current: str | None, reported: str) -> bool:
    """Whether both cannot be true, whichever came first: executed, and refused or cancelled.

    A person looks at it. A late report of an earlier step is no contradiction.

    >>> contradicts("ACSC", "RJCT"), contradicts("RJCT", "ACSC"), contradicts("RJCT", "ACSP")
    (True, True, False)
    """
    pair = {current, reported}
    return "ACSC" in pair and not pair.isdisjoint(TERMINAL)


def is_final(status: str | None) -> bool:
    """Whether nothing more is expected: executed, refused or cancelled."""
    return status == "ACSC" or status in TERMINAL


def _rank(status: str) -> int:
    return STATUS_ORDER.get(status, -1)
