"""What the engine is told: bank transactions, open items and what is known around them.

All amounts are whole minor units. A line's amount is signed (positive: money into the account);
an item's amounts are unsigned, its `direction` tells the sign (see `domain.open_item`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.exchange import Rates
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.settlement import LineKind
from avstem.domain.statement import Reference
from avstem.matching.booking_rules import BookingRule
from avstem.matching.decision import LedgerLine, PaidPayment, Settlement
from avstem.matching.habits import Habit, HabitKey
from avstem.matching.learning import Learnt


class KeyKind(StrEnum):
    """The kinds of reference that the one indexed table of reference keys holds."""

    KID = "kid"  # structured creditor reference, RF included, as printed on the document
    NUMBER = "number"  # invoice or credit note number, normalised by `keys.normalise_number`
    ORDER = "order"  # the order that an invoice is of, normalised as a number
    END_TO_END = "end_to_end_id"  # ours, given to a payment we sent
    INSTRUCTION = "instruction_id"
    PAYMENT_INFORMATION = "payment_information_id"  # the batch the payment was sent in
    MESSAGE = "message_id"
    BANK_REFERENCE = "bank_reference"  # the bank's own, by which a return names its payment

    # Keys are looked up by the million; an enum's own hash is Python code.
    __hash__ = str.__hash__


class Key(NamedTuple):
    """One reference: kind and normalised value (at most 64 characters)."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One booked bank transaction that is still open.

    `references` are the structured ones with the amounts the payer gave them. `text` joins the
    remittance lines and the bank's own text. `charges_minor` is what the bank took out, unsigned.
    `halted` names why nothing on this account or date may be booked by itself (`chain_broken`,
    `period_closed`, `rate_unknown`), else None. `code` is the bank's own (`Entry.code`). `undone`:
    it was booked once, and a person has undone it. `original` is what was instructed, unsigned, and
    `exchange_rate` the bank's rate as written, where it tells them.
    """

    id: int
    account_id: int
    booking_date: date
    amount_minor: int
    currency: str
    bank_reference: str = ""
    references: tuple[Reference, ...] = ()
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    payment_information_id: str | None = None
    message_id: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    text: str = ""
    charges_minor: int = 0
    is_return: bool = False
    return_reason: str = ""
    reversal: bool = False
    halted: str | None = None
    code: str = ""
    undone: bool = False
    original: Money | None = None
    exchange_rate: str = ""

    @property
    def direction(self) -> int:
        """+1 for money in, -1 for money out (0.00 counts as in)."""
        return 1 if self.amount_minor >= 0 else -1


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice or credit note, open or closed, as it stands before this run."""

    id: int
    kind: ItemKind
    number: str
    party_id: int
    invoice_date: date
    currency: str
    amount_minor: int
    remaining_minor: int
    kid: str | None = None
    party_account: str | None = None
    party_blocked: bool = False
    payment_on_its_way: bool = False
    #: Whether it is known what a foreign item was booked at.
    is_valued: bool = True
    vat_code: str = ""
    discounts: tuple[DiscountTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class SentPayment:
    """A payment we sent to the bank: it settles one item, inside a batch.

    `through_clearing`: the debit is posted against the account of payments on their way, where the
    bill has been moved (`is_moved`) or is moved with the debit; `reference` is our id for it.
    `credits` are the credit notes that it draws off (item, unsigned amount).
    """

    id: int
    item_id: int
    amount_minor: int
    rejected: bool = False
    through_clearing: bool = False
    is_moved: bool = False
    reference: str = ""
    credits: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BookedPayment:
    """A booked transaction that may come back: what it settled (unsigned) and posted beside.

    `ledger_lines` are as a return must post them: with debit and credit swapped already.
    `payments` are our own that it paid, through the account of payments on their way.
    """

    line_id: int
    account_id: int
    booking_date: date
    amount_minor: int
    settled: tuple[Settlement, ...]
    ledger_lines: tuple[LedgerLine, ...] = ()
    payments: tuple[PaidPayment, ...] = ()
    #: What it left on the party has settled another document since.
    credit_used: bool = False


@dataclass(frozen=True)
class Candidates:
    """Everything the lines' keys, accounts and amounts lead to, found by index.

    `items` holds every item named by the others. `by_key` includes closed items, so that a
    second payment of a paid invoice is known for what it is. `open_by_party` and
    `open_by_amount` hold open items only; `open_by_amount` is keyed by direction, currency and
    remaining amount and holds at most 20 items a key, so `amount_counts` has the true number; an
    amount that it leaves out is one item's, or nobody's.
    `party_accounts` tells which parties are known to pay from or be paid at an account.
    `rejected` are pairs (line, item) that a person has undone or refused. `own_accounts` are the
    company's own by number (`domain.identifiers.account_key`), with what people call them in
    `own_account_names` by id. `booked_by_key` are booked transactions that the returns among the
    lines may name. `parties_book_sums` are those for which a sum without a reference may book.
    `learnt_accounts` and `learnt_names` (by `learning.name_key`) tell whose invoices a payer has
    paid before; they speak for money in alone.
    `booking_rules` are those that are switched on, `standing_off` the standing ones that are not,
    `habits` what people have done by hand. `payouts` are the lines that are payouts of payment
    providers, by id. `factors` are the parties that have bought claims on others, `factor_names`
    the words of their names. `own_name` is the company's, as a bank may show it on a transfer;
    `cash_accounts` those of its accounts that are cash, with their currency. `credits` count what
    customers have to their credit, by party, currency and what is left; of the parties of the
    lines' accounts only.
    """

    items: Mapping[int, Item]
    by_key: Mapping[Key, Sequence[int]]
    party_accounts: Mapping[str, Sequence[int]]
    party_names: Mapping[int, str]
    open_by_party: Mapping[int, Sequence[int]]
    open_by_amount: Mapping[tuple[int, str, int], Sequence[int]]
    amount_counts: Mapping[tuple[int, str, int], int]
    open_count: int
    sent_by_key: Mapping[Key, Sequence[SentPayment]] = field(default_factory=dict)
    rejected: frozenset[tuple[int, int]] = frozenset()
    own_accounts: Mapping[str, int] = field(default_factory=dict)
    own_account_names: Mapping[int, str] = field(default_factory=dict)
    booked_by_key: Mapping[Key, Sequence[BookedPayment]] = field(default_factory=dict)
    parties_book_sums: frozenset[int] = frozenset()
    learnt_accounts: Mapping[str, Sequence[Learnt]] = field(default_factory=dict)
    learnt_names: Mapping[str, Sequence[int]] = field(default_factory=dict)
    rates: Rates = field(default_factory=lambda: Rates("NOK"))
    booking_rules: Sequence[BookingRule] = ()
    standing_off: frozenset[str] = frozenset()
    habits: Mapping[HabitKey, Habit] = field(default_factory=dict)
    payouts: Mapping[int, "SettlementFacts"] = field(default_factory=dict)
    factors: frozenset[int] = frozenset()
    factor_names: frozenset[frozenset[str]] = frozenset()
    own_name: str = ""
    cash_accounts: Mapping[int, str] = field(default_factory=dict)
    credits: Mapping[tuple[int, str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettlementPart:
    """One line of a payment provider's payout; signs as in `domain.settlement.SettlementLine`."""

    kind: LineKind
    reference: str | None
    order_id: str | None
    amount_minor: int
    fee_minor: int


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """The payout that a bank transaction is, and what it is made of.

    net = gross − fees − refunds + other + unexplained, as the provider's report has it; the bank's
    amount may be another where `found_by` is `reference`. `found_by` is `amount` where the exact
    net, the day and the provider's name led to it.
    """

    id: int
    provider: str
    payout_id: str
    currency: str
    gross_minor: int
    fees_minor: int
    refunds_minor: int
    other_minor: int
    net_minor: int
    unexplained_minor: int
    found_by: str
    lines: tuple[SettlementPart, ...] = field(repr=False)
