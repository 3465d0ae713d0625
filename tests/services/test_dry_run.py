"""A dry run foresees what the run then does, and writes nothing."""

from pathlib import Path
from random import Random

import pytest
from django.db import connection

from avstem.services.reconcile import foresee, reconcile
from avstem.store.models import BankTransaction
from avstem.store.tenancy import company_scope
from tests.support.command import Avstem

from .test_undo import BY, Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def all_rows(company_id: int) -> dict[str, list[str]]:
    """Every row of every table that the company sees, as text."""
    with company_scope(company_id), connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # the tables' own names
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """One line to book, one to propose and one to leave."""
    books = Books(tmp_path)
    books.invoice("1069", "1000.00", "00010694")
    books.invoice("1070", "750.00")
    books.paid(1000_00, "KID 00010694 Faktura 1069")
    books.paid(750_00, "Overføring")
    books.paid(-33_00, "Ukjent")
    return books


def test_a_dry_run_changes_no_row_of_any_table(books: Books) -> None:
    before = all_rows(books.company)
    assert len(before["store_banktransaction"]) == 3
    foreseen = foresee(company_id=books.company)
    assert all_rows(books.company) == before
    assert foreseen.counts.transactions == 3
    books.reconcile()
    after = all_rows(books.company)
    assert {table for table in before if before[table] != after[table]} >= {
        "store_voucher", "store_decision", "store_reconcilerun", "store_openitem",
    }  # fmt: skip


def test_the_run_does_what_was_foreseen(books: Books) -> None:
    random = Random(48)
    for number in range(1100, 1130):
        minor = random.choice((300_00, 410_00, 520_00))
        books.invoice(str(number), f"{minor // 100}.00")
        books.paid(minor, random.choice((f"Faktura {number}", "Takk", f"faktura {number + 1}")))
    foreseen = foresee(company_id=books.company)
    done = reconcile(company_id=books.company, **BY)
    assert done == foreseen.counts
    assert min(done.booked, done.suggested) > 0
    states = {"book": "booked", "propose": "suggested", "leave": "open"}
    wanted = {line.id: states[decision.verdict] for line, decision in foreseen.decisions}
    assert dict(BankTransaction.objects.values_list("pk", "state")) == wanted


def test_the_sums_by_rule_are_the_lines(books: Books) -> None:
    said = [
        (each.verdict.value, each.count, each.in_minor, each.out_minor)
        for each in foresee(company_id=books.company).by_rule()
    ]
    assert said == [
        ("book", 1, 1000_00, 0), ("propose", 1, 750_00, 0), ("leave", 1, 0, 33_00),
    ]  # fmt: skip


def test_a_company_without_transactions_foresees_nothing(tmp_path: Path) -> None:
    found = foresee(company_id=Books(tmp_path).company)
    assert (found.decisions, found.by_rule(), found.counts.transactions) == ([], [], 0)


def test_the_command_tells_it_by_rule_and_by_transaction(avstem: Avstem) -> None:
    company = ("--company", "974760673")
    avstem("company", "add", "--orgnr", "974760673", "--name", "Prøve AS")
    avstem("account", "add", *company, "--iban", "15030001017", "--kind", "operating",
           "--ledger-account", "1920")  # fmt: skip
    avstem("transaction", "add", *company, "--account", "15030001017", "--date", "2026-03-10",
           "--amount", "-33.00", "--text", "Ukjent")  # fmt: skip
    told = avstem("reconcile", *company, "--dry-run", "--json").json
    assert (told["transactions"], told["open"]) == (1, 1)
    [by_rule] = told["by_rule"]
    assert (by_rule["verdict"], by_rule["count"], by_rule["out"]) == ("leave", 1, "33.00")
    [line] = told["decisions"]
    assert (line["amount"], line["verdict"], line["rule"]) == ("-33.00", "leave", by_rule["rule"])
    assert "Nothing was written." in avstem("reconcile", *company, "--dry-run").out
