"""What a SAF-T file says, in the order in which it says it.

Amounts are signed: positive is debit. They are in the file's default currency; a line may carry
what it was in another as well.

Source: Skatteetaten, Norwegian SAF-T Financial data, schemas 1.10 to 1.30.
"""

from dataclasses import dataclass
from datetime import date

from avstem.domain.money import Money

NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:NO"


@dataclass(frozen=True, slots=True)
class SaftHeader:
    """Whose books these are. The days are None where the period is told in period numbers.

    `orgnr` is as written, without spaces, `NO` and `MVA`; its check digit is not asked for here.
    """

    version: str
    orgnr: str
    name: str
    currency: str
    created: date
    from_date: date | None = None
    to_date: date | None = None
    period: str = ""


@dataclass(frozen=True, slots=True)
class SaftBalance:
    """Balances of an account at the beginning and end of the period; None where left out."""

    account: str | None
    opening: Money | None
    closing: Money | None


@dataclass(frozen=True, slots=True)
class SaftAccount:
    """An account of the ledger. `standard` is of 1.20 and older, the grouping of 1.20 and newer."""

    id: str
    name: str
    balance: SaftBalance
    standard: str | None = None
    grouping_category: str | None = None
    grouping_code: str | None = None


@dataclass(frozen=True, slots=True)
class SaftParty:
    """A customer or supplier. `accounts` are its bank accounts whose check digits fit.

    `balances` has one row for each ledger account it stands on; `line` is its place in the file.
    """

    is_customer: bool
    id: str
    name: str
    orgnr: str | None
    accounts: tuple[str, ...]
    balances: tuple[SaftBalance, ...]
    line: int = 1

    @property
    def key(self) -> tuple[bool, str]:
        """Customers and suppliers are numbered apart."""
        return self.is_customer, self.id


@dataclass(frozen=True, slots=True)
class SaftVoucher:
    """The head of a `Transaction`, which all its lines share."""

    journal: str
    id: str
    day: date
    posting_date: date | None
    text: str


@dataclass(frozen=True, slots=True)
class SaftLine:
    """One line of a voucher. `reference` is an invoice's number, `cid` its KID."""

    voucher: SaftVoucher
    record_id: str
    account: str
    amount: Money
    currency_amount: Money | None = None
    customer: str | None = None
    supplier: str | None = None
    text: str = ""
    reference: str | None = None
    cid: str | None = None
    due_date: date | None = None
    line: int = 1


SaftRecord = SaftHeader | SaftAccount | SaftParty | SaftLine
