"""Take in a company, with the ledger accounts this work needs."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import AlreadyExistsError, InvalidValueError
from avstem.domain.identifiers import check_orgnr
from avstem.domain.money import check_currency
from avstem.domain.voucher import DEFAULT_ACCOUNTS
from avstem.store import audit
from avstem.store.models import Company, LedgerAccount
from avstem.store.tenancy import company_scope

NAME_MAX = 140


@database.atomic
def add_company(
    *, orgnr: str, name: str, actor: str, now: datetime, currency: str = "NOK"
) -> Company:
    """The company; asked again with the same content it answers with the one that is there."""
    number, title = check_orgnr(orgnr), " ".join(name.split())
    check_currency(currency)
    if not 1 <= len(title) <= NAME_MAX:
        raise InvalidValueError("name", name[:60], f"1 to {NAME_MAX} characters")
    there = Company.objects.filter(orgnr=number).first()
    if there is not None:
        return _same_or_refused(there, title, currency)

    company = Company.objects.create(orgnr=number, name=title, currency=currency)
    with company_scope(company.pk):
        LedgerAccount.objects.bulk_create(
            LedgerAccount(company=company, number=default, name=label, role=role.value)
            for role, (default, label) in DEFAULT_ACCOUNTS.items()
        )
        audit.record(
            company_id=company.pk,
            actor=actor,
            action="company.added",
            at=now,
            facts={"orgnr": number, "name": title, "currency": currency},
        )
    return company


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
