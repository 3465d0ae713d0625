"""Who pays and who is paid: names, addresses, accounts, banks.

A value is right when it exists: what a bank would reject is refused here.

Sources: docs/formats/pain001.md; ISO 9362 (BIC); ISO 13616 (IBAN).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import (
    bban_of,
    compact,
    is_iban,
    is_norwegian_account,
    norwegian_iban,
)

ID_CHARACTERS_MAX = 35

_ID = re.compile(r"[A-Za-z0-9?:().,'+ -]+(?:/[A-Za-z0-9?:().,'+ -]+)*\Z", re.ASCII)
# The stricter of the two generations' patterns, so that one value fits both.
_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?\Z", re.ASCII)
_CLEARING_SYSTEM = re.compile(r"[A-Z]{5}\Z", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}\Z", re.ASCII)
_OTHER_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,34}\Z", re.ASCII)


class AccountForm(StrEnum):
    """How an account is named."""

    NORWEGIAN = "norwegian"
    IBAN = "iban"
    OTHER = "other"


def refuse_unless(holds: bool, kind: str, found: object, expected: str) -> None:
    """Refuse a value that does not hold, with at most 60 characters of it."""
    if not holds:
        raise InvalidValueError(kind, str(found)[:60], expected)


def check_id(kind: str, text: str, longest: int = ID_CHARACTERS_MAX) -> None:
    """Refuse an id that some bank would: it is of the SWIFT set, without outer slashes."""
    expected = f"1 to {longest} letters, digits or marks of the SWIFT set, no outer slash or space"
    holds = len(text) <= longest and bool(_ID.match(text)) and text == text.strip()
    refuse_unless(holds and text != "NOTPROVIDED", kind, text, expected)


@dataclass(frozen=True, slots=True)
class Account:
    """An account: a Norwegian one is known by its 11 digits, IBAN or not when it was typed."""

    number: str
    form: AccountForm

    def __post_init__(self) -> None:
        refuse_unless(_ACCOUNT_CHECKS[self.form](self.number), "account", self.number, self.form)

    @classmethod
    def parse(cls, text: str) -> "Account":
        """A Norwegian number or an IBAN as typed; for another country's own number use `other`."""
        number = compact(text)
        if is_norwegian_account(number):
            return cls(number, AccountForm.NORWEGIAN)
        if is_iban(number) and number.startswith("NO"):
            return cls(bban_of(number), AccountForm.NORWEGIAN)
        return cls(number, AccountForm.IBAN)

    @classmethod
    def other(cls, text: str) -> "Account":
        """The number of an account in a country without IBAN."""
        return cls(compact(text), AccountForm.OTHER)

    @property
    def is_norwegian(self) -> bool:
        """An account in Norway."""
        return self.form is AccountForm.NORWEGIAN

    @property
    def iban(self) -> str | None:
        """Its IBAN, where it has one."""
        if self.is_norwegian:
            return norwegian_iban(self.number)
        return self.number if self.form is AccountForm.IBAN else None


def _is_foreign_iban(number: str) -> bool:
    return is_iban(number) and not number.startswith("NO")


def _is_other_account(number: str) -> bool:
    return bool(_OTHER_ACCOUNT.match(number))


_ACCOUNT_CHECKS = {
    AccountForm.NORWEGIAN: is_norwegian_account,
    AccountForm.IBAN: _is_foreign_iban,
    AccountForm.OTHER: _is_other_account,
}


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in parts; `lines` is what has no part of its own, two lines at most."""

    country: str
    town: str = ""
    post_code: str = ""
    street: str = ""
    building_number: str = ""
    lines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse_unless(bool(_COUNTRY.match(self.country)), "country", self.country, "as NO")
        lines = "two lines beside town and country"
        refuse_unless(len(self.lines) <= 2, "address", len(self.lines), lines)
        refuse_unless(bool(self.town) or not self.lines, "address", self.lines, lines)


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank of an account: its BIC, or its number in a national clearing (`USABA`, `GBDSC`)."""

    bic: str = ""
    clearing_system: str = ""
    clearing_number: str = ""

    def __post_init__(self) -> None:
        either = bool(self.bic) != bool(self.clearing_system or self.clearing_number)
        refuse_unless(either, "bank", self.bic, "a BIC or a clearing number")
        if self.bic:
            refuse_unless(bool(_BIC.match(self.bic)), "bic", self.bic, "8 or 11 characters")
        else:
            system = self.clearing_system
            refuse_unless(bool(_CLEARING_SYSTEM.match(system)), "clearing", system, "as USABA")
            check_id("clearing", self.clearing_number)

    @property
    def country(self) -> str:
        """Where it is: both BIC and clearing codes tell."""
        return self.bic[4:6] if self.bic else self.clearing_system[:2]


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who pays, from which account at which bank."""

    name: str
    account: Account
    bic: str
    currency: str = "NOK"

    def __post_init__(self) -> None:
        refuse_unless(bool(self.name.strip()), "debtor name", self.name, "a name")
        refuse_unless(bool(_BIC.match(self.bic)), "bic", self.bic, "8 or 11 characters")
        norwegian = self.account.is_norwegian
        refuse_unless(norwegian, "debtor account", self.account.number, "an account in Norway")


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is paid, on which account; the bank is told where the account does not tell."""

    name: str
    account: Account
    address: Address | None = None
    bank: Bank | None = None

    def __post_init__(self) -> None:
        refuse_unless(bool(self.name.strip()), "creditor name", self.name, "a name")

    @property
    def bank_country(self) -> str:
        """The country of the account."""
        if self.account.iban is not None:
            return self.account.iban[:2]
        return self.bank.country if self.bank is not None else ""
