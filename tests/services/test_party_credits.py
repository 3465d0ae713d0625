"""What stands on a party: parked, listed, drawn when the invoice comes, undone; never used twice."""

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.db import transaction as database
from django.db.models import Sum

from avstem.domain.errors import LaterBookingError, NotFoundError, StateError
from avstem.domain.identifiers import account_key
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_account import NewAccount, add_account
from avstem.services.choose_automation import choose_automation
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.draw_credit import draw_credit
from avstem.services.export_saft import export_saft
from avstem.services.import_rates import import_rates
from avstem.services.note_order_sent import note_order_sent
from avstem.services.order_agreement import Order, order_agreement
from avstem.services.refund_customer import refund_credit
from avstem.services.undo_draw import undo_draw
from avstem.store.models import BankTransaction, CreditUse, OpenItem, Posting, Voucher
from avstem.store.queries.credits import CreditRow, credits_list
from tests.support.small_books import BY, NORDLYS, SmallBooks

pytestmark = [pytest.mark.django_db, pytest.mark.database]
COLUMNS = "type,number,party_name,party_account,invoice_date,currency,amount,kid,order_number"
OLD = f"customer_invoice,1000,Nordlys Bygg AS,{NORDLYS},2026-01-02,NOK,10.00,00010009,"


def invoice(number: str, amount: str, order: str = "", day: str = "2026-03-20") -> str:
    return f"customer_invoice,{number},Nordlys Bygg AS,{NORDLYS},{day},NOK,{amount},,{order}"


@pytest.fixture
def books(tmp_path: Path) -> SmallBooks:
    """A customer that is known, and owes nothing."""
    found = SmallBooks(tmp_path)
    found.invoices(COLUMNS, OLD)
    found.paid(10_00, kid="00010009", account=NORDLYS)
    found.reconcile()
    return found


def prepaid(books: SmallBooks, minor: int = 1_500_00, order: str = "7001") -> BankTransaction:
    """A payment for an order, accepted as a prepayment."""
    paid = books.paid(minor, f"Ordre {order}", account=NORDLYS)
    books.reconcile()
    accept_suggestion(company_id=books.company, transaction_id=paid.pk, position=0, **BY)
    return paid


def only(books: SmallBooks) -> CreditRow:
    [row] = credits_list(books.company)
    return row


def test_a_prepayment_is_parked_and_drawn_when_its_invoice_comes(books: SmallBooks) -> None:
    prepaid(books)
    row = only(books)
    assert (row.left_minor, row.cause, row.draws, row.refund) == (1_500_00, "prepayment", (), None)
    books.invoices(COLUMNS, invoice("1040", "1500.00", "7001"))
    result = books.reconcile()
    assert (result.credits_drawn, books.left("1040")) == (1, 0)
    assert credits_list(books.company) == []
    use = CreditUse.objects.get(company_id=books.company)
    assert (use.amount_minor, use.rule) == (1_500_00, "credit_drawn")
    assert [each["code"] for each in use.reasons] == ["credit.named"]
    assert use.voucher.date == date(2026, 3, 20)
    assert books.balances() == {"1920": 1_510_00, "1500": -1_510_00}
    assert books.reconcile().credits_drawn == 0
    assert books.holds()


def test_an_order_may_be_called_what_its_seller_likes(books: SmallBooks) -> None:
    row = books.paid(1_500_00, "Ordre SO-2044", account=NORDLYS)
    books.reconcile()
    assert BankTransaction.objects.get(pk=row.pk).state == "suggested"


def test_the_payment_that_comes_for_the_invoice_again_finds_it_paid(books: SmallBooks) -> None:
    prepaid(books)
    books.invoices(COLUMNS, invoice("1040", "1500.00", "7001"))
    again = books.paid(1_500_00, "Faktura 1040", account=NORDLYS, on=date(2026, 3, 25))
    books.reconcile()
    assert books.state(again) == "suggested"
    assert books.left("1040") == 0


def test_a_draw_is_undone_and_not_drawn_again_without_asking(books: SmallBooks) -> None:
    paid = prepaid(books)
    books.invoices(COLUMNS, invoice("1040", "1500.00", "7001"))
    books.reconcile()
    use = CreditUse.objects.get(company_id=books.company)
    with pytest.raises(LaterBookingError):
        books.undo(paid)
    undo_draw(company_id=books.company, voucher_id=use.voucher_id, **BY)
    assert (books.left("1040"), only(books).left_minor) == (1_500_00, 1_500_00)
    assert books.reconcile().credits_drawn == 0
    assert [each.is_certain for each in only(books).draws] == [False]
    with pytest.raises(StateError):
        undo_draw(company_id=books.company, voucher_id=use.voucher_id, **BY)
    books.undo(paid)
    assert credits_list(books.company) == []
    assert books.holds()


