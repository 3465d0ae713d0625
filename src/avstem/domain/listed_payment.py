"""Wages and tax to be paid, as a payment list asks for them.

Nobody has sent an invoice: what is owed stands on a debt account of the ledger (wages payable, tax
withheld), and the payee is told a text or a KID.

Sources: docs/formats/payment_list.md; NS 4102 (2600, 2930); ADR 69.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import bban_of, is_norwegian_account
from avstem.domain.kid import is_valid
from avstem.domain.money import Money
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_kind import TEXT_CHARACTERS_MAX
from avstem.domain.payment_party import ID_CHARACTERS_MAX, refuse_unless

NAME_CHARACTERS_MAX = 140
#: A day further from the one it is taken in on is a slip: 2062 for 2026, or last year's list.
DAYS_BACK_MAX, DAYS_AHEAD_MAX = 60, 400
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
#: Categories of characters that nobody sees (Unicode 15, 4.5).
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
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
        for name in ("name", "reference", "text"):
            said = getattr(self, name)
            refuse_unless(_is_plain(said), name, said, "letters, digits, marks and spaces")
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

    @property
    def number(self) -> str:
        """What it is known by: its reference, else a hash of what it pays.

        Name and words are not part of it: a name spelt better is no second payment.
        """
        if self.reference:
            return self.reference
        paid = (self.kind.value, self.account, str(self.amount), self.pay_on.isoformat(), self.kid)
        tail = hashlib.sha256("\n".join(paid).encode()).hexdigest()[:12]
        return f"{_PREFIXES[self.kind]}-{self.pay_on:%Y%m%d}-{tail}"

    @property
    def claim(self) -> tuple[str, str]:
        """What it pays once in a list: a claim by its KID, else what it is known by."""
        return (self.account, self.kid) if self.kid and not self.reference else ("", self.number)

    def check_day(self, today: date) -> None:
        """Refuse a day that nobody pays on when they take in the list `today`."""
        first = today - timedelta(days=DAYS_BACK_MAX)
        last = today + timedelta(days=DAYS_AHEAD_MAX)
        within = first <= self.pay_on <= last
        refuse_unless(within, "date", self.pay_on, f"a day from {first} to {last}")


def _is_plain(text: str) -> bool:
    """Whether nothing in it is hidden: no control, no mark that turns or joins what stands there.

    >>> _is_plain("Åse Ødegård-Næss (vikar)"), _is_plain("Kari\u202eNNA")
    (True, False)
    """
    return not any(unicodedata.category(each) in _HIDDEN for each in text)


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
