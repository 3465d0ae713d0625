"""Refusals: what the program declines to do, as types with a stable code and facts.

A refusal carries no sentence. `avstem.wording` turns it into words people understand;
scripts branch on `code` alone. Our own mistakes are asserts, never refusals.
"""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


class RefusalError(Exception):
    """Something the user can act on. Subclasses state the facts as dataclass fields."""

    code: ClassVar[str]

    def facts(self) -> dict[str, Any]:
        """The facts by name, as they stand in the sentence and in the API."""
        stated = fields(self)  # type: ignore[arg-type]  # each subclass is a dataclass
        return {each.name: getattr(self, each.name) for each in stated}

    def __str__(self) -> str:
        stated = ", ".join(f"{name}={value}" for name, value in self.facts().items())
        return f"{self.code}({stated})"


@dataclass(eq=False)
class UnreadableFileError(RefusalError):
    """A file that cannot be taken: it is whole or it is refused, with the place in it.

    `place` is a line number or the path of an element, counted from 1
    (`Document/BkToCstmrStmt/Stmt[1]/Ntry[17]/Amt`); `found` is at most 60 characters of what
    stands there.
    """

    code: ClassVar[str] = "file.unreadable"
    place: str
    found: str
    expected: str
    file: str = ""


@dataclass(eq=False)
class FileNotOpenedError(RefusalError):
    """There is no such file, or it may not be read; `found` is the system's reason."""

    code: ClassVar[str] = "file.not_opened"
    found: str
    file: str


@dataclass(eq=False)
class UnknownFormatError(RefusalError):
    """No reader claims the file. `found` says what it looks like."""

    code: ClassVar[str] = "file.unknown_format"
    found: str
    expected: str
    file: str = ""


@dataclass(eq=False)
class FileTooLargeError(RefusalError):
    """The file is larger than the bound."""

    code: ClassVar[str] = "file.too_large"
    bytes_found: int
    bytes_max: int
    file: str = ""


@dataclass(eq=False)
class OutgoingFaultError(RefusalError):
    """A file for the bank that may not leave: it breaks a rule, the schema, or is not as ordered.

    `place` is the element's path, or the line where the schema says so; `rule` is the rule's code,
    `schema` or `content.differs`. `faults` counts them all; the first one is named.
    """

    code: ClassVar[str] = "file.outgoing_fault"
    place: str
    rule: str
    found: str
    faults: int
    file: str = ""


@dataclass(eq=False)
class ExportFaultError(RefusalError):
    """A file of the books that was written and is not handed out: read back, it breaks a rule.

    `place` is the element's path, `rule` a rule's code or the notice of our own reader.
    """

    code: ClassVar[str] = "file.export_fault"
    place: str
    rule: str
    found: str
    file: str = ""


@dataclass(eq=False)
class InvalidValueError(RefusalError):
    """A value that breaks the rules of its kind (`kid`, `iban`, `orgnr`, `date`, `amount`, …)."""

    code: ClassVar[str] = "value.invalid"
    kind: str
    found: str
    expected: str


@dataclass(eq=False)
class NotFoundError(RefusalError):
    """A company, account, transaction or item that this company does not have."""

    code: ClassVar[str] = "not_found"
    kind: str
    identifier: str


@dataclass(eq=False)
class AlreadyExistsError(RefusalError):
    """The same identity with other content. `differs` names the fields that differ."""

    code: ClassVar[str] = "exists.differs"
    kind: str
    identifier: str
    differs: tuple[str, ...] = field(default=())


@dataclass(eq=False)
class CurrencyMismatchError(RefusalError):
    """Two amounts that should be of one currency are not."""

    code: ClassVar[str] = "currency.mismatch"
    found: str
    expected: str


@dataclass(eq=False)
class AccountNotOursError(RefusalError):
    """A statement for an account the company does not have."""

    code: ClassVar[str] = "statement.account_not_ours"
    account: str
    file: str = ""


@dataclass(eq=False)
class AccountNotIbanError(RefusalError):
    """A statement whose account is written as at home, while accounts are known by their IBAN."""

    code: ClassVar[str] = "statement.account_not_iban"
    account: str
    file: str = ""


@dataclass(eq=False)
class AccountNotNamedError(RefusalError):
    """A file with money in it that does not say which account it is of."""

    code: ClassVar[str] = "statement.account_not_named"
    file: str


@dataclass(eq=False)
class OverAllocationError(RefusalError):
    """More was allocated than the payment or the open item has left."""

    code: ClassVar[str] = "allocation.exceeds_remaining"
    requested: str
    remaining: str


@dataclass(eq=False)
class DifferenceError(RefusalError):
    """What is allocated and booked does not add up to the bank transaction."""

    code: ClassVar[str] = "booking.difference"
    difference: str


class ValueFarError(DifferenceError):
    """The difference is more than any rate makes: one side was booked at a wrong value."""

    code: ClassVar[str] = "booking.value_far"


