"""Fields of BAI2: amounts in minor units, funds types with what follows them, counts.

Source: BAI, Cash Management Balance Reporting Specifications Version 2; docs/formats/bai2.md.
"""

import re
from datetime import date

from avstem.domain.errors import InvalidValueError
from avstem.domain.money import check_currency
from avstem.formats.bai2.records import Fields, Record
from avstem.formats.fixed_statement import day_yymmdd

_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}\Z", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}\Z", re.ASCII)
#: Known availability without more fields: same day, next day, later, unknown.
_PLAIN_FUNDS = frozenset({"", "0", "1", "2", "Z"})
_SPLIT_FUNDS_FIELDS = 3


def read_minor(text: str, what: str, record: Record) -> int:
    """An amount in minor units, with or without a sign; no point, no comma."""
    if not _AMOUNT.match(text):
        raise record.refuse(text, f"{what}: digits alone, in minor units")
    return int(text)


def read_count(text: str, what: str, record: Record) -> int:
    """A number of records, accounts or groups."""
    if not _COUNT.match(text):
        raise record.refuse(text, f"{what}: digits")
    return int(text)


def read_day(text: str, what: str, record: Record) -> date:
    """A day written YYMMDD."""
    return day_yymmdd(text, what, record.refuse)


def read_currency(text: str, record: Record) -> str:
    """An ISO 4217 code."""
    try:
        return check_currency(text)
    except InvalidValueError as wrong:
        raise record.refuse(wrong.found, wrong.expected) from wrong


def read_funds(fields: Fields, record: Record) -> date | None:
    """Read past the funds type and what belongs to it; give the value date of type V."""
    funds = fields.take().upper()
    if funds == "V":
        value_date = read_day(fields.take(), "value date", record)
        fields.take()  # the time of day, which may be 2400 or 9999
        return value_date
    if funds == "S":
        _read_parts(fields, _SPLIT_FUNDS_FIELDS, record)
    elif funds == "D":
        parts = read_count(fields.take(), "number of distributions", record)
        for _ in range(parts):
            if not fields.has_more:
                raise record.refuse(str(parts), "as many distributions as are told")
            read_count(fields.take(), "days until available", record)
            _read_parts(fields, 1, record)
    elif funds not in _PLAIN_FUNDS:
        raise record.refuse(funds, "a funds type: 0, 1, 2, V, S, D or Z")
    return None


def _read_parts(fields: Fields, count: int, record: Record) -> None:
    """Parts of an amount by when it is available; they are no money of their own."""
    for _ in range(count):
        if part := fields.take():
            read_minor(part, "part of an amount", record)
