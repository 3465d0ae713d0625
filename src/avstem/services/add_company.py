"""Take in a company, with the ledger accounts this work needs."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import AlreadyExistsError
from avstem.domain.identifiers import check_orgnr
from avstem.domain.money import check_currency
from avstem.store.companies import checked_name, create_company
from avstem.store.models import Company


@database.atomic
def add_company(
    *, orgnr: str, name: str, actor: str, now: datetime, currency: str = "NOK"
) -> Company:
    """The company; asked again with the same content it answers with the one that is there."""
    number, title = check_orgnr(orgnr), checked_name(name)
    check_currency(currency)
    there = Company.objects.filter(orgnr=number).first()
    if there is not None:
        return _same_or_refused(there, title, currency)

    return create_company(orgnr=number, name=title, currency=currency, actor=actor, now=now)


def _same_or_refused(there: Company, name: str, currency: str) -> Company:
    differs = [
        field
        for field, old, new in (
            ("name", there.name, name),
            ("currency", there.currency, currency),
        )
        if old != new
    ]
    if differs:
        raise AlreadyExistsError("company", there.orgnr, tuple(differs))
    return there
