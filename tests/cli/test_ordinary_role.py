"""On PostgreSQL the program works as a role that the walls between companies stand for.

A superuser walks through them. So does the owner of the tables with what it does by COPY: that it
may not do at all.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from avstem.testbank.bulk import write_bulk
from tests.cli.files import BBAN
from tests.conftest import ON_POSTGRESQL
from tests.support.command import Avstem

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no roles"),
]
OTHER = "923609016"
MAY = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
)


@pytest.fixture
def ordinary(fresh_database: str, tmp_path: Path) -> Iterator[Avstem]:
    """The command line on a migrated database, as a role without special rights."""
    import psycopg

    role = f"avstem_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
        for each in MAY:
            connection.execute(each.format(role=role))
        yield Avstem(_as(role, fresh_database), tmp_path)
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


def _as(role: str, url: str) -> str:
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{role}:{role}{at or '@'}{host}"))


def test_invoices_and_statements_come_in_and_are_booked_and_each_company_is_whole(
    ordinary: Avstem, tmp_path: Path
) -> None:
    bulk = write_bulk(tmp_path, seed=3, transactions=200, open_items=200)
    for orgnr in (bulk.orgnr, OTHER):
        ordinary("company", "add", "--orgnr", orgnr, "--name", f"Selskap {orgnr}")
    account = ("--kind", "operating", "--ledger-account", "1920")
    ordinary("account", "add", "--company", bulk.orgnr, "--iban", bulk.iban, *account)
    ordinary("account", "add", "--company", OTHER, "--iban", BBAN, *account)
    ordinary("invoices", "import", "--company", bulk.orgnr, bulk.invoices)
    ordinary("statement", "import", "--company", bulk.orgnr, bulk.statement)
    ordinary("reconcile", "--company", bulk.orgnr)
    matches = ordinary("export", "matches", "--company", bulk.orgnr).lines
    assert len(matches) == 200
    assert sum(each["status"] == "booked" for each in matches) > 150
    assert ordinary("export", "matches", "--company", OTHER).lines == []
    ordinary("verify")
