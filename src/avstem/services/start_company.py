"""Start a company's books from the screen: whoever starts it owns it here."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import CompanyThereError, NotPermittedError
from avstem.domain.identifiers import check_orgnr
from avstem.domain.money import check_currency
from avstem.store import audit
from avstem.store.companies import checked_name, create_company
from avstem.store.models import Company, Membership, User
from avstem.store.models.company import Role
from avstem.store.tenancy import company_scope

_MAY_START = (Role.OWNER, Role.ACCOUNTANT)


def may_start(user_id: int) -> bool:
    """Owners and accountants of any company, and who works in none yet."""
    roles = set(Membership.objects.filter(user_id=user_id).values_list("role", flat=True))
    return not roles or bool(roles.intersection(_MAY_START))


@database.atomic
def start_company(
    *, user: User, orgnr: str, name: str, now: datetime, currency: str = "NOK"
) -> Company:
    """A new company with the user as its owner.

    One that is here already is refused, whoever works in it: only its owner lets others in.
    """
    if not may_start(user.pk):
        raise NotPermittedError("start a company")
    number, title = check_orgnr(orgnr), checked_name(name)
    check_currency(currency)
    if Company.objects.filter(orgnr=number).exists():
        raise CompanyThereError(number)
    company = create_company(orgnr=number, name=title, currency=currency, actor=user.email, now=now)
    with company_scope(company.pk):
        Membership.objects.create(company=company, user=user, role=Role.OWNER)
        audit.record(
            company_id=company.pk, actor=user.email, action="user.added", at=now,
            facts={"email": user.email, "role": Role.OWNER.value},
        )  # fmt: skip
    return company
