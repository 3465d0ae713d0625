"""An invoice or credit note as its sender wrote it: who, what, how much, how to pay.

Amounts stand as in the document: positive in an invoice is owed to the supplier, positive in a
credit note is owed to the customer. Nothing here says whose books it is read for.

Source: EN 16931-1 (the terms BT-…), Peppol BIS Billing 3.0; docs/formats/ubl.md.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.money import Money


@dataclass(frozen=True, slots=True)
class UblParty:
    """Supplier, customer or payee.

    `orgnr` is a Norwegian organisation number with a right check digit, `foreign_id` another
    country's number with the country's two letters before it. `endpoint` is the electronic address
    as `scheme:id`. `line` is where the party stands in the file.
    """

    name: str | None
    orgnr: str | None
    foreign_id: str | None = None
    endpoint: str | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """One way to pay (BG-16).

    `code` is of UNCL 4461 (30, 31, 58: a credit transfer). `account` is an IBAN or what else the
    sender wrote, compact; `account_is_valid` says that its check digits fit. `kid` is a KID or `RF`
    reference that is right; any other payment id is `text`.
    """

    code: str | None
    account: str | None = None
    account_is_valid: bool = False
    account_name: str | None = None
    bic: str | None = None
    kid: str | None = None
    text: str | None = None
    payment_id: str | None = None
    due_date: date | None = None

    @property
    def is_transfer(self) -> bool:
        """Whether the payer sends the money; else it is drawn by the payee, or paid already."""
        return self.code in (None, "1", "30", "31", "42", "50", "56", "57", "58", "ZZZ")


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's sums (BG-22), each as written; what is not there is None.

    `tax` is in the document's currency. `payable` is what is to pay, after prepayment and rounding;
    it may be zero or negative.
    """

    payable: Money
    lines: Money | None = None
    tax_exclusive: Money | None = None
    tax_inclusive: Money | None = None
    tax: Money | None = None
    allowances: Money | None = None
    charges: Money | None = None
    prepaid: Money | None = None
    rounding: Money | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A supporting document (BG-24). `content` is None where there is only an address, or where
    the bytes cannot be read; `sha256` is of the bytes, in hexadecimal.
    """

    id: str | None
    description: str | None
    file_name: str | None
    mime_code: str | None
    uri: str | None
    content: bytes | None
    sha256: str | None = None

    @property
    def size_bytes(self) -> int:
        """The size of the document that lies in the file; zero where none does."""
        return len(self.content or b"")


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A rate from one currency to another; `operator` is `Multiply` or `Divide`.

    Peppol has none of these; other UBL has them (`TaxExchangeRate`, `PricingExchangeRate`).
    """

    source: str
    target: str
    price: Fraction
    operator: str


@dataclass(frozen=True, slots=True)
class UblDocument:
    """The whole document. `type_code` is of UNCL 1001; `billing_references` are the invoices that
    a credit note (or correction) is about. The due date is None where the sender gives none.
    `tax_rate` is the one rate of VAT, in per cent, where all of the document has the same.
    """

    is_credit_note: bool
    number: str
    issue_date: date
    due_date: date | None
    type_code: str | None
    currency: str
    customization: str | None
    note: str | None
    supplier: UblParty
    customer: UblParty
    payee: UblParty | None
    payment_means: tuple[PaymentMeans, ...]
    totals: Totals
    line_count: int
    order_reference: str | None = None
    buyer_reference: str | None = None
    billing_references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    rates: tuple[StatedRate, ...] = ()
    discounts: tuple[DiscountTerms, ...] = ()
    tax_rate: int | None = None

    @property
    def means(self) -> PaymentMeans | None:
        """The way to pay that is used: the first credit transfer with an account, else the first.

        Several ways are the payer's choice; account and KID are always taken from the same one.
        """
        transfers = [each for each in self.payment_means if each.is_transfer and each.account]
        return next(iter([*transfers, *self.payment_means]), None)

    @property
    def paid_to_another(self) -> UblParty | None:
        """The payee, where it is another than the supplier (factoring): the account is theirs."""
        payee, supplier = self.payee, self.supplier
        if payee is None or (payee.orgnr and payee.orgnr == supplier.orgnr):
            return None
        return payee
