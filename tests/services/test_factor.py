"""A factor pays many customers' invoices by reference; nothing is learnt of it."""

from pathlib import Path

import pytest

from avstem.domain.errors import InvalidValueError
from avstem.services.set_factor import set_factor
from avstem.store.models import NameAlias, PartyAccount
from tests.support.small_books import BY, SmallBooks

pytestmark = [pytest.mark.django_db, pytest.mark.database]
COLUMNS = "type,number,party_name,invoice_date,currency,amount,kid"
FACTOR, NAME = "50816600666", "Nordisk Factoring AS"
KID = "00012013"


@pytest.fixture
def books(tmp_path: Path) -> SmallBooks:
    found = SmallBooks(tmp_path)
    found.invoices(COLUMNS, f"customer_invoice,1201,Kari Hansen,2026-02-02,NOK,500.00,{KID}")
    return found


def flag(books: SmallBooks, *, on: bool = True) -> None:
    set_factor(company_id=books.company, name=NAME, orgnr=None, accounts=[FACTOR], on=on, **BY)


def learnt(books: SmallBooks) -> int:
    rows = PartyAccount.objects.filter(company_id=books.company, source="learnt")
    return rows.count() + NameAlias.objects.filter(company_id=books.company).count()


def test_by_reference_it_is_booked_and_nothing_is_learnt(books: SmallBooks) -> None:
    flag(books)
    paid = books.paid(500_00, kid=KID, account=FACTOR, name=NAME)
    books.reconcile()
    assert (books.state(paid), books.left("1201"), learnt(books)) == ("booked", 0, 0)


def test_without_a_reference_a_person_is_asked(books: SmallBooks) -> None:
    flag(books)
    paid = books.paid(500_00, "Faktura 1201", account=FACTOR, name=NAME)
    books.reconcile()
    assert books.state(paid) == "suggested"
    codes = [each["code"] for each in books.decision(paid).content["suggestions"][0]["reasons"]]
    assert "veto.factor_without_reference" in codes


def test_who_is_a_factor_no_more_is_a_payer_like_others(books: SmallBooks) -> None:
    flag(books)
    flag(books, on=False)
    books.paid(500_00, kid=KID, account=FACTOR, name=NAME)
    books.reconcile()
    assert learnt(books) > 0


def test_an_account_that_is_none_is_refused(books: SmallBooks) -> None:
    with pytest.raises(InvalidValueError):
        set_factor(company_id=books.company, name=NAME, orgnr=None, accounts=["12"], on=True, **BY)
