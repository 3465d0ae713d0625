"""What a payment that is not in kroner to a Norwegian account must carry, and whether it is known.

Sources: docs/formats/pain001.md; EPC409-09 (SEPA); Skatteetaten, "Koder for betalingsart"; the
address rule of November 2026 (town and country in their own elements).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from avstem.domain.clearing_codes import bank_said, said_of
from avstem.domain.identifiers import bban_of, compact, is_creditor_reference, is_iban
from avstem.domain.identifiers import is_norwegian_account as is_norwegian
from avstem.domain.payment_areas import EEA, REPORTED_ABOVE_MINOR, SEPA
from avstem.domain.payment_kind import TEXT_CHARACTERS_MAX
from avstem.domain.payment_order import ChargeBearer, PaymentKind, RegulatoryReport
from avstem.domain.payment_party import Account, Address, Bank, refuse_unless
from avstem.domain.payment_shield import Bar

#: The purpose is asked for a little below the limit: the rate moves until the payment leaves.
PURPOSE_ASKED_ABOVE_MINOR = REPORTED_ABOVE_MINOR * 95 // 100
#: Banks of these countries keep accounts whose IBANs are another's.
_SAME_SERIES = {
    "GB": frozenset({"GG", "IM", "JE"}),
    "FR": frozenset({"GF", "GP", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"}),
    "FI": frozenset({"AX"}),
}


@dataclass(frozen=True, slots=True)
class AccountWithoutIban:
    """An account in a country that has no IBAN: its number, its bank, and who wrote it down."""

    number: str
    bank: Bank
    set_by: str = ""

    def __post_init__(self) -> None:
        Account.other(self.number)
        refuse_unless(not is_iban(self.number), "account", self.number, "no IBAN")


@dataclass(frozen=True, slots=True)
class PayeeAbroad:
    """What is known of a supplier for payments abroad; empty where nobody has said it.

    `bic` is the bank of `bank_account` alone: another account is at another bank. `elsewhere` is
    where bills are paid that name no account of their own.
    """

    address: Address | None = None
    bic: str = ""
    bank_account: str = ""
    report: RegulatoryReport | None = None
    bearer: ChargeBearer | None = None
    elsewhere: AccountWithoutIban | None = None

    def bank_of(self, account: str) -> Bank | None:
        """The bank of that account, as somebody said."""
        if self.is_elsewhere(account):
            return self.elsewhere.bank if self.elsewhere else None
        bic = self.bic_of(account)
        return Bank(bic) if bic else None

    def is_elsewhere(self, account: str) -> bool:
        """Whether it is the supplier's account without an IBAN."""
        return self.elsewhere is not None and self.elsewhere.number == account

    def country_of(self, account: str) -> str:
        """Where the account is; empty where nobody knows."""
        if self.is_elsewhere(account):
            return self.elsewhere.bank.country if self.elsewhere else ""
        return account[:2] if is_iban(account) else ""

    def bic_of(self, account: str) -> str | None:
        """The bank of that IBAN: as somebody said, in the IBAN's own country."""
        if not self.bic or self.bank_account != account:
            return None
        countries = {account[:2], *_SAME_SERIES.get(account[:2], ())}
        return self.bic if self.bic[4:6] in countries else None


NOTHING_KNOWN = PayeeAbroad()


def is_abroad(currency: str, account: str) -> bool:
    """Whether it is anything else than kroner to an account in Norway.

    >>> is_abroad("NOK", "NO9386011117947"), is_abroad("EUR", "NO9386011117947")
    (False, True)
    """
    return currency != "NOK" or not (is_iban(account) and is_norwegian(bban_of(account)))


def kind_abroad(currency: str, account: str) -> PaymentKind:
    """SEPA where it reaches: euro to an IBAN there; else a payment abroad.

    >>> kind_abroad("EUR", "DE89370400440532013000").value
    'sepa'
    >>> kind_abroad("USD", "DE89370400440532013000").value
    'cross_border'
    """
    within = currency == "EUR" and is_iban(account) and account[:2] in SEPA
    return PaymentKind.SEPA if within else PaymentKind.CROSS_BORDER


