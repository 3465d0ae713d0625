"""KID: the reference a Norwegian payer copies from the invoice to the payment.

2 to 25 characters, digits; the last one is a check character, computed with modulus 10 (Luhn)
or modulus 11 (weights 2 to 7 from the right), where remainder 10 gives `-`. The creditor's
agreement with the bank says which modulus and which lengths.

Source: docs/formats/kid.md (Mastercard Payment Services, OCR giro system specification 4.0).

>>> with_check_digit("1234567", Modulus.TEN)
'12345674'
>>> with_check_digit("000006", Modulus.ELEVEN)
'000006-'
"""

import re
from enum import IntEnum
from operator import mul

from avstem.domain.errors import InvalidValueError

LENGTH_MIN, LENGTH_MAX = 2, 25
_KID = re.compile(r"[0-9]{1,24}[0-9-]\Z", re.ASCII)
_PAYLOAD = re.compile(r"[0-9]{1,24}\Z", re.ASCII)


class Modulus(IntEnum):
    """The two ways to compute the check character."""

    TEN = 10
    ELEVEN = 11


# KIDs are checked by the million: whole strings at once instead of digit by digit.
_ZERO = ord("0")
_DIGIT_SUM_OF_DOUBLE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_WEIGHTS = (2, 3, 4, 5, 6, 7) * 5


def check_character(payload: str, modulus: Modulus) -> str:
    """The check character of the digits before it; `-` is possible with modulus 11."""
    if not _PAYLOAD.match(payload):
        raise InvalidValueError("kid", payload[:60], "1 to 24 digits before the check character")
    return _modulus_10(payload) if modulus is Modulus.TEN else _modulus_11(payload)


def with_check_digit(payload: str, modulus: Modulus) -> str:
    """The payload with its check character behind it."""
    return payload + check_character(payload, modulus)


def is_valid(kid: str) -> bool:
    """Whether the form is a KID's and the check character fits either modulus.

    >>> is_valid("12345674"), is_valid("12345675"), is_valid("000006-")
    (True, False, True)
    """
    if not _KID.match(kid):
        return False
    payload, check = kid[:-1], kid[-1]
    return check == _modulus_10(payload) or check == _modulus_11(payload)


def make_kid(number: int, length: int, modulus: Modulus = Modulus.TEN) -> str | None:
    """A KID of that length for a customer or invoice number, zero-padded.

    None where modulus 11 gives `-`: lawful, but some receivers reject it, so such numbers are
    skipped when we generate. A number too long for the length is refused.
    """
    if not LENGTH_MIN <= length <= LENGTH_MAX:
        raise InvalidValueError("kid length", str(length), f"{LENGTH_MIN} to {LENGTH_MAX}")
    payload = str(number).rjust(length - 1, "0")
    if number < 0 or len(payload) != length - 1:
        raise InvalidValueError("kid", str(number), f"at most {length - 1} digits")
    kid = with_check_digit(payload, modulus)
    return None if kid.endswith("-") else kid


def _modulus_10(payload: str) -> str:
    digits = payload.encode()[::-1]
    doubled = sum(digits[::2].translate(_DIGIT_SUM_OF_DOUBLE))
    return str(-(doubled + sum(digits[1::2]) - _ZERO * len(digits[1::2])) % 10)


def _modulus_11(payload: str) -> str:
    digits = payload.encode()[::-1]
    weighted = sum(map(mul, digits, _WEIGHTS)) - _ZERO * sum(_WEIGHTS[: len(digits)])
    remainder = -weighted % 11
    return "-" if remainder == 10 else str(remainder)
