"""What the bank said: statements, their entries and the transactions inside them.

Amounts are signed: positive is money into the account. A batch is one entry (one sum on the
account) with several transactions; an entry without details has one, made from the entry.

Source: ISO 20022 camt.052/.053/.054, versions .001.02 to .001.14; docs/formats/camt.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from avstem.domain.money import Money


class StatementKind(StrEnum):
    """What a message proves: a statement proves the balance, the others announce money."""

    STATEMENT = "statement"
    NOTIFICATION = "notification"
    REPORT = "report"


class EntryStatus(StrEnum):
    """Only booked entries are money on the account."""

    BOOKED = "booked"
    PENDING = "pending"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd but usable in a file; `code` is stable, `place` as in a refusal."""

    code: str
    place: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One structured reference of a payment: a KID, an `RF` reference, or a document's number.

    `kind` is `kid` (any structured creditor reference), `invoice` (CINV) or `credit_note` (CREN).
    `amount` is the part of the payment the payer gives it, as stated (unsigned), or None.
    """

    kind: str
    value: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """One payment inside an entry: the unit of matching.

    `bank_reference` is the detail's own AcctSvcrRef (None where only the entry has one).
    `original_amount` is what was instructed, in its own currency, unsigned; `exchange_rate` the
    bank's rate as written. `charges` is what the bank took out, unsigned, where it says so.
    `is_return` tells a payment sent back (ReturnInformation, or the code family RRTN).
    """

    amount: Money
    bank_reference: str | None = None
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    payment_information_id: str | None = None
    message_id: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    references: tuple[Reference, ...] = ()
    remittance: tuple[str, ...] = ()
    original_amount: Money | None = None
    exchange_rate: str | None = None
    charges: Money | None = None
    return_reason: str | None = None
    is_return: bool = False

    @property
    def kid(self) -> str | None:
        """The first structured creditor reference, RF references included."""
        return next((each.value for each in self.references if each.kind == "kid"), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line on the account. `booking_date` is None only where the bank left it out.

    `reference` is the account servicer's (AcctSvcrRef), else the entry's own number (NtryRef).
    `reversal` is the bank's mark that this entry takes back another; it does not turn the sign.
    `code` is `PMNT/RCDT/DMCT`, or the bank's own code where it gives none of the domain.
    `details_count` is how many details the bank gave: where they do not add up to the entry, it has
    one transaction made from the entry all the same.
    """

    amount: Money
    status: EntryStatus
    booking_date: date | None
    value_date: date | None
    reference: str | None
    entry_number: str | None
    reversal: bool
    code: str | None
    text: str | None
    transactions: tuple[Transaction, ...]
    charges: Money | None = None
    batch_count: int | None = None
    has_details: bool = False
    details_count: int = field(default=0, compare=False)

    def in_currency(self, currency: str) -> "Entry":
        """An entry of a file without a currency (`NO_CURRENCY`), in the account's.

        The number stays as written: 1250 is 1250 JPY and 1250.00 NOK. One that has more decimals
        than the currency is refused. Only the amounts of such a file's own form are turned.
        """
        parts = tuple(
            replace(part, amount=Money.parse(part.amount.decimal(), currency))
            for part in self.transactions
        )
        amount = Money.parse(self.amount.decimal(), currency)
        return replace(self, amount=amount, transactions=parts)


@dataclass(frozen=True, slots=True)
class StatementHead:
    """All that stands before the entries. Balances are signed.

    `balances_booked` says that both balances are booked ones (OPBD or PRCD with CLBD), so that
    opening + entries = closing can be proved; else the proof is not asked for.
    `is_copy` is the bank's mark of a copy or duplicate.
    """

    format: str
    kind: StatementKind
    id: str | None
    sequence: str | None
    account: str | None
    currency: str | None
    from_date: date | None
    to_date: date | None
    opening_balance: Money | None
    closing_balance: Money | None
    balances_booked: bool = False
    is_copy: bool = False
    created: str | None = None
    notices: tuple[Notice, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class StatementSource:
    """A statement as it streams: its head, then its entries, once."""

    head: StatementHead
    entries: Iterator[Entry]


# An enum's member is looked up in a tenth of a microsecond, which counts by the million.
_BOOKED = EntryStatus.BOOKED


@dataclass
class BalanceProof:
    """Opening + booked entries = closing, summed as the entries stream by.

    With an entry in another currency than the balances it does not hold, whatever the sum.
    """

    head: StatementHead
    sum_minor: int = 0
    entry_count: int = 0
    currencies: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Count one entry; only booked ones move the balance."""
        self.entry_count += 1
        if entry.status is _BOOKED:
            amount = entry.amount
            self.sum_minor += amount.minor
            self.currencies.add(amount.currency)

    def watch(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The same entries, each counted as it goes by."""
        for entry in entries:
            self.add(entry)
            yield entry

    def holds(self) -> bool | None:
        """True or False, or None where the head gives no booked pair to prove."""
        head = self.head
        if not head.balances_booked or head.opening_balance is None or head.closing_balance is None:
            return None
        opening, closing = head.opening_balance, head.closing_balance
        if self.currencies - {opening.currency} or opening.currency != closing.currency:
            return False
        return opening.minor + self.sum_minor == closing.minor
