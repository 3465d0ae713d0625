"""Open items: invoices and credit notes that a payment can settle.

Amounts are kept unsigned (as printed on the document); `direction` says which way the money
goes when it is settled: +1 into the account, -1 out of it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.money import Money


class ItemKind(StrEnum):
    """The four documents, as `invoices.csv` names them, and what a payment list owes (ADR 69).

    What follows from the kind is asked for by the million, and kept on it.
    """

    CUSTOMER_INVOICE = "customer_invoice"
    CUSTOMER_CREDIT_NOTE = "customer_credit_note"
    SUPPLIER_INVOICE = "supplier_invoice"
    SUPPLIER_CREDIT_NOTE = "supplier_credit_note"
    SALARY = "salary"
    TAX = "tax"

    @cached_property
    def is_document(self) -> bool:
        """An invoice or a credit note; else wages or tax, which stand in no ledger of parties."""
        return self not in (ItemKind.SALARY, ItemKind.TAX)

    @cached_property
    def is_customer(self) -> bool:
        """In the customers' ledger (receivables); else the company owes it."""
        return self in (ItemKind.CUSTOMER_INVOICE, ItemKind.CUSTOMER_CREDIT_NOTE)

    @cached_property
    def is_credit_note(self) -> bool:
        """A document that takes back (part of) an invoice."""
        return self in (ItemKind.CUSTOMER_CREDIT_NOTE, ItemKind.SUPPLIER_CREDIT_NOTE)

    @property
    def is_own(self) -> bool:
        """Numbered by the company itself, so that `type+number` is its identity."""
        return self.is_customer

    @cached_property
    def direction(self) -> int:
        """+1 where settling brings money in (customer invoice, supplier credit note), else -1."""
        return 1 if self.is_customer != self.is_credit_note else -1


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or supplier. `orgnr` is None for private people; `key` tells parties apart."""

    name: str
    orgnr: str | None = None

    @property
    def key(self) -> str:
        """The organisation number, else the name with folded case and single spaces."""
        return self.orgnr or " ".join(self.name.casefold().split())


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or credit note as it was issued.

    `value` is what it was booked at in the company's currency, where its source says so, and
    `price` what its currency cost; what is not said follows from the rate of its day. `vat_code`
    (`domain.vat`) is the one code of all of it, "" where there are several or nobody knows.
    `order_number` is the order that it is the invoice of, `discounts` what may be left out by whom
    pays in time.
    """

    kind: ItemKind
    number: str
    party: Party
    invoice_date: date
    amount: Money
    due_date: date | None = None
    kid: str | None = None
    party_account: str | None = None
    description: str | None = None
    value: Money | None = None
    price: Fraction | None = None
    vat_code: str = ""
    order_number: str | None = None
    discounts: tuple[DiscountTerms, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        """Own documents by type and number, suppliers' by type, party and number."""
        return (
            self.kind.value,
            "" if self.kind.is_own else self.party.key,
            self.number,
        )