def lacks(
    currency: str, account: str, payee: PayeeAbroad, nok_minor: int | None
) -> Bar | None:  # fmt: skip
    """The first thing that is missing. `nok_minor` is the value in øre, None where nobody knows."""
    if kind_abroad(currency, account) is PaymentKind.CROSS_BORDER:
        if payee.address is None:
            return Bar.NEEDS_ADDRESS
        if payee.bank_of(account) is None:
            return Bar.NEEDS_BANK
    if payee.report is None and needs_purpose(payee.country_of(account), nok_minor):
        return Bar.NEEDS_PURPOSE
    return None


def needs_purpose(country: str, nok_minor: int | None) -> bool:
    """Whether code and words about what is paid are asked for; never to a Norwegian account."""
    small = nok_minor is not None and nok_minor <= PURPOSE_ASKED_ABOVE_MINOR
    return country != "NO" and not small


def reference_abroad(kind: PaymentKind, kid: str, numbers: list[str]) -> tuple[str, str]:
    """What the payee is told, as (RF reference, text): a Norwegian KID means nothing abroad.

    >>> reference_abroad(PaymentKind.SEPA, "RF18 5390 0754 7034", ["17"])
    ('RF18539007547034', '')
    >>> reference_abroad(PaymentKind.CROSS_BORDER, "", ["17", "C3"])
    ('', '17 C3')
    """
    if kind is PaymentKind.SEPA and len(numbers) == 1 and is_creditor_reference(kid):
        return compact(kid), ""
    return "", " ".join(numbers)[:TEXT_CHARACTERS_MAX]


def way_abroad(
    currency: str, account: str, payee: PayeeAbroad, nok_minor: int | None
) -> dict[str, Any]:
    """Everything of the payee that the order sends, as it is kept on it and approved with it.

    `nok_minor` is its value in øre, by which people's limits are held against it.
    """
    kind, country = kind_abroad(currency, account), payee.country_of(account)
    bank = None if kind is PaymentKind.SEPA else payee.bank_of(account)
    report = None if country == "NO" else payee.report
    said = {
        "kind": kind.value,
        "address": _said_address(payee.address),
        "bic": bank.bic if bank else "",
        "purpose": {"code": report.code, "text": report.text} if report else None,
        "charges": _bearer(kind, country, payee.bearer).value,
        "nok_minor": nok_minor,
    }
    if payee.is_elsewhere(account) and bank is not None:
        said["elsewhere"] = said_of(bank)
    return said


def _bearer(kind: PaymentKind, country: str, wanted: ChargeBearer | None) -> ChargeBearer:
    """Within the EEA each pays its own bank, whatever was wanted."""
    if kind is PaymentKind.SEPA:
        return ChargeBearer.SERVICE_LEVEL
    return ChargeBearer.SHARED if country in EEA or wanted is None else wanted


def _said_address(address: Address | None) -> dict[str, str] | None:
    names = ("street", "building_number", "post_code", "town", "country")
    return {name: getattr(address, name) for name in names} if address else None


def address_of(way: Mapping[str, Any]) -> Address | None:
    """The address on an order."""
    return Address(**way["address"]) if way["address"] else None


def bank_in(way: Mapping[str, Any]) -> Bank | None:
    """The payee's bank on an order."""
    if said := way.get("elsewhere"):
        return bank_said(said)
    return Bank(way["bic"]) if way["bic"] else None


def account_in(way: Mapping[str, Any], number: str) -> Account:
    """The payee's account on an order: one without an IBAN is named as such."""
    return Account.other(number) if way.get("elsewhere") else Account.parse(number)


def account_mark(number: str, way: Mapping[str, Any] | None) -> str:
    """What tells an account from every other: a number without IBAN only together with its bank.

    >>> account_mark("123456", {"elsewhere": "USABA 021000021"})
    '123456 USABA 021000021'
    """
    elsewhere = way.get("elsewhere") if way else None
    return f"{number} {elsewhere}" if elsewhere else number


def report_in(way: Mapping[str, Any]) -> RegulatoryReport | None:
    """What an order says that it pays."""
    return RegulatoryReport(**way["purpose"]) if way["purpose"] else None
