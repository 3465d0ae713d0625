"""The rules for one payment of an outgoing pain.001: amount, account, charges, reference, report.

What sort of payment it is, is told by the file alone: SEPA by its service level, at home by an
account in Norway and kroner, abroad otherwise.

Sources: docs/formats/pain001.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from avstem.domain.identifiers import is_creditor_reference, is_iban, is_norwegian_account
from avstem.domain.kid import is_valid
from avstem.domain.money import minor_digits
from avstem.domain.payment_areas import (
    EEA,
    IBAN_COUNTRIES,
    PAYMENT_PURPOSES,
    REPORTED_ABOVE_MINOR,
    SEPA,
)
from avstem.formats.pain001.characters import SWIFT, is_at_home
from avstem.formats.pain001.dialect import Dialect
from avstem.formats.pain001.found import Seen

_AMOUNT = "Amt/InstdAmt"
_ACCOUNT = "CdtrAcct/Id"
_ADDRESS = "Cdtr/PstlAdr"
_FOREIGN_TEXT_CHARACTERS_MAX = 140


def decimal(text: str) -> Decimal | None:
    """The number, if it is digits with a dot and nothing else."""
    whole, _, fraction = text.partition(".")
    holds = text.isascii() and whole.isdigit() and (fraction or "0").isdigit() and len(text) <= 20
    return Decimal(text) if holds else None


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What a batch says of its payments, read once: a batch holds many thousands of them."""

    service_level: str
    category: str
    charges: str

    @classmethod
    def of(cls, batch: Seen) -> "BatchHead":
        """The head of that `PmtInf`."""
        return cls(
            batch.text("PmtTpInf/SvcLvl/Cd"),
            batch.text("PmtTpInf/CtgyPurp/Cd"),
            batch.text("ChrgBr"),
        )

    @property
    def is_confidential(self) -> bool:
        """Salary or pension."""
        return self.category in ("SALA", "PENS")


def check_payment(
    head: BatchHead, payment: Seen, dialect: Dialect, nok_rates: Mapping[str, Decimal]
) -> None:
    """Note every rule that the payment breaks."""
    _check_amount(payment)
    _check_creditor(payment, dialect)
    _check_remittance(payment)
    payment.note_unless(not payment.has("PmtTpInf"), "type.on_two_levels", "PmtTpInf")
    charges = payment.text("ChrgBr") or head.charges
    if head.service_level == dialect.service_level_sepa:
        _check_sepa(payment, charges)
    elif _is_at_home(payment):
        _check_at_home(head, payment, charges, dialect)
    else:
        _check_abroad(payment, charges, dialect)
    if not _pays_norwegian_account(payment):
        _check_report(payment, nok_rates)


def _check_amount(payment: Seen) -> None:
    text, currency = payment.text(_AMOUNT), payment.attribute(_AMOUNT, "Ccy")
    value = decimal(text)
    payment.note_unless(value is not None and value > 0, "amount.not_positive", _AMOUNT, text)
    decimals = len(text.partition(".")[2])
    payment.note_unless(decimals <= minor_digits(currency), "amount.decimals", _AMOUNT, text)


def _check_creditor(payment: Seen, dialect: Dialect) -> None:
    name = payment.text("Cdtr/Nm")
    payment.note_unless(bool(name.strip()), "creditor.name_missing", "Cdtr/Nm")
    payment.note_unless(len(name) <= dialect.name_length, "creditor.name_too_long", "Cdtr/Nm", name)
    iban, other = payment.text(f"{_ACCOUNT}/IBAN"), payment.text(f"{_ACCOUNT}/Othr/Id")
    payment.note_unless(bool(iban) != bool(other), "creditor.account_missing", _ACCOUNT)
    payment.note_unless(not iban or is_iban(iban), "creditor.account", f"{_ACCOUNT}/IBAN", iban)
    lines = payment.texts(f"{_ADDRESS}/AdrLine")
    payment.note_unless(len(lines) <= 2, "address.lines", _ADDRESS, len(lines))


def _bank_country(payment: Seen) -> str:
    """Of the account's IBAN, else of its bank; empty where nothing tells, as at home."""
    agent = "CdtrAgt/FinInstnId"
    bic = payment.text(f"{agent}/BIC") or payment.text(f"{agent}/BICFI")
    clearing = payment.text(f"{agent}/ClrSysMmbId/ClrSysId/Cd")
    return payment.text(f"{_ACCOUNT}/IBAN")[:2] or bic[4:6] or clearing[:2]


