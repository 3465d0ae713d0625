"""Identifiers: Norwegian account numbers, IBAN, organisation numbers, creditor references.

People type them with dots and spaces; in our tables an account is known by one number, its IBAN.

Sources: account number and organisation number, modulus 11 (docs/formats/identifiers.md);
IBAN and `RF` references, modulus 97 (ISO 13616, ISO 11649). The tests hold these functions
against python-stdnum.

>>> normalise_account("1503.00.01017")
'NO6115030001017'
>>> bban_of("NO6115030001017")
'15030001017'
"""

import re

from avstem.domain.errors import InvalidValueError

_SEPARATORS = re.compile(r"[\s.\-/\u00a0]+")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", re.ASCII)
_ACCOUNT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGNR_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_NORWEGIAN_IBAN_LENGTH = 15
_NATIONAL_DIGITS_MIN = 8


def compact(text: str) -> str:
    """The identifier without spaces, dots and dashes, in capitals."""
    return _SEPARATORS.sub("", text).upper()


def is_norwegian_account(number: str) -> bool:
    """Eleven digits with a right check digit.

    Numbers with `00` at places 5 and 6 are checked over their last part alone by some systems;
    either way is taken for them, for only the bank can tell.
    """
    if not re.fullmatch(r"[0-9]{11}", number, re.ASCII):
        return False
    if _modulus_11_fits(number, _ACCOUNT_WEIGHTS):
        return True
    return number[4:6] == "00" and _modulus_11_fits(number[6:], _ACCOUNT_WEIGHTS[6:])


def normalise_account(text: str) -> str:
    """The IBAN of a Norwegian 11-digit number, or an IBAN as typed; refused if neither is right."""
    number = compact(text)
    if is_norwegian_account(number):
        return norwegian_iban(number)
    if is_iban(number):
        return number
    raise InvalidValueError("account", text[:60], "an IBAN or 11 digits with a right check digit")


def account_key(text: str) -> str:
    """What two writings of one account share: the IBAN if it can be had, else the compact text.

    Never refuses: a counterparty's account is the bank's word, odd or not.
    """
    number = compact(text)
    return norwegian_iban(number) if is_norwegian_account(number) else number


def is_iban(number: str) -> bool:
    """15 to 34 characters whose check digits fit; a Norwegian one also holds a right account."""
    if not _IBAN.fullmatch(number) or _modulus_97(number[4:] + number[:4]) != 1:
        return False
    if not number.startswith("NO"):
        return True
    return len(number) == _NORWEGIAN_IBAN_LENGTH and is_norwegian_account(number[4:])


def is_same_account(named: str, iban: str) -> bool:
    """Whether a number as a bank writes it can only be the account of that IBAN.

    It is the IBAN, or the number in it: whole (Denmark, Germany), or, in Sweden, a clearing number
    of four or five digits and the account. Each bank there puts the clearing number into the IBAN
    or leaves it out, and fills up with zeros.

    >>> is_same_account("5841000001009823", "SE3150000000058411009823")
    True
    >>> is_same_account("5841000001009823", "SE0450000000058411009824")
    False
    """
    number = account_key(named)
    if number == iban:
        return True
    if not iban.startswith("SE"):
        return len(number) >= _NATIONAL_DIGITS_MIN and number == iban[4:]
    body = iban[7:].lstrip("0")
    for clearing, account in ((number[:4], number[4:]), (number[:5], number[5:])):
        rest = body.removeprefix(clearing)
        if account.strip("0") and account.lstrip("0") in (body, rest.lstrip("0")):
            return True
    return False


def norwegian_iban(bban: str) -> str:
    """The IBAN of an 11-digit account number."""
    return f"NO{98 - _modulus_97(bban + 'NO00'):02d}{bban}"


def bban_of(iban: str) -> str:
    """The 11 digits of a Norwegian IBAN; another country's IBAN as it is."""
    return iban[4:] if iban.startswith("NO") else iban


def grouped_account(iban: str) -> str:
    """As people write it: a Norwegian number `1503.00.01017`, another country's IBAN as it is.

    >>> grouped_account("NO6315030001017")
    '1503.00.01017'
    """
    number = bban_of(iban)
    return f"{number[:4]}.{number[4:6]}.{number[6:]}" if iban.startswith("NO") else iban


def grouped_orgnr(orgnr: str) -> str:
    """As people write it: `974 760 673`."""
    return " ".join((orgnr[:3], orgnr[3:6], orgnr[6:]))


def check_orgnr(text: str) -> str:
    """Nine digits with a right check digit (`NO` before and `MVA` behind are taken off)."""
    number = compact(text).removesuffix("MVA").removeprefix("NO")
    if not re.fullmatch(r"[0-9]{9}", number, re.ASCII) or not _modulus_11_fits(
        number, _ORGNR_WEIGHTS
    ):
        raise InvalidValueError("orgnr", text[:60], "nine digits with a right check digit")
    return number


def is_creditor_reference(text: str) -> bool:
    """An ISO 11649 reference: `RF`, two check digits, up to 21 characters."""
    found = compact(text)
    if not re.fullmatch(r"RF[0-9]{2}[0-9A-Z]{1,21}", found, re.ASCII):
        return False
    return _modulus_97(found[4:] + found[:4]) == 1


def _modulus_11_fits(number: str, weights: tuple[int, ...]) -> bool:
    weighted = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return -weighted % 11 == int(number[-1])


def _modulus_97(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text)) % 97
