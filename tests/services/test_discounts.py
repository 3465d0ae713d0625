"""A discount for paying early from the file to the ledger: booked with its VAT, undone, returned."""

from pathlib import Path

import pytest

from avstem.domain.errors import AlreadyExistsError
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.import_invoices import import_invoices
from avstem.store.models import LedgerAccount, OpenItem, Posting, ReferenceKey
from tests.support.small_books import BY, NORDLYS, SmallBooks

pytestmark = [pytest.mark.django_db, pytest.mark.database]
COLUMNS = (
    "type,number,party_name,party_account,invoice_date,currency,amount,kid,order_number,vat_code,"
    "discount_percent,discount_until"
)
KID = "00010652"
SALE = f"customer_invoice,1065,Nordlys Bygg AS,{NORDLYS},2026-02-02,NOK,1000.00,{KID},7001,3,2,2026-03-10"


@pytest.fixture
def books(tmp_path: Path) -> SmallBooks:
    found = SmallBooks(tmp_path)
    found.invoices(COLUMNS, SALE)
    return found


def test_paid_in_time_it_is_booked_with_its_vat_and_undone_to_the_last_line(
    books: SmallBooks,
) -> None:
    paid = books.paid(980_00, kid=KID, account=NORDLYS)
    assert books.reconcile().booked == 1
    assert books.left("1065") == 0
    assert books.balances() == {"1920": 980_00, "1500": -1_000_00, "3080": 16_00, "2700": 4_00}
    coded = Posting.objects.filter(company_id=books.company, vat_code="3")
    assert sorted(coded.values_list("account", "amount_minor")) == [("2700", 4_00), ("3080", 16_00)]
    books.undo(paid)
    assert (books.left("1065"), books.balances()) == (1_000_00, {})
    assert books.holds()


def test_a_day_late_it_waits_and_both_readings_can_be_accepted(books: SmallBooks) -> None:
    paid = books.paid(
        980_00, kid=KID, account=NORDLYS, on=BY["now"].date().replace(month=3, day=11)
    )
    assert books.reconcile().booked == 0
    suggestions = books.decision(paid).content["suggestions"]
    assert [len(each["ledger_lines"]) for each in suggestions[:2]] == [2, 0]
    accept_suggestion(company_id=books.company, transaction_id=paid.pk, position=0, **BY)
    assert books.left("1065") == 0
    assert books.balances()["3080"] == 16_00
    books.undo(paid)
    assert books.left("1065") == 1_000_00
    assert books.holds()


def test_a_discounted_payment_that_comes_back_takes_its_discount_back(books: SmallBooks) -> None:
    paid = books.paid(980_00, kid=KID, account=NORDLYS)
    paid.bank_reference = "R1"
    paid.save()
    books.reconcile()
    back = books.paid(-980_00)
    back.bank_reference, back.is_return = "R1", True
    back.save()
    books.reconcile()
    assert books.state(back) == "booked"
    assert (books.left("1065"), books.balances()) == (1_000_00, {})
    assert books.holds()


def test_terms_that_are_told_again_or_left_out_say_nothing_and_others_are_refused(
    books: SmallBooks,
) -> None:
    assert books.invoices(COLUMNS, SALE).already_there == 1
    plain = SALE.replace(",7001,3,2,2026-03-10", ",,,,")
    assert books.invoices(COLUMNS, plain).already_there == 1
    file = books.folder / "other.csv"
    file.write_text(f"{COLUMNS}\n{SALE.replace(',3,2,', ',31,3,')}\n", encoding="utf-8")
    [row] = import_invoices(company_id=books.company, path=file, name=file.name, **BY).refused
    assert isinstance(row.refusal, AlreadyExistsError)
    assert row.refusal.differs == ("vat_code", "discounts")


def test_the_order_is_a_key_of_its_invoice_and_a_company_has_the_accounts(
    books: SmallBooks,
) -> None:
    item = OpenItem.objects.get(company_id=books.company, number="1065")
    keys = ReferenceKey.objects.filter(item=item).values_list("kind", "value")
    assert ("order", "7001") in list(keys)
    roles = LedgerAccount.objects.filter(company_id=books.company, role__startswith="discount")
    assert sorted(roles.values_list("role", "number")) == [
        ("discount_given", "3080"),
        ("discount_received", "4371"),
    ]
