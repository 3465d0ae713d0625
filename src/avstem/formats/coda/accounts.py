"""Account numbers of CODA: what stands in records 1, 8 and 2.3, as an IBAN where it can be had.

Source: Febelfin, Coded statement of account (CODA) 2.6, section 7.5; docs/formats/coda.md.
"""

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import compact
from avstem.domain.money import check_currency
from avstem.formats.fixed_width import Record

_BELGIAN_DIGITS = 12


def belgian_iban(number: str) -> str | None:
    """The IBAN of a Belgian number of twelve digits, or None where its check digits do not fit.

    >>> belgian_iban("539007547034"), belgian_iban("539007547035")
    ('BE68539007547034', None)
    """
    if len(number) != _BELGIAN_DIGITS or not (number.isascii() and number.isdigit()):
        return None
    if (int(number[:10]) % 97 or 97) != int(number[10:]):
        return None
    # `BE00` behind the number, its letters as 11 and 14.
    return f"BE{98 - int(number + '111400') % 97:02d}{number}"


def account_of_statement(record: Record, first: int, structure: str) -> tuple[str, str]:
    """The account and its currency, in the 37 characters from that position.

    Structure 0 is a Belgian number, 1 a foreign one, 2 a Belgian IBAN, 3 a foreign IBAN.
    """
    if structure == "0":
        number = record.text(first, first + 11)
        account = belgian_iban(number) or number
        currency = record.field(first + 13, first + 15)
    elif structure in ("1", "2", "3"):
        account = compact(record.field(first, first + (30 if structure == "2" else 33)))
        currency = record.field(first + 34, first + 36)
    else:
        raise record.refuse(structure, "an account structure: 0, 1, 2 or 3")
    if not account:
        raise record.refuse(account, "an account number")
    try:
        return account, check_currency(currency)
    except InvalidValueError as wrong:
        raise record.refuse(wrong.found, wrong.expected) from wrong


def account_of_counterparty(record: Record, version: str) -> str | None:
    """The account in record 2.3; a Belgian number is followed by a blank, an IBAN is not."""
    is_short = version == "1" or record.field(23, 23) == " "
    number = compact(record.field(11, 22 if is_short else 44))
    return belgian_iban(number) or number or None
