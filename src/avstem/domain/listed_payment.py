"""Wages and tax to be paid, as a payment list asks for them.

Nobody has sent an invoice: what is owed stands on a debt account of the ledger (wages payable, tax
withheld), and the payee is told a text or a KID.

Sources: docs/formats/payment_list.md; NS 4102 (2600, 2930); ADR 69.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import bban_of, is_norwegian_account
from avstem.domain.kid import is_valid
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_kind import TEXT_CHARACTERS_MAX
from avstem.domain.payment_party import ID_CHARACTERS_MAX, refuse_unless

NAME_CHARACTERS_MAX = 140
#: Where each kind is owed unless the list says otherwise: number, and our own words for it.
DEBT_ACCOUNTS = {
    ItemKind.SALARY: ("2930", "Skyldig lønn"),
    ItemKind.TAX: ("2600", "Forskuddstrekk"),
}
#: Further accounts that such a list may name before the company has them.
KNOWN_DEBTS = {
    **dict(DEBT_ACCOUNTS.values()),
    "2500": "Betalbar skatt",
    "2740": "Oppgjørskonto merverdiavgift",
    "2770": "Skyldig arbeidsgiveravgift",
    "2780": "Påløpt arbeidsgiveravgift",
}
#: What stands before the numbers that we give: wages do not tell whose they are.
_PREFIXES = {ItemKind.SALARY: "L", ItemKind.TAX: "S"}
_DEBT = re.compile(r"2[0-9]{3,9}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """One row of a list; a value is right when it exists.

    `account` is the IBAN of an account in Norway, `amount` positive kroner, `pay_on` the day asked
    for. `reference` is the list's own number of it, "" where it has none.
    """

    kind: ItemKind
    name: str
    account: str
    amount: Money
    pay_on: date
    reference: str = ""
    text: str = ""
    kid: str = ""
    ledger_account: str = ""

    def __post_init__(self) -> None:
        refuse_unless(not self.kind.is_document, "kind", self.kind, "salary or tax")
        named = 0 < len(self.name.strip()) <= NAME_CHARACTERS_MAX
        refuse_unless(named, "name", self.name, f"1 to {NAME_CHARACTERS_MAX} characters")
        at_home = is_norwegian_account(bban_of(self.account))
        refuse_unless(at_home, "account", self.account, "an account in Norway")
        in_kroner = self.amount.currency == "NOK" and self.amount.minor > 0
        refuse_unless(in_kroner, "amount", self.amount, "more than zero, in NOK")
        refuse_unless(len(self.reference) <= ID_CHARACTERS_MAX, "reference", self.reference,
                      f"at most {ID_CHARACTERS_MAX} characters")  # fmt: skip
        _check_words(self)
        debt = not self.ledger_account or bool(_DEBT.match(self.ledger_account))
        refuse_unless(debt, "ledger account", self.ledger_account, "a debt account, as 2930")

    @property
    def debt_account(self) -> str:
        """The ledger account that it is owed on."""
        return self.ledger_account or DEBT_ACCOUNTS[self.kind][0]

    @property
    def payee_text(self) -> str:
        """What the payee is told: as said, wages by their day; "" where a KID says it."""
        if self.text or self.kid:
            return self.text
        return f"Lønn {self.pay_on:%d.%m.%Y}"


def _check_words(row: ListedPayment) -> None:
    """Wages have words at most; tax a KID whose check digit fits, or words."""
    holds = len(row.text) <= TEXT_CHARACTERS_MAX
    refuse_unless(holds, "text", row.text, f"at most {TEXT_CHARACTERS_MAX} characters")
    if row.kind is ItemKind.SALARY:
        refuse_unless(not row.kid, "kid", row.kid, "nothing: wages are paid with a text")
        return
    if bool(row.kid) == bool(row.text):
        found = row.kid or "nothing"
        raise InvalidValueError("kid", found[:60], "the KID of the claim, or a text, not both")
    right = not row.kid or is_valid(row.kid)
    refuse_unless(right, "kid", row.kid, "a KID whose check digit fits (modulus 10 or 11)")


def numbers_of(rows: Iterable[ListedPayment]) -> list[str]:
    """What each is known by: its reference, else what it pays.

    The same list gives the same numbers, whatever stands beside; rows that are alike within one
    list are counted, so that each is one.
    """
    alike: Counter[tuple[str, ...]] = Counter()
    numbers = []
    for row in rows:
        paid = (row.kind.value, row.account, str(row.amount), row.pay_on.isoformat(), row.kid)
        numbers.append(row.reference or _number(row, (*paid, str(alike[paid]))))
        alike[paid] += not row.reference
    return numbers


def _number(row: ListedPayment, paid: tuple[str, ...]) -> str:
    tail = hashlib.sha256("\n".join(paid).encode()).hexdigest()[:12]
    return f"{_PREFIXES[row.kind]}-{row.pay_on:%Y%m%d}-{tail}"
