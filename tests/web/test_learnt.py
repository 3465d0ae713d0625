"""The page of what was learnt: seen by all members, changed by some, in bokmål, one company's."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import gettext

from avstem import wording
from avstem.services.add_company import add_company
from avstem.services.add_user import add_user
from avstem.store import answer_records
from avstem.store.models import BankTransaction, BookingSample, PartyAccount, User
from avstem.wording.learning import AGAINST
from tests.services.test_records import PAYER, kid_paid, paid
from tests.services.test_undo import BY, Books
from tests.web.test_languages import BOKMAAL

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PAGE = "/974760673/learnt/"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr(wording, "translate", gettext)
    monkeypatch.setattr(answer_records, "is_sample", lambda *_: True)
    return Books(tmp_path)


def sign_in(company_id: int, role: str = "bookkeeper") -> Client:
    email = f"{role}@{company_id}.no"
    add_user(company_id=company_id, email=email, role=role, **BY)
    browser = Client(headers={"accept-language": "nb"})
    browser.force_login(
        User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend"
    )
    return browser


def text(browser: Client, path: str = PAGE) -> str:
    return str(browser.get(path).content.decode())


def test_the_page_says_how_right_and_who_pays_and_switches_it_off(books: Books) -> None:
    kid_paid(books, "1001", "100.00", "00010017")
    browser, fact = sign_in(books.company), PartyAccount.objects.get()
    page = text(browser)
    for words in ("KID eller annen strukturert referanse", "1 av 1", PAYER, "Mor Olsen", "Slå av"):
        assert words in page, words
    address = f"{PAGE}account/{fact.pk}/switch/"
    said = browser.post(address, {"on": "0"}, follow=True).content.decode()
    assert "Den er slått av, og læres ikke på nytt av seg selv." in said
    assert "slått av" in text(browser)
    browser.post(address, {"on": "1"})
    fact.refresh_from_db()
    assert not fact.switched_off
    wrong = browser.post(f"{PAGE}account/{fact.pk}/give/", {"party": "Ingen AS"}, follow=True)
    assert "Ingen AS" in wrong.content.decode()


def test_a_rule_that_was_put_back_is_told_at_the_top(books: Books) -> None:
    rows = []
    for number in (1001, 1002):
        books.invoice(str(number), f"{number}.00")
        rows.append(paid(books, number * 100, f"Faktura {number}"))
    books.reconcile()
    browser = sign_in(books.company, "reader")
    assert "Satt tilbake til forslag" not in text(browser)
    for row in rows:
        books.undo(row)
    assert "Satt tilbake til forslag, for det var feil for ofte: Faktura" in text(browser)


def test_a_booking_is_looked_at_and_confirmed_or_undone(books: Books) -> None:
    right = kid_paid(books, "1001", "100.00", "00010017")
    wrong = kid_paid(books, "1002", "110.00", "00010025")
    browser, first = sign_in(books.company), BookingSample.objects.earliest("pk")
    page = text(browser, f"{PAGE}look/")
    assert f"/transactions/{right.pk}/" in page
    assert f"/transactions/{wrong.pk}/undo/" in page
    browser.post(f"{PAGE}look/{first.pk}/")
    browser.post(f"/974760673/transactions/{wrong.pk}/undo/", {"next": f"{PAGE}look/"})
    assert "Ingenting å se på." in text(browser, f"{PAGE}look/")
    states = BankTransaction.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["booked", "open"]


def test_readers_and_neighbours_change_nothing(books: Books) -> None:
    kid_paid(books, "1001", "100.00", "00010017")
    fact, sample = PartyAccount.objects.get(), BookingSample.objects.get()
    reader = sign_in(books.company, "reader")
    assert "Slå av" not in text(reader)
    other = add_company(orgnr="923609016", name="Nabo AS", **BY).pk
    neighbour = sign_in(other, "owner")
    asked = (f"account/{fact.pk}/switch/", f"look/{sample.pk}/")
    assert [reader.post(PAGE + path).status_code for path in asked] == [403, 403]
    assert [neighbour.post(PAGE + path).status_code for path in asked] == [404, 404]
    for path in asked:
        neighbour.post("/923609016/learnt/" + path, {"on": "0"})
    fact.refresh_from_db()
    sample.refresh_from_db()
    assert (fact.switched_off, sample.state) == (False, "waits")
    assert PAYER not in text(neighbour, "/923609016/learnt/")


@pytest.mark.parametrize("said", AGAINST.values())
def test_what_speaks_against_is_said_in_bokmaal(said: str) -> None:
    assert BOKMAAL.gettext(said) != said
