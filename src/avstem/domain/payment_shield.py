"""What stands between a bill and paying it wrongly: twice, or to somebody else.

A *hold* needs a person to say yes; a *bar* cannot be paid as it is. Both are named, and shown.

Source: docs/payments.md.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Hold(StrEnum):
    """Why an order needs a person, whatever the standing approval says."""

    FIRST_PAYMENT = "first_payment"
    NEW_ACCOUNT = "new_account"
    ACCOUNT_OF_ANOTHER = "account_of_another"
    ACCOUNT_TYPED = "account_typed"
    LIKE_BILL = "like_bill"
    SAME_PAYMENT = "same_payment"
    LIKE_PAYMENT = "like_payment"
    PAID_MEANWHILE = "paid_meanwhile"
    FAILED_BEFORE = "failed_before"
    REFUND = "refund"
    SALARY = "salary"
    TAX = "tax"
    ACCOUNT_REMEMBERED = "account_remembered"
    ACCOUNT_ABROAD = "account_abroad"
    BANK_EXCHANGES = "bank_exchanges"


#: What is said of the account alone: another one is looked at anew.
OF_THE_ACCOUNT = frozenset(
    {
        Hold.FIRST_PAYMENT, Hold.NEW_ACCOUNT, Hold.ACCOUNT_OF_ANOTHER, Hold.ACCOUNT_REMEMBERED,
        Hold.ACCOUNT_ABROAD,
    }
)  # fmt: skip

#: The same wages to the same account so soon after each other may be one payroll that came twice.
ALIKE_WAGES_WITHIN = timedelta(days=10)


class Bar(StrEnum):
    """Why a bill cannot become an order as it is."""

    NO_ACCOUNT = "no_account"
    WRONG_ACCOUNT = "wrong_account"
    WRONG_KID = "wrong_kid"
    NEEDS_ADDRESS = "needs_address"
    NEEDS_BANK = "needs_bank"
    NEEDS_PURPOSE = "needs_purpose"
    NO_AGREEMENT = "no_agreement"
    BLOCKED = "blocked"
    ON_ITS_WAY = "on_its_way"
    COVERED_BY_CREDIT = "covered_by_credit"


@dataclass(frozen=True, slots=True)
class Bill:
    """What makes two bills of one supplier alike. `amount_minor` is of the whole bill."""

    number: str
    amount_minor: int
    invoice_date: date


_NORWEGIAN_DIGITS = 9
#: VAT numbers of these begin otherwise than their countries' codes.
_VAT_COUNTRIES = {"EL": "GR", "XI": "GB"}
_MARKS = re.compile(r"[\W_]+")
_LEADING = re.compile(r"^[a-zæøå]*0*")


def account_holds(
    account: str, *, paid_before: Collection[str], used: Collection[str], others: bool,
    orgnr: str = "", country: str = "",
) -> list[Hold]:  # fmt: skip
    """What is new about paying a supplier on that account.

    `paid_before` are accounts that a payment to the supplier has gone to, `used` all that are known
    of it; `others`: the account is also known as another party's. `country` is the account's; where
    the organisation is registered in another one, that is said of an account that is new.
    """
    holds = [Hold.ACCOUNT_OF_ANOTHER] if others else []
    if account not in paid_before and country not in ("", organisation_country(orgnr) or country):
        holds.append(Hold.ACCOUNT_ABROAD)
    if account not in paid_before:
        changed = paid_before or set(used) - {account}
        holds.append(Hold.NEW_ACCOUNT if changed else Hold.FIRST_PAYMENT)
    return holds


def organisation_country(orgnr: str) -> str:
    """Where an organisation is registered, by its number; empty where that does not tell.

    >>> organisation_country("974760673"), organisation_country("EL123456789")
    ('NO', 'GR')
    """
    if orgnr.isdigit():
        return "NO" if len(orgnr) == _NORWEGIAN_DIGITS else ""
    country = orgnr[:2] if orgnr[:2].isalpha() else ""
    return _VAT_COUNTRIES.get(country, country)


def is_like(one: Bill, other: Bill) -> bool:
    """Whether two bills of one supplier may be the same, entered twice.

    Equal amounts, and the numbers are the same but for marks, letters in front and leading zeros;
    or of one day, and a slip apart. Numbers that follow on from month to month are no slip.

    >>> day = date(2026, 11, 2)
    >>> is_like(Bill("F-00123", 500, day), Bill("123", 500, date(2026, 11, 9)))
    True
    >>> is_like(Bill("1001", 500, day), Bill("1002", 500, date(2026, 12, 2)))
    False
    >>> is_like(Bill("1032", 500, day), Bill("1023", 500, day))
    True
    """
    if one.amount_minor != other.amount_minor:
        return False
    if bill_key(one.number) == bill_key(other.number):
        return True
    return one.invoice_date == other.invoice_date and _is_a_slip(one.number, other.number)


def bill_key(number: str) -> str:
    """A bill's number without marks, letters in front and leading zeros; itself if that is all.

    >>> bill_key("INV 00-17"), bill_key("ABC")
    ('17', 'abc')
    """
    plain = _MARKS.sub("", number.casefold())
    return _LEADING.sub("", plain) or plain


def like_bills(bill: Bill, others: Iterable[Bill]) -> list[str]:
    """The numbers of those that are like it; itself is not among the others."""
    return [other.number for other in others if is_like(bill, other)]


def _is_a_slip(one: str, other: str) -> bool:
    """One character wrong, missing or too many, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    head = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if head is None:
        return True
    a, b = one[head:], other[head:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])
