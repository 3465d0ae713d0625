"""No list of ids reads everything a company has: the database goes by the ids.

SQLite has no statistics of an empty table; without those of migration 0003 it took "company = ?"
for the rarer condition, and every thousand transactions read all of them.
"""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from avstem.store.models import BankTransaction, Decision, OpenItem, ReferenceKey

pytestmark = pytest.mark.django_db
IDS = list(range(1, 1001))

BY_ID = {
    "transactions": BankTransaction.objects.filter(company_id=1, pk__in=IDS),
    "waiting transactions": BankTransaction.objects.filter(
        company_id=1, pk__in=IDS, state__in=("open", "suggested")
    ),
    "items": OpenItem.objects.filter(company_id=1, pk__in=IDS).select_related("party"),
}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL gathers its own statistics")
@pytest.mark.parametrize("what", BY_ID)
def test_a_list_of_ids_is_looked_up_by_id(what: str) -> None:
    rows: QuerySet[Any] = BY_ID[what]
    assert "INTEGER PRIMARY KEY" in rows.explain().splitlines()[0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL gathers its own statistics")
def test_references_are_looked_up_by_value_and_decisions_by_transaction() -> None:
    values = ReferenceKey.objects.filter(company_id=1, value__in=[str(n) for n in IDS])
    assert "value=?" in values.explain()
    decided = Decision.objects.filter(company_id=1, transaction_id__in=IDS)
    assert "transaction_id=?" in decided.explain()