def test_a_person_draws_part_of_a_credit_and_the_rest_stays(books: SmallBooks) -> None:
    prepaid(books)
    books.invoices(COLUMNS, invoice("1041", "400.00"))
    item = OpenItem.objects.get(company_id=books.company, number="1041")
    draw_credit(company_id=books.company, credit_id=only(books).id, item_id=item.pk, **BY)
    assert (books.left("1041"), only(books).left_minor) == (0, 1_100_00)
    with pytest.raises(NotFoundError):
        draw_credit(company_id=books.company, credit_id=only(books).id, item_id=item.pk, **BY)
    assert books.holds()


def test_what_was_paid_twice_is_to_be_paid_back_to_where_it_came_from(books: SmallBooks) -> None:
    books.paid(10_00, kid="00010009", account=NORDLYS, on=date(2026, 3, 12))
    books.reconcile()
    row = only(books)
    assert (row.left_minor, row.cause) == (10_00, "paid_twice")
    assert row.refund is not None
    assert (row.refund.account, row.refund.amount_minor) == (account_key(NORDLYS), 10_00)
    books.invoices(COLUMNS, invoice("1042", "10.00"))
    assert books.reconcile().credits_drawn == 0
    assert [each.is_certain for each in only(books).draws] == [False]


def test_the_tables_refuse_to_use_more_than_the_credit_has(books: SmallBooks) -> None:
    prepaid(books, 100_00)
    books.invoices(COLUMNS, invoice("1040", "60.00", "7001"))
    books.reconcile()
    use = CreditUse.objects.get(company_id=books.company)
    other = Voucher.objects.filter(company_id=books.company, credit_use__isnull=True).first()
    assert other is not None
    again = CreditUse(
        company_id=books.company, credit=use.credit, item=use.item, voucher=other,
        amount_minor=40_01, rule="by_hand", reasons=[], decided_by="test",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="overdrawn"), database.atomic():
        again.save()
    with pytest.raises(DatabaseError, match="immutable"), database.atomic():
        CreditUse.objects.filter(pk=use.pk).update(amount_minor=1)


def test_a_prepayment_that_comes_back_after_it_was_drawn_waits_for_a_person(
    books: SmallBooks,
) -> None:
    paid = prepaid(books)
    BankTransaction.objects.filter(pk=paid.pk).update(bank_reference="R7")
    books.invoices(COLUMNS, invoice("1040", "1500.00", "7001"))
    back = books.paid(-1_500_00, on=date(2026, 3, 22))
    BankTransaction.objects.filter(pk=back.pk).update(bank_reference="R7", is_return=True)
    books.reconcile()
    assert (books.state(back), books.left("1040")) == ("open", 0)
    assert [each["code"] for each in books.decision(back).content["reasons"]] == [
        "veto.credit_used"
    ]


def test_money_paid_back_takes_the_credit_away_and_the_books_are_exported(
    books: SmallBooks, tmp_path: Path
) -> None:
    books.paid(10_00, kid="00010009", account=NORDLYS, on=date(2026, 3, 12))
    books.reconcile()
    back = books.paid(-10_00, "Tilbakebetaling", account=NORDLYS, on=date(2026, 3, 15))
    books.reconcile()
    assert books.decision(back).content["suggestions"][0]["rule"] == "credit_refund"
    accept_suggestion(company_id=books.company, transaction_id=back.pk, position=0, **BY)
    assert credits_list(books.company) == []
    prepaid(books)
    books.invoices(COLUMNS, invoice("1040", "1500.00", "7001"))
    books.reconcile()
    file = tmp_path / "books.xml"
    exported = export_saft(company_id=books.company, path=file, today=date(2026, 5, 1))
    assert exported.vouchers == Voucher.objects.filter(company_id=books.company).count()
    assert books.holds()


RATES = "FREQ;BASE_CUR;QUOTE_CUR;TENOR;UNIT_MULT;TIME_PERIOD;OBS_VALUE\n"


@pytest.fixture
def in_euro(books: SmallBooks) -> int:
    """An account in euro, with the rates of the payment's day and of the invoice's."""
    file = books.folder / "rates.csv"
    days = ("2026-03-10;11.5000", "2026-03-20;11.7000")
    file.write_text(RATES + "".join(f"B;EUR;NOK;SP;0;{each}\n" for each in days), encoding="utf-8")
    import_rates(path=file, name=file.name, **BY)
    account = NewAccount("15030001025", "currency", "1930", "EUR")
    return add_account(company_id=books.company, account=account, **BY).pk


def prepaid_in_euro(books: SmallBooks, account: int, minor: int = 100_00) -> BankTransaction:
    paid = books.paid(minor, "Ordre 7001", account=NORDLYS, own_account=account)
    books.reconcile()
    accept_suggestion(company_id=books.company, transaction_id=paid.pk, position=0, **BY)
    return paid