@dataclass(eq=False)
class StateError(RefusalError):
    """An action that the thing's state does not permit (`booked`, `open`, …)."""

    code: ClassVar[str] = "state.not_permitted"
    kind: str
    identifier: str
    found: str
    expected: str


@dataclass(eq=False)
class PeriodClosedError(RefusalError):
    """A posting dated in a closed period."""

    code: ClassVar[str] = "period.closed"
    booking_date: str
    open_from: str


@dataclass(eq=False)
class UndoClosedError(RefusalError):
    """The booking lies in a closed period, and the company does not undo such bookings."""

    code: ClassVar[str] = "undo.period_closed"
    voucher: str
    booking_date: str


@dataclass(eq=False)
class LaterBookingError(RefusalError):
    """Undoing would settle more than an item has left, or reopen more than it was.

    `later` is the newest voucher on the item: it rests on the one to be undone.
    """

    code: ClassVar[str] = "undo.later_first"
    voucher: str
    item: str
    later: str


@dataclass(eq=False)
class SettlementLayoutUnknownError(RefusalError):
    """A payment provider's report that is known by name, but whose layout is not."""

    code: ClassVar[str] = "settlement.layout_unknown"
    report: str
    file: str


@dataclass(eq=False)
class SettlementDiffersError(RefusalError):
    """A payout that is stored already, told otherwise now. `differs` names what of the money."""

    code: ClassVar[str] = "settlement.differs"
    provider: str
    payout: str
    differs: tuple[str, ...]
    file: str


@dataclass(eq=False)
class AccountNotPermittedError(RefusalError):
    """An account that cannot be connected to a bank: what it is, and what it must be."""

    code: ClassVar[str] = "agreement.account_not_permitted"
    account: str
    found: str
    expected: str


@dataclass(eq=False)
class WaitingForBankError(RefusalError):
    """A transaction typed by hand for a day that the bank, which is awaited, is to tell of."""

    code: ClassVar[str] = "agreement.waiting"
    account: str
    booking_date: str
    activation_date: str


@dataclass(eq=False)
class NotCoveredError(RefusalError):
    """A fetched file with days of an account that the agreement does not cover.

    `activation_date` is the first day that it covers, `none` where the account is not in it.
    """

    code: ClassVar[str] = "agreement.not_covered"
    account: str
    day: str
    activation_date: str
    file: str = ""


@dataclass(eq=False)
class RateUnknownError(RefusalError):
    """No exchange rate of that day is known, so that the amount has no value in `own`."""

    code: ClassVar[str] = "rate.unknown"
    currency: str
    day: str
    own: str


@dataclass(eq=False)
class RateDiffersError(RefusalError):
    """A published rate of a day that is known already, with another price."""

    code: ClassVar[str] = "rate.differs"
    currency: str
    own: str
    day: str
    known: str
    found: str


@dataclass(eq=False)
class NotPermittedError(RefusalError):
    """The person's role does not let them do that; `action` says what."""

    code: ClassVar[str] = "role.not_permitted"
    action: str


@dataclass(eq=False)
class CompanyThereError(RefusalError):
    """The company is here already, and whoever works in it lets others in."""

    code: ClassVar[str] = "company.there"
    orgnr: str


@dataclass(eq=False)
class SuggestionChangedError(RefusalError):
    """Another suggestion stands on the transaction now than the one that was seen."""

    code: ClassVar[str] = "suggestion.changed"
    transaction: str


@dataclass(eq=False)
class RuleNotTriedError(RefusalError):
    """A version of a booking rule is switched on only after a trial of that very version."""

    code: ClassVar[str] = "rule.not_tried"
    rule: str
    version: int


@dataclass(eq=False)
class PaymentAlteredError(RefusalError):
    """A payment is not what was seen, or approved: it is not approved, or sent, as it stands."""

    code: ClassVar[str] = "payment.altered"
    payment: str


@dataclass(eq=False)
class FileAlteredError(RefusalError):
    """A file for the bank whose bytes are not those that were made of the approved payments."""

    code: ClassVar[str] = "payment.file_altered"
    file: str


@dataclass(eq=False)
class PaymentOverLimitError(RefusalError):
    """A payment above what the person may approve."""

    code: ClassVar[str] = "payment.over_limit"
    payment: str
    amount: str
    limit: str


@dataclass(eq=False)
class NotAnApproverError(RefusalError):
    """A member of the company whose role does not approve payments."""

    code: ClassVar[str] = "payment.not_an_approver"
    person: str
    role: str


@dataclass(eq=False)
class OwnAccountChangeError(RefusalError):
    """The person who changed an account number approves the payment to it."""

    code: ClassVar[str] = "payment.own_account_change"
    payment: str


@dataclass(eq=False)
class FileByHandError(RefusalError):
    """A file for a bank that nothing carries files to: a person uploads it."""

    code: ClassVar[str] = "payment.file_by_hand"
    file: str
    bank: str
