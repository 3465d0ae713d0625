"""Banks' numbers in national clearings, for accounts in countries without IBAN.

Sources: ISO 20022 ExternalClearingSystemIdentification1Code; for the United States the check digit
of ABA routing numbers.

>>> bank_said("usaba 021-000-021").clearing_number
'021000021'
"""

import re

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import compact
from avstem.domain.payment_areas import IBAN_COUNTRIES
from avstem.domain.payment_party import Bank

#: How many characters a bank's number has in each clearing.
CLEARINGS: dict[str, tuple[int, ...]] = {
    "AUBSB": (6,), "CACPA": (9,), "CNAPS": (12,), "HKNCC": (3,), "INFSC": (11,), "JPZGN": (7,),
    "NZNCC": (6,), "SGIBG": (4, 7), "THCBC": (3,), "TWNCC": (7,), "USABA": (9,), "USPID": (4,),
    "ZANCC": (6,),
}  # fmt: skip
_ABA_WEIGHTS = (3, 7, 1) * 3
_BIC_LENGTHS = (8, 11)


def bank_said(text: str) -> Bank:
    """A bank abroad as somebody wrote it: its BIC, or the clearing's code and its number there.

    Refused where it is neither, or in a country whose accounts have an IBAN: there the IBAN is
    what is paid to.
    """
    said = compact(text)
    bank = Bank(said) if len(said) in _BIC_LENGTHS and said[:5] not in CLEARINGS else _member(said)
    if bank.country in IBAN_COUNTRIES:
        expected = "a bank in a country without IBAN; elsewhere the IBAN is wanted"
        raise InvalidValueError("bank", text[:60], expected)
    return bank


def _member(said: str) -> Bank:
    system, number = said[:5], said[5:]
    lengths = CLEARINGS.get(system)
    known = ", ".join(CLEARINGS)
    if lengths is None:
        raise InvalidValueError("bank", said[:60], f"a BIC, or a number after one of {known}")
    digits = re.fullmatch(r"[0-9]+", number) or (system == "INFSC" and number.isalnum())
    if len(number) not in lengths or not digits or (system == "USABA" and not _is_aba(number)):
        expected = f"{' or '.join(map(str, lengths))} digits after {system}, all right"
        raise InvalidValueError("bank", said[:60], expected)
    return Bank(clearing_system=system, clearing_number=number)


def _is_aba(number: str) -> bool:
    weighted = zip(map(int, number), _ABA_WEIGHTS, strict=True)
    return sum(digit * weight for digit, weight in weighted) % 10 == 0


def said_of(bank: Bank) -> str:
    """The bank in one text: `CHASUS33`, or `USABA 021000021`."""
    return bank.bic or f"{bank.clearing_system} {bank.clearing_number}"
