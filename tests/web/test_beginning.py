"""The first three minutes on the screen: a company, its accounts, and what the bank says."""

import pytest

from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books
from tests.web.acting import Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database
NEW = "923609016"


def test_an_account_is_added_by_its_eleven_digits(books: Books) -> None:
    books.run("company", "add", "--orgnr", NEW, "--name", "Nabo AS")
    empty, form, wrong, added, again = act(
        books.run,
        Step(""),
        Step("accounts/new/"),
        Step("accounts/new/", {"iban": "15030001018", "kind": "operating"}),
        Step("accounts/new/", {"iban": "1503 00 01025", "kind": "operating", "name": "Drift",
                               "opening": "1 250,50", "from_date": "01.01.2026"}),
        Step("accounts/new/", {"iban": "15030002021", "kind": "operating"}),
        company=NEW, member_of=NEW,
    )  # fmt: skip
    assert f'href="/{NEW}/accounts/new/"' in empty.page
    assert "1920 for an operating account" in form.text
    assert wrong.status == 422
    assert "15030001018" in wrong.text
    assert "Drift is added. Next: the files." in added.text
    assert "Upload files" in added.text
    assert "Order a bank agreement" in added.text
    assert "1921" in again.text, "the usual account is taken: the next one"
    books.run("verify")


def test_a_reader_adds_no_account(books: Books) -> None:
    [page] = act(books.run, Step("accounts/new/", {"iban": "15030001025"}), role="reader")
    assert page.status == 403


def test_whoever_starts_a_company_owns_it_and_nobody_starts_it_twice(books: Books) -> None:
    form = {"orgnr": "923 609 016", "name": "Nabo AS"}
    started, twice, home, taken = act(
        books.run,
        Step("/new/", form),
        Step("/new/", form),
        Step(f"/{NEW}/"),
        Step("/new/", {"orgnr": ORGNR, "name": "Prøve AS"}),
        role="accountant",
    )
    assert "Nabo AS is added. Next: its bank accounts." in started.text
    assert "is here already. Ask its owner to invite you" in twice.text
    assert home.status == 200
    assert "is here already" in taken.text
    assert taken.status == 422
    books.run("verify", "--company", NEW)


def test_a_bookkeeper_starts_no_company(books: Books) -> None:
    [refused] = act(books.run, Step("/new/", {"orgnr": NEW, "name": "Nabo AS"}))
    assert refused.status == 422
    assert "Your role does not let you" in refused.text
    companies = books.run("export", "vouchers", "--company", NEW, code=None)
    assert companies.code != 0, "no company was made"
