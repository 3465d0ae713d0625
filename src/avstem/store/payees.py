"""Suppliers as payees abroad: what people have said of them, and what payments are worth."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from avstem.domain.clearing_codes import bank_said
from avstem.domain.exchange import rounded
from avstem.domain.money import Money, minor_digits
from avstem.domain.payment_abroad import AccountWithoutIban, PayeeAbroad
from avstem.domain.payment_order import ChargeBearer, RegulatoryReport
from avstem.domain.payment_party import Address
from avstem.store.models import PayeeDetail
from avstem.store.rates import load_rates


def payees_of(company_id: int, parties: Collection[int]) -> dict[int, PayeeAbroad]:
    """What is known of these suppliers; one query, none where nobody is asked about."""
    if not parties:
        return {}
    rows = PayeeDetail.objects.filter(company_id=company_id, party_id__in=parties)
    return {row.party_id: payee_of(row) for row in rows}


def payee_of(row: PayeeDetail) -> PayeeAbroad:
    """The row as a value."""
    return PayeeAbroad(
        address=Address(
            row.country, row.town, row.post_code, row.street, row.building_number
        ) if row.town and row.country else None,
        bic=row.bic,
        bank_account=row.bank_account,
        report=RegulatoryReport(row.purpose_code, row.purpose_text) if row.purpose_code else None,
        bearer=ChargeBearer(row.charges) if row.charges else None,
        elsewhere=AccountWithoutIban(
            row.account_number, bank_said(row.account_bank), row.account_set_by
        ) if row.account_number else None,
    )  # fmt: skip


def nok_rates(currencies: Collection[str], day: date) -> dict[str, Decimal]:
    """Kroner for one unit of each, where a rate of the day or shortly before is known."""
    rates = load_rates("NOK", [(currency, day) for currency in currencies])
    found = {currency: rates.price(currency, day) for currency in currencies}
    return {
        currency: Decimal(rate.price.numerator) / Decimal(rate.price.denominator)
        for currency, rate in found.items()
        if rate is not None
    }


def nok_value(amount: Money, rates: Mapping[str, Decimal]) -> int | None:
    """The amount in øre, rounded half up; None where nobody knows its rate."""
    rate = Decimal(1) if amount.currency == "NOK" else rates.get(amount.currency)
    if rate is None:
        return None
    numerator, denominator = rate.as_integer_ratio()
    scale = 10 ** minor_digits(amount.currency)
    return rounded(Fraction(amount.minor * numerator * 100, denominator * scale))
