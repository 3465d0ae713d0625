"""What stands on parties, and who is a factor: seen by all members, changed by some."""

from pathlib import Path

import pytest
from django.utils.translation import gettext

from avstem import wording
from avstem.domain.identifiers import account_key
from avstem.services.add_company import add_company
from avstem.store.models import CreditUse, OpenItem, Party
from tests.services.test_party_credits import COLUMNS, OLD, invoice, only, prepaid
from tests.support.small_books import BY, NORDLYS, SmallBooks
from tests.web.test_learnt import sign_in, text

pytestmark = pytest.mark.django_db
HOME = "/974760673/"
CUSTOMERS, SUPPLIERS = f"{HOME}items/customers/credits/", f"{HOME}items/suppliers/credits/"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallBooks:
    """A customer with a prepayment for an order, who owes two other invoices."""
    monkeypatch.setattr(wording, "translate", gettext)
    found = SmallBooks(tmp_path)
    found.invoices(COLUMNS, OLD)
    found.paid(10_00, kid="00010009", account=NORDLYS)
    found.reconcile()
    prepaid(found)
    found.invoices(COLUMNS, invoice("1041", "400.00"), invoice("1042", "1500.00", "8001"))
    return found


def item(books: SmallBooks, number: str) -> int:
    return OpenItem.objects.get(company_id=books.company, number=number).pk


def test_a_credit_is_shown_drawn_and_taken_back(books: SmallBooks) -> None:
    browser, credit = sign_in(books.company), only(books).id
    assert "items/customers/credits/" in text(browser, f"{HOME}items/customers/")
    page = text(browser, CUSTOMERS)
    for words in ("Nordlys Bygg AS", "Betalt før fakturaen", "1500,00", "Bruk på 1042", "1041 ·"):
        assert words.replace("1500,00", "1 500,00") in page.replace("\xa0", " "), words
    asked = {"item": item(books, "1041"), "side": "customers"}
    said = browser.post(f"{HOME}credits/{credit}/draw/", asked, follow=True).content.decode()
    assert "Brukt: bilag 2026-" in said
    use = CreditUse.objects.get(company_id=books.company)
    assert (books.left("1041"), only(books).left_minor) == (0, 1_100_00)
    assert "av en person" in said
    undone = browser.post(f"{HOME}credits/drawn/{use.voucher_id}/undo/", follow=True)
    assert "Angret: bilag" in undone.content.decode()
    assert (books.left("1041"), only(books).left_minor) == (400_00, 1_500_00)
    for wrong in ("", "x", "9" * 30, str(item(books, "1000"))):
        refused = browser.post(f"{HOME}credits/{credit}/draw/", {"item": wrong}, follow=True)
        assert "Brukt: bilag" not in refused.content.decode()
    assert books.holds()


def test_what_was_paid_twice_says_where_to_pay_it_back(books: SmallBooks) -> None:
    books.paid(10_00, kid="00010009", account=NORDLYS)
    books.reconcile()
    page = text(sign_in(books.company, "reader"), CUSTOMERS)
    assert "Betalt to ganger" in page
    assert f"til {account_key(NORDLYS)}, der det kom fra" in page
    assert "Ingenting står på en part" in text(sign_in(books.company), SUPPLIERS)


def test_readers_and_neighbours_draw_nothing(books: SmallBooks) -> None:
    credit, reader = only(books).id, sign_in(books.company, "reader")
    assert '<button name="item"' not in text(reader, CUSTOMERS)
    other = add_company(orgnr="923609016", name="Nabo AS", **BY).pk
    neighbour = sign_in(other, "owner")
    asked = (f"credits/{credit}/draw/", "credits/drawn/1/undo/", "factors/tell/")
    form = {"item": item(books, "1041"), "name": "Nordlys Bygg AS"}
    assert [reader.post(HOME + path, form).status_code for path in asked] == [403] * 3
    assert [neighbour.post(HOME + path, form).status_code for path in asked] == [404] * 3
    neighbour.post(f"/923609016/credits/{credit}/draw/", form)
    assert "Nordlys" not in text(neighbour, "/923609016/items/customers/credits/")
    assert not CreditUse.objects.exists()
    assert not Party.objects.filter(is_factor=True).exists()


def test_a_factor_is_told_and_taken_off(books: SmallBooks) -> None:
    browser, page = sign_in(books.company), f"{HOME}factors/"
    assert "Ingen er kjent som factoringselskap." in text(browser, page)
    form = {"name": "Nordisk Factoring AS", "orgnr": "", "account": "50816600666"}
    said = browser.post(f"{page}tell/", form, follow=True).content.decode()
    assert "Nordisk Factoring AS er et factoringselskap." in said
    assert "50816600666" in text(sign_in(books.company, "reader"), page)
    wrong = browser.post(f"{page}tell/", {**form, "account": "12"}, follow=True)
    assert "er et factoringselskap" not in wrong.content.decode()
    off = browser.post(f"{page}tell/", {"name": form["name"], "off": "1"}, follow=True)
    assert "er ikke lenger et factoringselskap" in off.content.decode()
    assert "Ingen er kjent som factoringselskap." in text(browser, page)
