"""The second wall on PostgreSQL: an ordinary role sees the company it has named and no other."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from avstem.services.add_company import add_company
from avstem.services.add_user import add_user
from avstem.store.models import AuditEvent, LedgerAccount
from avstem.store.tenancy import company_scope, office_scope

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BY = {"actor": "test", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}


@pytest.fixture
def ordinary_role() -> None:
    """The rest of the test runs as a role without special rights."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row-level security; the queries' own company is its only wall")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE avstem_plain_test")
        cursor.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO avstem_plain_test")


def test_a_session_sees_the_company_it_has_named_and_no_other(ordinary_role: None) -> None:
    ours = add_company(orgnr="974760673", name="Prøve AS", **BY)
    other = add_company(orgnr="923609016", name="Annen AS", **BY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE avstem_plain_test")
    assert not LedgerAccount.objects.exists(), "nobody is named: nothing is seen"
    for company in (ours, other):
        with company_scope(company.pk):
            seen = set(LedgerAccount.objects.values_list("company_id", flat=True))
            assert seen == {company.pk}
            assert not LedgerAccount.objects.exclude(company=company).exists()


def test_the_office_looks_at_the_companies_its_user_works_in_and_writes_in_none(
    ordinary_role: None,
) -> None:
    ours = add_company(orgnr="974760673", name="Prøve AS", **BY)
    other = add_company(orgnr="923609016", name="Annen AS", **BY)
    kari = add_user(company_id=ours.pk, email="kari@example.no", role="owner", **BY)
    ola = add_user(company_id=other.pk, email="ola@example.no", role="owner", **BY)
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON ALL TABLES IN SCHEMA public TO avstem_plain_test")
        cursor.execute("SET LOCAL ROLE avstem_plain_test")
    for user, company in ((kari, ours), (ola, other)):
        with office_scope(user.pk):
            assert set(LedgerAccount.objects.values_list("company_id", flat=True)) == {company.pk}
            assert LedgerAccount.objects.filter(company=company).update(name="x") == 0
            assert not AuditEvent.objects.exists(), "no window on what the worklist does not read"
    assert not LedgerAccount.objects.exists(), "it is shut again"