def _pays_norwegian_account(payment: Seen) -> bool:
    number = payment.text(f"{_ACCOUNT}/Othr/Id")
    country = _bank_country(payment)
    return country == "NO" or (country == "" and is_norwegian_account(number))


def _is_at_home(payment: Seen) -> bool:
    """In kroner to an account that is not known to be abroad."""
    at_home = _bank_country(payment) in ("", "NO")
    return at_home and payment.attribute(_AMOUNT, "Ccy") == "NOK"


def _check_at_home(head: BatchHead, payment: Seen, charges: str, dialect: Dialect) -> None:
    number = payment.text(f"{_ACCOUNT}/Othr/Id")
    path = f"{_ACCOUNT}/Othr/Id"
    payment.note_unless(
        not number or is_norwegian_account(number), "creditor.account", path, number
    )
    found = payment.text(f"{_ACCOUNT}/Othr/SchmeNm/Cd") if number else "IBAN"
    payment.note_unless(found == dialect.account_form, "account.form_not_agreed", _ACCOUNT, found)
    payment.note_unless(charges in ("SLEV", "SHAR"), "charges.at_home", "ChrgBr", charges)
    if dialect.domestic_creditor_agent:
        payment.note_unless(payment.has("CdtrAgt"), "creditor.bank_missing", "CdtrAgt")
    _check_texts(payment, is_at_home, "characters.at_home")
    _check_length(payment, dialect.remittance_length)
    told = head.is_confidential or payment.has("RmtInf")
    payment.note_unless(told, "remittance.missing", "RmtInf")


def _check_sepa(payment: Seen, charges: str) -> None:
    iban, currency = payment.text(f"{_ACCOUNT}/IBAN"), payment.attribute(_AMOUNT, "Ccy")
    payment.note_unless(iban[:2] in SEPA, "sepa.account", _ACCOUNT, iban)
    payment.note_unless(currency == "EUR", "sepa.currency", _AMOUNT, currency)
    payment.note_unless(charges == "SLEV", "sepa.charges", "ChrgBr", charges)
    if payment.has(_ADDRESS):
        _check_town(payment)
    _check_foreign_texts(payment)


def _check_abroad(payment: Seen, charges: str, dialect: Dialect) -> None:
    country = _bank_country(payment)
    payment.note_unless(payment.has("CdtrAgt"), "creditor.bank_missing", "CdtrAgt")
    has_iban = payment.has(f"{_ACCOUNT}/IBAN")
    number = payment.text(f"{_ACCOUNT}/Othr/Id")
    # A Norwegian account paid in another currency may be named by its BBAN.
    own = country in ("", "NO") and is_norwegian_account(number)
    holds = has_iban or country not in IBAN_COUNTRIES or own
    payment.note_unless(holds, "creditor.iban_needed", _ACCOUNT, country)
    payment.note_unless(charges in ("SHAR", "DEBT", "CRED"), "charges.abroad", "ChrgBr", charges)
    if dialect.shared_charges_in_eea and country in EEA:
        payment.note_unless(charges == "SHAR", "charges.within_eea", "ChrgBr", charges)
    _check_town(payment)
    _check_foreign_texts(payment)


def _check_town(payment: Seen) -> None:
    """Town and country in their own elements, from 15 November 2026."""
    holds = bool(payment.text(f"{_ADDRESS}/TwnNm") and payment.text(f"{_ADDRESS}/Ctry"))
    payment.note_unless(holds, "address.unstructured", _ADDRESS)


def _check_foreign_texts(payment: Seen) -> None:
    _check_texts(payment, SWIFT.__contains__, "characters.abroad")
    _check_length(payment, _FOREIGN_TEXT_CHARACTERS_MAX)