def in_kroner(books: SmallBooks) -> dict[str, int]:
    rows = Posting.objects.filter(company_id=books.company).exclude(account="1920")
    sums = rows.values_list("account").annotate(Sum("value_minor")).order_by()
    return {account: value for account, value in sums if value}


def test_a_prepayment_in_euro_is_drawn_with_the_difference_of_rates(
    books: SmallBooks, in_euro: int
) -> None:
    """100 euro came at 11.50, and were invoiced at 11.70: the receivable was 20 kroner dearer."""
    before = in_kroner(books)
    prepaid_in_euro(books, in_euro)
    assert in_kroner(books)["1500"] - before["1500"] == -1_150_00
    books.invoices(COLUMNS, invoice("1040", "100.00", "7001").replace("NOK", "EUR"))
    assert (books.reconcile().credits_drawn, books.left("1040")) == (1, 0)
    use = CreditUse.objects.get(company_id=books.company)
    lines = use.voucher.postings.order_by("pk").values_list("account", "currency", "value_minor")
    assert sorted(lines) == [
        ("1500", "EUR", -1_170_00), ("1500", "EUR", 1_150_00), ("8160", "NOK", 20_00),
    ]  # fmt: skip
    assert credits_list(books.company) == []
    undo_draw(company_id=books.company, voucher_id=use.voucher_id, **BY)
    assert (books.left("1040"), only(books).left_minor) == (100_00, 100_00)
    assert "8160" not in in_kroner(books)
    assert books.holds()


def test_a_prepayment_in_euro_is_paid_back_in_euro_at_the_value_it_stands_at(
    books: SmallBooks, in_euro: int
) -> None:
    prepaid_in_euro(books, in_euro)
    said = {"company_id": books.company, **BY}
    agreement = order_agreement(order=Order("dnb", (in_euro,)), **said)
    note_order_sent(agreement_id=agreement.pk, **said)
    confirm_agreement(agreement_id=agreement.pk, **said)
    order = refund_credit(credit_id=only(books).id, **said)
    assert (order.currency, order.amount_minor, order.holds) == ("EUR", 100_00, "refund")
    assert order.abroad and order.abroad["kind"] == "sepa" and order.account.currency == "EUR"
    note = OpenItem.objects.get(number=f"TG-{order.item.series_key.split(':')[1]}")
    assert (note.value_minor, note.currency, credits_list(books.company)) == (1_150_00, "EUR", [])
    assert books.holds()


def test_parts_of_a_credit_in_euro_are_the_whole_to_the_last_oere(
    books: SmallBooks, in_euro: int
) -> None:
    prepaid_in_euro(books, in_euro, 100_01)
    for number, amount in (("1041", "33.34"), ("1042", "33.33"), ("1043", "33.34")):
        books.invoices(COLUMNS, invoice(number, amount).replace("NOK", "EUR"))
        item = OpenItem.objects.get(company_id=books.company, number=number)
        draw_credit(company_id=books.company, credit_id=only(books).id, item_id=item.pk, **BY)
    assert credits_list(books.company) == []
    rows = Posting.objects.filter(voucher__credit_use__isnull=False, item__isnull=True)
    used = rows.filter(party__isnull=False).aggregate(value=Sum("value_minor"))
    credit = CreditUse.objects.filter(company_id=books.company)[0].credit
    assert used["value"] == -(credit.value_minor or 0)
    assert books.holds()


def test_a_credit_in_euro_settles_no_invoice_in_kroner(books: SmallBooks, in_euro: int) -> None:
    prepaid_in_euro(books, in_euro)
    books.invoices(COLUMNS, invoice("1040", "100.00", "7001"))
    assert books.reconcile().credits_drawn == 0
    item = OpenItem.objects.get(company_id=books.company, number="1040")
    with pytest.raises(NotFoundError):
        draw_credit(company_id=books.company, credit_id=only(books).id, item_id=item.pk, **BY)


def test_what_came_in_on_a_held_account_is_shown_and_kept_for_its_invoice(
    books: SmallBooks,
) -> None:
    """And an equal credit from another account is not drawn on that invoice instead."""
    other = books.add_account("15030001033", "1921")
    prepaid(books)
    choose_automation(company_id=books.company, account_id=books.account, level="propose", **BY)
    paid = books.paid(1_500_00, "Ordre 7002", account=NORDLYS, own_account=other)
    books.reconcile()
    accept_suggestion(company_id=books.company, transaction_id=paid.pk, position=0, **BY)
    books.invoices(COLUMNS, invoice("1040", "1500.00", "7001"))
    assert books.reconcile().credits_drawn == 0
    held, free = credits_list(books.company)
    [draw] = held.draws
    assert (draw.is_certain, draw.reasons[-1].code) == (False, "veto.account_proposes_only")
    assert free.draws == ()
    draw_credit(company_id=books.company, credit_id=held.id, item_id=draw.item_id, **BY)
    assert books.left("1040") == 0
