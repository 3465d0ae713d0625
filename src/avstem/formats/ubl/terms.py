"""What may be left out by whom pays in time, and the one rate that all of the document is taxed at.

Peppol has no element for a discount; the German profile writes it into the note of the payment
terms, a line for each. Other UBL has a percentage and the end of its period.

Source: XRechnung, rule BR-DE-18 (`#SKONTO#TAGE=14#PROZENT=2.00#`, `BASISBETRAG=` where it is of
a part); OASIS UBL 2.1, PaymentTerms.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from avstem.domain.early_payment import DiscountTerms, check_terms
from avstem.domain.errors import InvalidValueError
from avstem.domain.money import Money
from avstem.domain.statement import Notice
from avstem.formats.ubl.node import Node
from avstem.formats.values import notice

_WRITTEN = re.compile(
    r"#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})(?:#BASISBETRAG=(\d{1,12}\.\d{2}))?#", re.ASCII
)
_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,4})?\Z", re.ASCII)
_STANDARD_RATE = "S"


def read_discounts(
    root: Node, payable: Money, issued: date, notices: list[Notice]
) -> tuple[DiscountTerms, ...]:
    """The discounts of the payment terms, by day; one that makes no sense is left out, and told."""
    try:
        nodes = root.each("PaymentTerms")
        found = tuple(each for node in nodes for each in _of_terms(node, issued, payable.currency))
        return check_terms(found, amount_minor=payable.minor, issued=issued)
    except InvalidValueError as wrong:
        notice(notices, "discount.no_sense", f"{root.path}/PaymentTerms", wrong.found)
        return ()


def _of_terms(node: Node, issued: date, currency: str) -> Iterator[DiscountTerms]:
    for note in node.texts("Note"):
        for days, percent, base in _WRITTEN.findall(note):
            last_day = issued + timedelta(int(days))
            minor = Money.parse(base, currency).minor if base else None
            yield DiscountTerms(_bp(percent), last_day, minor)
    percent = node.text_or_none("SettlementDiscountPercent") or ""
    period = node.child("SettlementPeriod")
    last = period.day_or_none("EndDate") if period else None
    if last and _PERCENT.match(percent) and Fraction(percent) * 100 % 1 == 0 and Fraction(percent):
        yield DiscountTerms(_bp(percent), last)


def _bp(percent: str) -> int:
    return int(Fraction(percent) * 100)


def read_tax_rate(root: Node) -> int | None:
    """The one rate (whole per cent) that all of it is taxed at; None where there are several.

    Only the standard rates (category S) are a rate of a code; nought may mean many things.
    """
    totals = root.each("TaxTotal")
    rates = {_rate(part) for total in totals for part in total.each("TaxSubtotal")}
    return rates.pop() if len(rates) == 1 else None


def _rate(part: Node) -> int | None:
    percent = part.text_or_none("TaxCategory/Percent") or ""
    is_standard = part.text_or_none("TaxCategory/ID") == _STANDARD_RATE
    if not is_standard or not _PERCENT.match(percent) or Fraction(percent) % 1:
        return None
    return int(Fraction(percent))
