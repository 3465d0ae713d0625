"""The known exchange rates, loaded for the currencies and days that are asked about."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from avstem.domain.exchange import Rate, Rates, value_minor
from avstem.domain.money import Money
from avstem.domain.open_item import Document
from avstem.store.models import ExchangeRate

#: So far back a rate may still tell whether one that a bank line states is of the same pair.
_DAYS_BEFORE = 400


def load_rates(own: str, asked: Iterable[tuple[str, date]]) -> Rates:
    """The rates that those currencies and days may need; one query, none where all is `own`."""
    foreign = [(currency, day) for currency, day in asked if currency != own]
    if not foreign:
        return Rates(own)
    days = [day for _, day in foreign]
    rows = ExchangeRate.objects.filter(
        base=own,
        currency__in={currency for currency, _ in foreign},
        day__range=(min(days) - timedelta(days=_DAYS_BEFORE), max(days)),
    )
    found = rows.values_list("currency", "base", "day", "price", "source")
    return Rates(own, (Rate(*row[:3], Fraction(row[3]), row[4]) for row in found))


def document_value(document: Document, rates: Rates) -> int | None:
    """What the document is booked at: what it says itself, else by the rate of its day."""
    if document.amount.currency == rates.own:
        return document.amount.minor
    if document.value is not None:
        return document.value.minor
    if document.price is not None:
        return value_minor(document.amount, document.price, rates.own)
    rate = rates.on(document.amount.currency, document.invoice_date)
    return value_minor(document.amount, rate.price, rates.own) if rate else None


def original_of(minor: int | None, currency: str) -> Money | None:
    """What was instructed, in its own currency and unsigned, where the bank tells it."""
    return Money(abs(minor), currency) if minor and currency else None
