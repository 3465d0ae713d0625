"""A new company with the few ledger accounts that this work needs."""

from datetime import datetime

from avstem.domain.errors import InvalidValueError
from avstem.domain.voucher import DEFAULT_ACCOUNTS
from avstem.store import audit
from avstem.store.models import Company, LedgerAccount
from avstem.store.tenancy import company_scope

NAME_MAX = 140


def checked_name(name: str) -> str:
    """The name with single spaces; none or too long a one is refused."""
    title = " ".join(name.split())
    if not 1 <= len(title) <= NAME_MAX:
        raise InvalidValueError("name", name[:60], f"1 to {NAME_MAX} characters")
    return title


def create_company(*, orgnr: str, name: str, currency: str, actor: str, now: datetime) -> Company:
    """The company's row and accounts; the caller has checked the values and that it is new."""
    company = Company.objects.create(orgnr=orgnr, name=name, currency=currency)
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
            facts={"orgnr": orgnr, "name": name, "currency": currency},
        )
    return company
