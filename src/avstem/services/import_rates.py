"""Take in published exchange rates, and give documents that waited for them their value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError, RateDiffersError, RefusalError
from avstem.domain.exchange import Rate, price_exact, value_minor
from avstem.domain.money import Money
from avstem.formats.norges_bank import read_rates
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import Company, ExchangeRate, OpenItem
from avstem.store.rates import load_rates
from avstem.store.tenancy import company_scope

CHUNK = 1_000


@dataclass
class RatesImport:
    """What became of the rates. `refused` were known already, with another price.

    `valued` counts the documents whose value in their company's currency became known.
    """

    file: str
    added: int = 0
    already_there: int = 0
    valued: int = 0
    refused: list[RefusalError] = field(default_factory=list)


@database.atomic
def import_rates(*, path: Path, name: str, actor: str, now: datetime) -> RatesImport:
    """Import a file of Norges Bank's. What is there already is counted, and never changed."""
    result = RatesImport(file=name)
    with path.open("rb") as stream:
        rates = read_rates(stream, file=name)
        while chunk := list(islice(rates, CHUNK)):
            _take(chunk, result)
    if result.added + result.already_there + len(result.refused) == 0:
        raise InvalidValueError("rates", "none", "rates of business days (FREQ B)")
    for company in Company.objects.order_by("pk"):
        with company_scope(company.pk):
            result.valued += _value_documents(company.pk, actor, now)
    return result


def _take(rates: Sequence[Rate], result: RatesImport) -> None:
    known = _known(rates)
    new: dict[tuple[str, str, date], Rate] = {}
    for rate in rates:
        key = (rate.base, rate.currency, rate.day)
        before = known.get(key) or (price_exact(new[key].price) if key in new else None)
        if before is None:
            new[key] = rate
        elif before == price_exact(rate.price):
            result.already_there += 1
        else:
            found = price_exact(rate.price)
            day = rate.day.isoformat()
            result.refused.append(RateDiffersError(rate.currency, rate.base, day, before, found))
    ExchangeRate.objects.bulk_create(map(_row, new.values()))
    result.added += len(new)


def _known(rates: Sequence[Rate]) -> dict[tuple[str, str, date], str]:
    days = [rate.day for rate in rates]
    rows = ExchangeRate.objects.filter(
        base__in={rate.base for rate in rates},
        currency__in={rate.currency for rate in rates},
        day__range=(min(days), max(days)),
    )
    found = rows.values_list("base", "currency", "day", "price")
    return {(base, currency, day): price for base, currency, day, price in found}


def _row(rate: Rate) -> ExchangeRate:
    return ExchangeRate(
        base=rate.base,
        currency=rate.currency,
        day=rate.day,
        price=price_exact(rate.price),
        source=rate.source,
    )


def _value_documents(company_id: int, actor: str, now: datetime) -> int:
    """The foreign documents that nobody knew the value of get that of their own day."""
    waiting = OpenItem.objects.filter(company_id=company_id, value_minor__isnull=True)
    if not waiting.exists():
        return 0
    company = lock_company(company_id)
    rows = list(waiting.order_by("pk"))
    rates = load_rates(company.currency, ((row.currency, row.invoice_date) for row in rows))
    valued = []
    for row in rows:
        rate = rates.on(row.currency, row.invoice_date)
        if rate is not None:
            amount = Money(row.amount_minor, row.currency)
            row.value_minor = value_minor(amount, rate.price, company.currency)
            valued.append(row)
    OpenItem.objects.bulk_update(valued, ["value_minor"], batch_size=500)
    if valued:
        facts = {"items": len(valued)}
        audit.record(company_id=company_id, actor=actor, action="items.valued", at=now, facts=facts)
    return len(valued)
