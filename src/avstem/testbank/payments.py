"""A payment on one of the demo company's accounts, as it will stand in the bank's files."""

from dataclasses import dataclass
from datetime import date

from avstem.domain.money import Money
from avstem.domain.statement import Reference
from avstem.testbank.truth import Settles

OPERATING = "operating"
TAX = "tax"


@dataclass(frozen=True, slots=True)
class BankLine:
    """One movement of an account, and what it really settles.

    `account` is which of our own accounts. `in_lump` marks a KID payment that the bank settles
    in the day's lump sum. `entry_text` is the bank's text of the line, `remittance` the payer's.
    """

    account: str
    booking_date: date
    amount: Money
    family: str
    is_certain: bool = False
    settles: tuple[Settles, ...] = ()
    name: str | None = None
    party_account: str | None = None
    references: tuple[Reference, ...] = ()
    remittance: tuple[str, ...] = ()
    code: str = "PMNT/RCDT/DMCT"
    entry_text: str | None = None
    in_lump: bool = False


def kroner(minor: int) -> Money:
    """An amount of that many øre."""
    return Money(minor, "NOK")
