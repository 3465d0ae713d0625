"""Refusals about payments that have left the house."""

from dataclasses import dataclass
from typing import ClassVar

from avstem.domain.errors import RefusalError


@dataclass(eq=False)
class OtherPaymentError(RefusalError):
    """Undoing would open a payment of a bill of which another, `payment`, is on its way."""

    code: ClassVar[str] = "undo.payment_begun"
    voucher: str
    item: str
    payment: str


@dataclass(eq=False)
class NoPaymentAgreementError(RefusalError):
    """No account of the company has an active agreement for payments in that currency."""

    code: ClassVar[str] = "payment.no_agreement"
    currency: str


@dataclass(eq=False)
class NotProvenError(RefusalError):
    """The account does not show yet that the payment has not left: `missing` says what lacks."""

    code: ClassVar[str] = "payment.not_proven"
    payment: str
    missing: str


@dataclass(eq=False)
class PayeeLacksError(RefusalError):
    """A payment cannot go to an account abroad yet: `missing` says what nobody has written."""

    code: ClassVar[str] = "payment.payee_lacks"
    account: str
    missing: str


@dataclass(eq=False)
class ListDiffersError(RefusalError):
    """The list's reference is another payment's already; `differs` names what differs."""

    code: ClassVar[str] = "list.differs"
    reference: str
    differs: tuple[str, ...]


@dataclass(eq=False)
class NeedsReferenceError(RefusalError):
    """A row of a list pays what line `first` pays, and no reference tells them apart."""

    code: ClassVar[str] = "list.needs_reference"
    first: int
