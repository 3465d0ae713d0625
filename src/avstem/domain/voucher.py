"""Vouchers: what is posted when a bank transaction is booked.

A posting's amount is signed: positive is debit. A voucher balances in the company's currency, has
two postings at least and is never changed; a correction is a voucher that reverses it.

Source: bokføringsloven §§ 4 and 9; docs/glossary.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from avstem.domain.errors import DifferenceError
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind


class LedgerRole(StrEnum):
    """The few ledger accounts that avstem itself books to."""

    RECEIVABLES = "receivables"
    PAYABLES = "payables"
    BANK_CHARGES = "bank_charges"
    ROUNDING = "rounding"
    WRITE_OFF = "write_off"
    INTEREST_RECEIVED = "interest_received"
    INTEREST_PAID = "interest_paid"
    RATE_GAIN = "rate_gain"
    RATE_LOSS = "rate_loss"
    SUSPENSE = "suspense"
    PAYMENTS_ON_THEIR_WAY = "payments_on_their_way"
    OWN_TRANSFERS = "own_transfers"
    VAT_INPUT = "vat_input"
    VAT_OUTPUT = "vat_output"
    DISCOUNT_GIVEN = "discount_given"
    DISCOUNT_RECEIVED = "discount_received"


#: Numbers by NS 4102 practice; a company may choose others. Names are our own words.
DEFAULT_ACCOUNTS: dict[LedgerRole, tuple[str, str]] = {
    LedgerRole.RECEIVABLES: ("1500", "Kundefordringer"),
    LedgerRole.PAYABLES: ("2400", "Leverandørgjeld"),
    LedgerRole.BANK_CHARGES: ("7770", "Bankgebyr"),
    LedgerRole.ROUNDING: ("7740", "Øreavrunding"),
    LedgerRole.WRITE_OFF: ("7830", "Tap på fordringer"),
    LedgerRole.INTEREST_RECEIVED: ("8050", "Renteinntekt"),
    LedgerRole.INTEREST_PAID: ("8150", "Rentekostnad"),
    LedgerRole.RATE_GAIN: ("8060", "Valutagevinst"),
    LedgerRole.RATE_LOSS: ("8160", "Valutatap"),
    LedgerRole.SUSPENSE: ("1909", "Uavklart fra bank"),
    LedgerRole.PAYMENTS_ON_THEIR_WAY: ("2990", "Betalinger underveis"),
    LedgerRole.OWN_TRANSFERS: ("1990", "Overføringer mellom egne konti"),
    LedgerRole.VAT_INPUT: ("2710", "Inngående merverdiavgift"),
    LedgerRole.VAT_OUTPUT: ("2700", "Utgående merverdiavgift"),
    LedgerRole.DISCOUNT_GIVEN: ("3080", "Kontantrabatt på salg"),
    LedgerRole.DISCOUNT_RECEIVED: ("4371", "Kontantrabatt på innkjøp"),
}


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One line: positive is debit. `item_id` where it settles an invoice or credit note.

    `vat_code` (`domain.vat`) stands on the net amount and on the VAT that belongs to it.
    `value_minor` is what an amount in another currency is worth in the company's; None in its own,
    and on old vouchers of which nobody knows it.
    """

    account: str
    amount: Money
    party_id: int | None = None
    item_id: int | None = None
    text: str = ""
    vat_code: str = ""
    value_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """So much (unsigned) of an item is settled; a negative amount is owed again.

    `ledger_account` where the item stands in another account than its side's: wages and tax.
    """

    item_id: int
    kind: ItemKind
    party_id: int
    amount: Money
    ledger_account: str | None = None


def payment_postings(
    *,
    bank_account: str,
    amount: Money,
    settled: Sequence[Settled],
    extra: Sequence[PostingLine] = (),
    accounts: dict[LedgerRole, str],
) -> tuple[PostingLine, ...]:
    """The postings of a bank transaction: the bank's line first, then what it is about.

    `amount` is signed as the bank has it. `extra` are lines given by the user or by a rule
    (a charge, an overpayment that stays on the party). What does not add up is refused.
    """
    lines = payment_lines(bank_account, amount, settled, extra, accounts)
    check_balance(lines)
    return lines


def payment_lines(
    bank_account: str,
    amount: Money,
    settled: Sequence[Settled],
    extra: Sequence[PostingLine],
    accounts: dict[LedgerRole, str],
) -> tuple[PostingLine, ...]:
    """The same lines before their values in the company's currency are known: no balance yet."""
    lines = [PostingLine(bank_account, amount)]
    lines += [_settling_line(each, accounts) for each in settled]
    lines += extra
    return tuple(line for line in lines if line.amount.minor)


def party_line(
    *,
    kind_is_customer: bool,
    party_id: int,
    amount: Money,
    accounts: dict[LedgerRole, str],
) -> PostingLine:
    """What stays on a party without an invoice: an overpayment, or the same invoice paid twice.

    `amount` is signed as a posting: a customer's credit is negative.
    """
    role = LedgerRole.RECEIVABLES if kind_is_customer else LedgerRole.PAYABLES
    return PostingLine(accounts[role], amount, party_id=party_id)


def drawing_postings(settled: Settled, accounts: dict[LedgerRole, str]) -> tuple[PostingLine, ...]:
    """A document settled with what its party has to its credit: no money moves."""
    settling = _settling_line(settled, accounts)
    credit = party_line(
        kind_is_customer=settled.kind.is_customer,
        party_id=settled.party_id,
        amount=-settling.amount,
        accounts=accounts,
    )
    return credit, settling


def check_balance(lines: Iterable[PostingLine]) -> None:
    """Refuse lines whose debit and credit differ; the difference is named.

    In one currency their amounts are equal, and where several meet, their values in the company's.
    """
    sums: dict[str, int] = defaultdict(int)
    value = 0
    for line in lines:
        sums[line.amount.currency] += line.amount.minor
        value += line.amount.minor if line.value_minor is None else line.value_minor
    if len(sums) > 1:
        if value:
            raise DifferenceError(difference=format(value))
        return
    for currency, minor in sums.items():
        if minor:
            raise DifferenceError(difference=str(Money(minor, currency)))


def reversal_of(lines: Iterable[PostingLine]) -> tuple[PostingLine, ...]:
    """The same lines with debit and credit swapped, in both currencies."""
    return tuple(
        replace(
            line,
            amount=-line.amount,
            value_minor=None if line.value_minor is None else -line.value_minor,
        )
        for line in lines
    )


def settling_lines(
    settled: Iterable[Settled], accounts: dict[LedgerRole, str]
) -> tuple[PostingLine, ...]:
    """What settles each document, on its own account."""
    return tuple(_settling_line(each, accounts) for each in settled)


def _settling_line(settled: Settled, accounts: dict[LedgerRole, str]) -> PostingLine:
    role = LedgerRole.RECEIVABLES if settled.kind.is_customer else LedgerRole.PAYABLES
    account = settled.ledger_account or accounts[role]
    # Money in is debit on the bank, so the item that brings it in is credited, and vice versa.
    amount = settled.amount if settled.kind.direction < 0 else -settled.amount
    return PostingLine(account, amount, settled.party_id, settled.item_id)
