"""The office's list says whose money runs out ahead, as the company's own page does, in bulk."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.store.models import (
    BankAccount,
    Company,
    Membership,
    OpenItem,
    Party,
    User,
)
from avstem.store.queries.cash_ahead import cash_ahead
from avstem.store.queries.cash_short import Shortfall, shortfalls
from avstem.store.queries.office import companies_at_work
from avstem.store.tenancy import company_scope, office_scope
from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books, Line
from tests.payments.books import Payer, bill, credit
from tests.web.acting import Step, act
from tests.web.test_office import companies, orgnrs

__all__ = ["books"]

pytestmark = pytest.mark.database
TODAY = date(2026, 11, 24)


def owed(company_ids: list[int], minor: int, due: date = TODAY + timedelta(days=3)) -> None:
    """A bill in each of the companies."""
    for company_id in company_ids:
        with company_scope(company_id):
            party = Party.objects.create(company_id=company_id, key="lev", name="Lev AS")
            OpenItem.objects.create(
                company_id=company_id, party=party, kind="supplier_invoice", number="1",
                direction=-1, currency="NOK", amount_minor=minor, remaining_minor=minor,
                invoice_date=TODAY, due_date=due,
            )  # fmt: skip


def told(company_id: int) -> tuple[date, int] | None:
    """What the company's own page says."""
    with company_scope(company_id):
        short = cash_ahead(company_id, today=TODAY).short
    if short is None or short.ahead.short is None:
        return None
    return short.ahead.short.day, short.ahead.short.balance_minor


def seen(found: Shortfall | None) -> tuple[date, int] | None:
    return (found.day, found.balance_minor) if found else None


@pytest.mark.django_db
def test_two_hundred_companies_take_as_many_questions_and_the_short_one_comes_first() -> None:
    user = User.objects.create_user("kari@example.no")
    companies(user, orgnrs(202))
    ids = list(Company.objects.order_by("orgnr").values_list("pk", flat=True))
    BankAccount.objects.update(opening_balance_minor=1_000_00)
    owed(ids[:1], 1_050_00)
    owed(ids[1:], 10_00)

    def asked(words: str) -> int:
        with CaptureQueriesContext(connection) as questions, office_scope(user.pk):
            companies_at_work(user.pk, TODAY, words)
        return len(questions)

    first = Company.objects.get(pk=ids[0]).orgnr
    assert asked(first) == asked("")
    with office_scope(user.pk):
        rows = companies_at_work(user.pk, TODAY)
    assert [each.company.pk for each in rows if each.short] == ids[:1]
    assert rows[0].company.pk == ids[0]
    assert seen(rows[0].short) == told(ids[0]) == (TODAY + timedelta(days=3), -50_00)
    Membership.objects.filter(company_id=ids[0]).delete()
    with office_scope(user.pk):
        assert not any(each.short for each in companies_at_work(user.pk, TODAY))


@pytest.mark.django_db
def test_it_is_what_the_companys_own_page_says(tmp_path: Path) -> None:
    payer = Payer.open(tmp_path)
    for minor in (300_00, 500_00, 5_000_00):
        BankAccount.objects.filter(company_id=payer.company).update(opening_balance_minor=minor)
        assert seen(shortfalls([payer.company], TODAY).get(payer.company)) == told(payer.company)
        payer.bills(
            bill(f"D{minor}", "400.00"), credit(f"K{minor}", "100.00"),
            bill(f"I{minor}", "70.00", kind="customer_invoice", account="", party="Kunde AS",
                 due="2026-11-30"),
            bill(f"U{minor}", "90.00").replace(";NOK;", ";EUR;"),
        )  # fmt: skip
        found = shortfalls([payer.company], TODAY).get(payer.company)
        assert seen(found) == told(payer.company)


def test_what_the_bank_holds_is_the_same_for_the_office(books: Books) -> None:
    """Statements in two accounts, one with money told of after its last closing balance."""
    lines = [Line("500.00", "R1", kid="00075"), Line("-80.00", "R2", text="Bompenger")]
    books.take(books.statement("2026-11-20", "1000.00", lines))
    books.take(books.statement("2026-11-23", "1420.00", [Line("-1500.00", "R3", text="Leie")]))
    [home] = act(books.run, Step(""))
    assert "In the bank −80,00" in home.text
    books.run("company", "add", "--orgnr", "923609016", "--name", "Nabo AS")
    [office] = act(books.run, Step("/?all=1"))
    assert "cash short:" in office.text
    assert "−80,00 NOK" in office.text
    found, nothing = act(books.run, Step(f"/?all=1&q={ORGNR[:5]}"), Step("/?all=1&q=finnes-ikke"))
    assert "cash short:" in found.text
    assert "None of your companies is called “finnes-ikke”." in nothing.text


def test_a_page_of_companies_stays_small(books: Books) -> None:
    """A hundred at a time, however many there are."""
    script = """
from avstem.config.startup import start
start()
from avstem.store.models import Company, Membership, User
from tests.web.test_office import orgnrs
made = Company.objects.bulk_create(Company(orgnr=each, name=f"K {each}") for each in orgnrs(250))
user = User.objects.create_user("accountant@974760673.no")
Membership.objects.bulk_create(Membership(company=c, user=user, role="accountant") for c in made)
"""
    books.run.script(script)
    first, last, beyond = act(
        books.run, Step("/"), Step("/?all=1&page=2"), Step("/?page=99999"), role="accountant"
    )
    assert len(first.page) < 150_000
    assert first.page.count("row-link") == 100
    assert 'rel="next"' in first.page
    assert 'rel="prev"' not in first.page
    assert last.page.count("row-link") == beyond.page.count("row-link") == 51
