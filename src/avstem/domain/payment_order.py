"""Payment orders: what we ask the bank to pay, before it is written in any format.

An order is whole when it exists: what a bank would reject is refused here, so that a writer has
nothing to guess. Amounts are positive (the order itself says that money goes out).

Sources: docs/formats/pain001.md (Norwegian practice for pain.001, Bits generations 1 and 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from avstem.domain.calendar import is_bank_day, next_bank_day, previous_bank_day
from avstem.domain.identifiers import compact, is_creditor_reference
from avstem.domain.kid import is_valid
from avstem.domain.money import Money, total
from avstem.domain.payment_areas import (
    IBAN_COUNTRIES,
    PAYMENT_PURPOSES,
    REPORTED_ABOVE_MINOR,
    SEPA,
)
from avstem.domain.payment_party import (
    ID_CHARACTERS_MAX,
    Creditor,
    Debtor,
    check_id,
    refuse_unless,
)

#: A message's own id is shorter, for its batches are numbered after it.
MESSAGE_ID_CHARACTERS_MAX = 29
#: The most payments in one file.
ORDERS_MAX = 50_000
#: ISO 20022 amounts and control sums have 18 digits, decimals included.
AMOUNT_DIGITS_MAX = 18
#: The most words about the purpose of a payment abroad: four lines of 35.
REPORT_CHARACTERS_MAX = 140
#: The largest SEPA credit transfer (EPC rulebook), in cent.
SEPA_MINOR_MAX = 999_999_999_99


class PaymentKind(StrEnum):
    """What sort of payment it is; decides currency, account, references and charges."""

    DOMESTIC_KID = "domestic_kid"
    DOMESTIC_TEXT = "domestic_text"
    DOMESTIC_DOCUMENTS = "domestic_documents"
    SALARY = "salary"
    PENSION = "pension"
    TAX = "tax"
    SEPA = "sepa"
    CROSS_BORDER = "cross_border"

    @property
    def is_domestic(self) -> bool:
        """In kroner, to an account in Norway."""
        return self not in (PaymentKind.SEPA, PaymentKind.CROSS_BORDER)

    @property
    def is_confidential(self) -> bool:
        """Booked as one sum, so that the statement does not tell who gets what."""
        return self in (PaymentKind.SALARY, PaymentKind.PENSION)


class Urgency(StrEnum):
    """How fast; all but the normal one need an agreement with the bank."""

    NORMAL = "normal"
    URGENT = "urgent"
    SAME_DAY = "same_day"


class ChargeBearer(StrEnum):
    """Who pays the banks, by its ISO 20022 code."""

    SERVICE_LEVEL = "SLEV"
    SHARED = "SHAR"
    DEBTOR = "DEBT"
    CREDITOR = "CRED"


class DocumentKind(StrEnum):
    """What a payment settles, by its ISO 20022 code."""

    INVOICE = "CINV"
    CREDIT_NOTE = "CREN"


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """An invoice that is paid, or a credit note that is drawn off; `amount` is positive."""

    kind: DocumentKind
    number: str
    amount: Money
    issued: date | None = None

    def __post_init__(self) -> None:
        holds = 0 < len(self.number.strip()) <= ID_CHARACTERS_MAX
        refuse_unless(holds, "document number", self.number, "1 to 35 characters")
        refuse_unless(self.amount.minor > 0, "document amount", self.amount, "more than zero")

    @property
    def effect(self) -> Money:
        """What it adds to the payment."""
        return self.amount if self.kind is DocumentKind.INVOICE else -self.amount


@dataclass(frozen=True, slots=True)
class RegulatoryReport:
    """What a payment abroad is for: a code of `PAYMENT_PURPOSES`, and words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """One payment. Of `kid` (KID or RF reference), `text` and `documents` it has one at most.

    `nok_equivalent` is the value in kroner of a payment in another currency, where it is known:
    below NOK 100 000 a payment abroad needs no report. `charge_bearer` None is what is usual.
    """

    instruction_id: str
    end_to_end_id: str
    kind: PaymentKind
    debtor: Debtor
    creditor: Creditor
    amount: Money
    execution_date: date
    kid: str = ""
    text: str = ""
    documents: tuple[DocumentReference, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    charge_bearer: ChargeBearer | None = None
    regulatory: RegulatoryReport | None = None
    nok_equivalent: Money | None = None

    def __post_init__(self) -> None:
        check_id("instruction id", self.instruction_id)
        check_id("end-to-end id", self.end_to_end_id)
        _check_amount_and_day(self)
        _check_remittance(self)
        _CHECKS.get(self.kind, _check_domestic)(self)
        _check_report(self)


def _check_amount_and_day(order: PaymentOrder) -> None:
    holds = order.amount.minor > 0 and len(str(order.amount.minor)) <= AMOUNT_DIGITS_MAX
    refuse_unless(holds, "amount", order.amount, f"more than zero, {AMOUNT_DIGITS_MAX} digits")
    day = order.execution_date
    refuse_unless(is_bank_day(day), "execution date", day, "a bank day")


def _check_remittance(order: PaymentOrder) -> None:
    """A reference, words or documents: structured and unstructured exclude each other in Norway."""
    given = [bool(each) for each in (order.kid, order.text.strip(), order.documents)]
    refuse_unless(sum(given) <= 1, "remittance", order.kid, "one of KID, text and documents")
    if order.kid:
        refuse_unless(is_reference(order.kid), "kid", order.kid, "a right check character")
    if order.documents:
        paid = total((each.effect for each in order.documents), order.amount.currency)
        refuse_unless(paid == order.amount, "documents", paid, f"a sum of {order.amount}")
    expected = _REFERENCES[order.kind]
    found = next(
        (name for name, has in zip(_REFERENCE_NAMES, given, strict=True) if has), "nothing"
    )
    refuse_unless(found in expected, "remittance", found, " or ".join(expected))


_REFERENCE_NAMES = ("kid", "text", "documents")
_REFERENCES = {
    PaymentKind.DOMESTIC_KID: ("kid",),
    PaymentKind.DOMESTIC_TEXT: ("text",),
    PaymentKind.DOMESTIC_DOCUMENTS: ("documents",),
    PaymentKind.SALARY: ("text", "nothing"),
    PaymentKind.PENSION: ("text", "nothing"),
    PaymentKind.TAX: ("kid", "text"),
    PaymentKind.SEPA: ("kid", "text", "nothing"),
    PaymentKind.CROSS_BORDER: ("text", "nothing"),
}


def _check_domestic(order: PaymentOrder) -> None:
    creditor = order.creditor
    at_home = creditor.account.is_norwegian
    refuse_unless(at_home, "creditor account", creditor.account.number, "an account in Norway")
    refuse_unless(order.amount.currency == "NOK", "currency", order.amount.currency, "NOK")
    bearer = order.charge_bearer
    allowed = (None, ChargeBearer.SERVICE_LEVEL, ChargeBearer.SHARED)
    refuse_unless(bearer in allowed, "charge bearer", bearer, "SLEV or SHAR")


def _check_sepa(order: PaymentOrder) -> None:
    account, bearer = order.creditor.account, order.charge_bearer
    reached = account.iban is not None and account.iban[:2] in SEPA
    refuse_unless(reached, "creditor account", account.number, "an IBAN within SEPA")
    refuse_unless(order.amount.currency == "EUR", "currency", order.amount.currency, "EUR")
    within = order.amount.minor <= SEPA_MINOR_MAX
    refuse_unless(within, "amount", order.amount, "at most 999 999 999.99 EUR")
    refuse_unless(bearer in (None, ChargeBearer.SERVICE_LEVEL), "charge bearer", bearer, "SLEV")
    refuse_unless(order.urgency is Urgency.NORMAL, "urgency", order.urgency, "normal within SEPA")
    is_rf = not order.kid or is_creditor_reference(order.kid)
    refuse_unless(is_rf, "reference", order.kid, "an RF reference")


def _check_cross_border(order: PaymentOrder) -> None:
    creditor = order.creditor
    account = creditor.account
    abroad = not account.is_norwegian or order.amount.currency != "NOK"
    refuse_unless(abroad, "creditor account", account.number, "an account abroad")
    address = creditor.address
    holds = address is not None and bool(address.town)
    refuse_unless(holds, "creditor address", address, "town and country at least")
    refuse_unless(creditor.bank is not None, "creditor bank", "nothing", "a BIC or clearing number")
    uses_iban = creditor.bank_country in IBAN_COUNTRIES
    refuse_unless(account.iban is not None or not uses_iban, "account", account.number, "an IBAN")
    bearer = order.charge_bearer
    holds = bearer is not ChargeBearer.SERVICE_LEVEL
    refuse_unless(holds, "charge bearer", bearer, "SHAR, DEBT or CRED")


_CHECKS = {PaymentKind.SEPA: _check_sepa, PaymentKind.CROSS_BORDER: _check_cross_border}


def _check_report(order: PaymentOrder) -> None:
    """A payment abroad above NOK 100 000 says what it is for; so does one of unknown value."""
    report = order.regulatory
    if report is not None:
        refuse_unless(report.code in PAYMENT_PURPOSES, "purpose", report.code, "a known code")
        holds = 0 < len(report.text.strip()) <= REPORT_CHARACTERS_MAX
        expected = f"1 to {REPORT_CHARACTERS_MAX} characters"
        refuse_unless(holds, "purpose text", report.text, expected)
        return
    if order.kind.is_domestic or order.creditor.account.is_norwegian:
        return
    value = order.amount if order.amount.currency == "NOK" else order.nok_equivalent
    holds = value is not None and value.currency == "NOK"
    refuse_unless(holds, "value in NOK", value, "an amount in NOK, or the purpose of the payment")
    assert value is not None, "refused above"
    small = value.minor <= REPORTED_ABOVE_MINOR
    refuse_unless(small, "purpose", value, "code and text above NOK 100 000")


def is_reference(text: str) -> bool:
    """A KID whose check character fits, or a right RF reference, both without spaces."""
    return is_valid(text) or (is_creditor_reference(text) and text == compact(text))


def execution_date(due: date, *, earliest: date) -> date:
    """The bank day on which a payment due then leaves: the last one before, else the next there is.

    >>> execution_date(date(2026, 12, 24), earliest=date(2026, 12, 1))
    datetime.date(2026, 12, 23)
    >>> execution_date(date(2026, 1, 2), earliest=date(2026, 12, 24))
    datetime.date(2026, 12, 28)
    """
    day = previous_bank_day(due)
    return day if day >= earliest else next_bank_day(earliest)


@dataclass(frozen=True, slots=True)
class PaymentBatch:
    """Payments that go together: one account, day, kind, currency, urgency and charge bearer."""

    id: str
    orders: tuple[PaymentOrder, ...] = field(repr=False)

    def __post_init__(self) -> None:
        check_id("batch id", self.id)
        refuse_unless(bool(self.orders), "batch", self.id, "at least one payment")
        alike = len({batch_key(order) for order in self.orders}) == 1
        refuse_unless(alike, "batch", self.id, "payments of one account, day, kind and currency")


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """What is sent to the bank at once. `created` is in Norwegian time, told by the caller."""

    message_id: str
    created: datetime
    initiator_name: str
    batches: tuple[PaymentBatch, ...] = field(repr=False)

    def __post_init__(self) -> None:
        check_id("message id", self.message_id, MESSAGE_ID_CHARACTERS_MAX)
        refuse_unless(bool(self.initiator_name.strip()), "initiator name", "", "a name")
        orders = self.orders
        refuse_unless(0 < len(orders) <= ORDERS_MAX, "payments", len(orders), f"1 to {ORDERS_MAX}")
        _refuse_repeated("batch id", [batch.id for batch in self.batches])
        _refuse_repeated("instruction id", [order.instruction_id for order in orders])
        _refuse_repeated("end-to-end id", [order.end_to_end_id for order in orders])
        for order in orders:
            day, today = order.execution_date, self.created.date()
            refuse_unless(day >= today, "execution date", day, f"{today} or later")

    @property
    def orders(self) -> tuple[PaymentOrder, ...]:
        """Every payment of every batch."""
        return tuple(order for batch in self.batches for order in batch.orders)


def batch_key(order: PaymentOrder) -> tuple[str, ...]:
    """What payments of one batch share, in the order in which batches are sorted."""
    debtor, bearer = order.debtor, order.charge_bearer or ""
    return (
        order.execution_date.isoformat(), debtor.account.number, order.kind, order.amount.currency,
        order.urgency, bearer, debtor.bic, debtor.name, debtor.currency,
    )  # fmt: skip


def group_orders(
    orders: Iterable[PaymentOrder], *, message_id: str, created: datetime, initiator_name: str
) -> PaymentFile:
    """The orders in batches `<message id>-1`, `-2`, … by day, account, kind and currency.

    The same orders give the same batches; within a batch they stand as they came.
    """
    groups: dict[tuple[str, ...], list[PaymentOrder]] = {}
    for order in orders:
        groups.setdefault(batch_key(order), []).append(order)
    batches = tuple(
        PaymentBatch(f"{message_id}-{number}", tuple(groups[key]))
        for number, key in enumerate(sorted(groups), start=1)
    )
    return PaymentFile(message_id, created, initiator_name, batches)


def _refuse_repeated(kind: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        refuse_unless(each not in seen, kind, each, "one that is used once")
        seen.add(each)
