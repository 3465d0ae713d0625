"""A person gets a role by the command; what the pages keep is kept here too."""

from datetime import UTC, datetime
from typing import Any

import pytest

from avstem.domain.people_errors import LastOwnerError
from avstem.services.add_company import add_company
from avstem.services.add_user import add_user
from avstem.store.models import Membership, StandingApproval

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BY: dict[str, Any] = {"actor": "cli:drift", "now": datetime(2026, 11, 24, tzinfo=UTC)}
KARI, OLA = "kari@example.no", "ola@example.no"


@pytest.fixture
def company_id() -> int:
    return add_company(orgnr="974760673", name="Prøve AS", **BY).pk


def role_of(email: str) -> str:
    return Membership.objects.get(user__email=email).role


def test_the_only_owner_stays_one(company_id: int) -> None:
    add_user(company_id=company_id, email=KARI, role="owner", **BY)
    with pytest.raises(LastOwnerError):
        add_user(company_id=company_id, email=KARI, role="reader", **BY)
    assert role_of(KARI) == "owner"
    add_user(company_id=company_id, email=KARI, role="owner", **BY)
    add_user(company_id=company_id, email=OLA, role="owner", **BY)
    add_user(company_id=company_id, email=KARI, role="reader", **BY)
    assert (role_of(KARI), role_of(OLA)) == ("reader", "owner")


def test_a_standing_approval_ends_with_the_role_that_gave_it(company_id: int) -> None:
    for email in (KARI, OLA):
        add_user(company_id=company_id, email=email, role="owner", **BY)
    given = StandingApproval.objects.create(
        company_id=company_id, given_by=KARI, given_at=BY["now"], limit_minor=1_000_00
    )
    add_user(company_id=company_id, email=KARI, role="accountant", **BY)
    given.refresh_from_db()
    assert given.ended_at is None
    add_user(company_id=company_id, email=KARI, role="bookkeeper", **BY)
    given.refresh_from_db()
    assert (given.ended_at, given.ended_by) == (BY["now"], "cli:drift")