def _check_report(payment: Seen, nok_rates: Mapping[str, Decimal]) -> None:
    """Above NOK 100 000 the purpose is stated; a value that nobody knows counts as above."""
    if payment.has("RgltryRptg"):
        code = payment.text("RgltryRptg/Dtls/Cd")
        payment.note_unless(code in PAYMENT_PURPOSES, "report.code", "RgltryRptg/Dtls/Cd", code)
        words = "".join(payment.texts("RgltryRptg/Dtls/Inf")).strip()
        payment.note_unless(bool(words), "report.text_missing", "RgltryRptg/Dtls/Inf")
        return
    currency, value = payment.attribute(_AMOUNT, "Ccy"), decimal(payment.text(_AMOUNT))
    rate = Decimal(1) if currency == "NOK" else nok_rates.get(currency)
    if rate is None or value is None:
        payment.note("report.rate_unknown", _AMOUNT, currency)
        return
    small = value * rate * 100 <= REPORTED_ABOVE_MINOR
    payment.note_unless(small, "report.missing", "RgltryRptg", value)


def _check_remittance(payment: Seen) -> None:
    free, structured = payment.has("RmtInf/Ustrd"), list(payment.each("RmtInf/Strd"))
    payment.note_unless(not (free and structured), "remittance.mixed", "RmtInf")
    references = payment.texts("RmtInf/Strd/CdtrRefInf/Ref")
    kinds = payment.texts("RmtInf/Strd/RfrdDocInf/Tp/CdOrPrtry/Cd")
    payment.note_unless(len(references) <= 1, "remittance.several_references", "RmtInf")
    both = bool(references) and "CREN" in kinds
    payment.note_unless(not both, "remittance.kid_with_credit_note", "RmtInf")
    for each in structured:
        if each.has("CdtrRefInf"):
            _check_reference(each)
    if kinds:
        _check_documents(payment, structured)


def _check_reference(strd: Seen) -> None:
    """A KID has no issuer, an RF reference is ISO's; the check characters fit."""
    kind, reference = strd.text("CdtrRefInf/Tp/CdOrPrtry/Cd"), strd.text("CdtrRefInf/Ref")
    strd.note_unless(kind == "SCOR", "reference.kind", "CdtrRefInf/Tp", kind)
    is_rf = reference.startswith("RF")
    sound = is_creditor_reference(reference) if is_rf else is_valid(reference)
    strd.note_unless(sound, "reference.check_digit", "CdtrRefInf/Ref", reference)
    expected = "ISO" if is_rf else ""
    found = strd.text("CdtrRefInf/Tp/Issr")
    strd.note_unless(found == expected, "reference.issuer", "CdtrRefInf/Tp/Issr", found)


def _check_documents(payment: Seen, structured: list[Seen]) -> None:
    """Invoices less credit notes are what is paid."""
    paid = Decimal(0)
    for each in structured:
        kind = each.text("RfrdDocInf/Tp/CdOrPrtry/Cd")
        sign, name = (-1, "CdtNoteAmt") if kind == "CREN" else (1, "RmtdAmt")
        each.note_unless(kind in ("CINV", "CREN"), "document.kind", "RfrdDocInf/Tp", kind)
        each.note_unless(bool(each.text("RfrdDocInf/Nb")), "document.number_missing", "RfrdDocInf")
        part = decimal(each.text(f"RfrdDocAmt/{name}"))
        each.note_unless(bool(part), "document.amount", f"RfrdDocAmt/{name}")
        paid += sign * (part or Decimal(0))
    holds = paid == decimal(payment.text(_AMOUNT))
    payment.note_unless(holds, "document.sum", "RmtInf", paid)


def _check_length(payment: Seen, longest: int) -> None:
    lines = payment.texts("RmtInf/Ustrd")
    found = sum(map(len, lines)) + max(len(lines) - 1, 0)
    payment.note_unless(found <= longest, "remittance.too_long", "RmtInf/Ustrd", found)


# What reaches the payee or another bank.
_TEXTS = (
    "Cdtr/Nm", "Cdtr/PstlAdr/StrtNm", "Cdtr/PstlAdr/BldgNb", "Cdtr/PstlAdr/PstCd",
    "Cdtr/PstlAdr/TwnNm", "Cdtr/PstlAdr/AdrLine", "RmtInf/Ustrd", "RmtInf/Strd/RfrdDocInf/Nb",
    "RgltryRptg/Dtls/Inf",
)  # fmt: skip


def _check_texts(payment: Seen, is_allowed: Callable[[str], bool], code: str) -> None:
    for path in _TEXTS:
        for text in payment.texts(path):
            payment.note_unless(all(map(is_allowed, text)), code, path, text)
