"""Check the whole database: every rule of the books, asked of the tables themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from avstem.domain.errors import NotFoundError
from avstem.store.checks import (
    FAULTS_MAX,
    Fault,
    audit_chain,
    bank,
    credentials,
    ledger,
    payments,
    receipts,
    records,
    settlements,
    walls,
    whole_tables,
)
from avstem.store.models import Company
from avstem.store.tenancy import company_scope

CHECKS = {
    **ledger.CHECKS,
    **bank.CHECKS,
    **audit_chain.CHECKS,
    **walls.CHECKS,
    **credentials.CHECKS,
    **settlements.CHECKS,
    **records.CHECKS,
    **payments.CHECKS,
    **receipts.CHECKS,
}


@dataclass(frozen=True)
class CheckResult:
    """One check of one company: it holds where there are no faults (at most 100 are named)."""

    orgnr: str
    name: str
    faults: tuple[Fault, ...]


def verify(*, orgnr: str | None = None) -> Iterator[CheckResult]:
    """Every check of every company, or of one; transactions not yet booked are no fault."""
    companies = Company.objects.order_by("orgnr")
    if orgnr is not None:
        companies = companies.filter(orgnr=orgnr)
        if not companies.exists():
            raise NotFoundError("company", orgnr)
    for company in companies:
        with company_scope(company.pk), whole_tables():
            for name, check in CHECKS.items():
                faults = tuple(islice(check(company.pk), FAULTS_MAX))
                yield CheckResult(company.orgnr, name, faults)
