"""The office: one worklist over many companies, one answer for equals, each company by its rights."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.store.models import BankAccount, BankTransaction, Company, Entry, Membership, User
from avstem.store.queries.office import companies_at_work, equals_of, shared_accounts
from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books
from tests.web.acting import Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database
TODAY = date(2026, 11, 30)
OTHER, THIRD = "923609016", "317000022"


def orgnrs(count: int) -> list[str]:
    """So many numbers with a right check digit."""
    weights, found, n = (3, 2, 7, 6, 5, 4, 3, 2), [], 80_000_000
    while len(found) < count:
        n += 1
        check = -sum(int(d) * w for d, w in zip(str(n), weights, strict=True)) % 11
        if check != 10:
            found.append(f"{n}{check}")
    return found


def companies(user: User, numbers: list[str]) -> None:
    """Companies with a toll and a fee each, open."""
    made = Company.objects.bulk_create(Company(orgnr=each, name=f"K {each}") for each in numbers)
    Membership.objects.bulk_create(Membership(company=c, user=user, role="owner") for c in made)
    accounts = BankAccount.objects.bulk_create(
        BankAccount(company=c, iban=f"NO{c.orgnr}", kind="operating", currency="NOK",
                    ledger_account="1920") for c in made
    )  # fmt: skip
    for text in ("Bompenger 4711", "Kortgebyr 12.11"):
        entries = Entry.objects.bulk_create(
            Entry(company_id=a.company_id, account=a, position=0, status="booked",
                  booking_date=TODAY, amount_minor=-5000, fingerprint=text) for a in accounts
        )  # fmt: skip
        BankTransaction.objects.bulk_create(
            BankTransaction(company_id=e.company_id, account=e.account, entry=e, position=0,
                            booking_date=TODAY, amount_minor=-5000, currency="NOK", text=text)
            for e in entries
        )  # fmt: skip


def questions(user: User) -> int:
    with CaptureQueriesContext(connection) as asked:
        companies_at_work(user.pk, TODAY)
        groups = equals_of(user.pk)
        shared_accounts({each.company_id for each in groups[0].rows})
    return len(asked)


@pytest.mark.django_db
def test_two_hundred_companies_take_as_many_queries_as_two() -> None:
    user = User.objects.create_user("kari@example.no")
    numbers = orgnrs(202)
    companies(user, numbers[:2])
    few = questions(user)
    companies(user, numbers[2:])
    assert questions(user) == few
    groups = equals_of(user.pk)
    assert [(len(each.rows), each.companies) for each in groups] == [(202, 202), (202, 202)]
    assert len(companies_at_work(user.pk, TODAY)) == 202


@pytest.mark.django_db
def test_equals_are_of_the_companies_whose_books_one_may_change() -> None:
    user = User.objects.create_user("kari@example.no")
    numbers = orgnrs(3)
    companies(user, numbers)
    Membership.objects.filter(company__orgnr=numbers[0]).update(role="reader")
    stranger = User.objects.create_user("nabo@example.no")
    assert {len(each.rows) for each in equals_of(user.pk)} == {2}
    assert equals_of(stranger.pk) == []
    assert companies_at_work(stranger.pk, TODAY) == []


def test_one_answer_books_the_equals_of_each_company_and_tells_what_one_refused(
    books: Books,
) -> None:
    for number in (OTHER, THIRD):
        books.run("company", "add", "--orgnr", number, "--name", f"K {number}")
        books.run("account", "add", "--company", number, "--iban", "15030001025", "--kind",
                  "operating", "--ledger-account", "1920")  # fmt: skip
    for number, account in ((ORGNR, "15030001017"), (OTHER, "15030001025"), (THIRD, "15030001025")):
        books.run("transaction", "add", "--company", number, "--account", account, "--date",
                  "2026-11-02", "--amount", "-125.00", "--text", "Bompenger Fjellinjen 4711")  # fmt: skip
    books.run("period", "close", "--company", THIRD, "--to", "2026-11-15")
    for number in (OTHER, THIRD):
        books.run("user", "add", "--email", f"bookkeeper@{ORGNR}.no", "--company", number,
                  "--role", "bookkeeper")  # fmt: skip

    [office] = act(books.run, Step("/"))
    [key] = re.findall(r'href="/office/(\w+)/"', office.page)
    [group] = act(books.run, Step(f"/office/{key}/"))
    rows = re.findall(r'name="row" value="(\d+)"', group.page)
    assert len(rows) == 3
    form = {"row": rows, "account": "7770", "vat_code": ""}
    [done] = act(books.run, Step(f"/office/{key}/", form))
    assert "Vouchers posted: 2." in done.text
    assert f"K {THIRD}: " in done.text, "the closed month is refused by name"
    for number, booked in ((ORGNR, 1), (OTHER, 1), (THIRD, 0)):
        assert len(books.run("export", "vouchers", "--company", number).lines) == booked
        books.run("verify", "--company", number)
    [mirror] = act(books.run, Step(f"/office/{key}/", {**form, "account": "1920"}))
    assert "1920" in mirror.text, "no account that mirrors a bank account"
    assert books.run("export", "vouchers", "--company", THIRD).lines == []


def test_a_row_of_another_group_or_company_is_never_touched(books: Books) -> None:
    books.run("company", "add", "--orgnr", OTHER, "--name", "Nabo AS")
    books.run("account", "add", "--company", OTHER, "--iban", "15030001025", "--kind", "operating",
              "--ledger-account", "1920")  # fmt: skip
    for text in ("Bompenger 1", "Bompenger 2", "Strøm og nett"):
        books.run("transaction", "add", "--company", ORGNR, "--account", "15030001017", "--date",
                  "2026-11-02", "--amount", "-10.00", "--text", text)  # fmt: skip
    books.run("transaction", "add", "--company", OTHER, "--account", "15030001025", "--date",
              "2026-11-02", "--amount", "-10.00", "--text", "Bompenger 3")  # fmt: skip
    [home] = act(books.run, Step("/?all=1"))
    [key] = re.findall(r'href="/office/(\w+)/"', home.page)
    form = {"row": ["3", "4"], "account": "7770"}
    [done] = act(books.run, Step(f"/office/{key}/", form))
    assert "Nothing was ticked" in done.text
    assert books.vouchers() == []
    assert books.run("export", "vouchers", "--company", OTHER).lines == []
