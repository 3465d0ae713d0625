"""F-02 and L-03 through the tables: two sides of a transfer, and money that comes back."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db.models import Sum

from avstem.domain.errors import InvalidValueError, LaterBookingError, UndoClosedError
from avstem.services.add_account import NewAccount, add_account
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.close_period import close_period
from avstem.services.import_invoices import import_invoices
from avstem.services.undo_booking import foresee_undo, undo_booking, undo_chain
from avstem.store.models import (
    BankAccount,
    BankTransaction,
    MatchingSettings,
    OpenItem,
    Posting,
    SentPayment,
    Voucher,
)
from avstem.wording import sentence

from .test_undo import Books

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY = {"actor": "kari@example.no", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}
HEADER = "type,number,party_name,invoice_date,currency,amount,kid\n"


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


@pytest.fixture
def second(books: Books) -> BankAccount:
    return add_account(
        company_id=books.company, account=NewAccount("15030002021", "savings", "1930"), **BY
    )


def typed(books: Books, minor: int, text: str, **fields: object) -> BankTransaction:
    row = books.paid(minor, text)
    BankTransaction.objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


def on_account(books: Books, account: BankAccount, minor: int, text: str) -> BankTransaction:
    books.account, own = account.pk, books.account
    row = books.paid(minor, text)
    books.account = own
    return row


def balance(books: Books, account: str) -> int:
    rows = Posting.objects.filter(company_id=books.company, account=account)
    return int(rows.aggregate(sum=Sum("amount_minor", default=0))["sum"])


def test_both_sides_are_booked_together_and_the_transfer_account_is_zero(
    books: Books, second: BankAccount
) -> None:
    out = books.paid(-2_000_000, "Overføring til 1503.00.02021")
    came = on_account(books, second, 2_000_000, "Fra drift")
    books.reconcile()
    assert set(BankTransaction.objects.values_list("state", flat=True)) == {"booked"}
    assert [balance(books, number) for number in ("1920", "1930", "1990")] == [
        -2_000_000, 2_000_000, 0,
    ]  # fmt: skip
    assert books.holds()

    books.undo(came)
    out.refresh_from_db()
    assert out.state == "open"
    assert [balance(books, number) for number in ("1920", "1930", "1990")] == [0, 0, 0]
    assert books.holds()


def test_one_side_waits_as_a_proposal_until_the_other_comes(
    books: Books, second: BankAccount
) -> None:
    out = books.paid(-50_000, "til 15030002021")
    books.reconcile()
    out.refresh_from_db()
    assert out.state == "suggested"
    on_account(books, second, 50_000, "inn")
    books.reconcile()
    out.refresh_from_db()
    assert out.state == "booked"


def test_a_side_that_a_person_has_booked_meanwhile_stops_both(
    books: Books, second: BankAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avstem.store import foresight as service

    out = books.paid(-50_000, "til 15030002021")
    came = on_account(books, second, 50_000, "inn")
    decide = service.decide

    def and_a_person_is_quicker(*args: object) -> object:
        found = decide(*args)
        book_transaction(
            company_id=books.company, transaction_id=came.pk, settlements=[],
            lines=[BookingLine("1909", -50_000)], **BY,
        )  # fmt: skip
        return found

    monkeypatch.setattr(service, "decide", and_a_person_is_quicker)
    books.reconcile()
    out.refresh_from_db()
    assert out.state == "open"
    assert balance(books, "1990") == 0
    assert books.holds()


def test_a_payment_that_comes_back_reopens_its_invoice(books: Books) -> None:
    item = books.invoice("1011", "640.00", "00010116")
    typed(books, 64_000, "Faktura 1011", bank_reference="B77", kid="00010116")
    books.reconcile()
    item.refresh_from_db()
    assert item.remaining_minor == 0
    back = typed(books, -64_000, "Tilbakeført", bank_reference="B77", is_return=True)
    books.reconcile()
    item.refresh_from_db()
    back.refresh_from_db()
    assert (item.remaining_minor, back.state) == (64_000, "booked")
    assert (balance(books, "1500"), balance(books, "1920")) == (0, 0)
    assert books.holds()

    undo_booking(company_id=books.company, transaction_id=back.pk, **BY)
    item.refresh_from_db()
    assert item.remaining_minor == 0
    assert books.holds()


def test_a_bill_whose_payment_came_back_may_be_paid_again(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    file.write_text(
        HEADER + "supplier_invoice,2011,Vestkraft AS,2026-03-01,NOK,1500.00,\n", "utf-8"
    )
    import_invoices(company_id=books.company, path=file, name=file.name, **BY)
    item = OpenItem.objects.get(number="2011")
    sent = SentPayment.objects.create(
        company_id=books.company, item=item, amount_minor=150_000, end_to_end_id="P15"
    )
    typed(books, -150_000, "Vestkraft", end_to_end_id="P15")
    books.reconcile()
    item.refresh_from_db()
    assert item.remaining_minor == 0
    typed(
        books, 150_000, "Retur", end_to_end_id="P15", is_return=True,
        return_reason="AC04", booking_date=date(2026, 3, 10),
    )  # fmt: skip
    books.reconcile()
    item.refresh_from_db()
    sent.refresh_from_db()
    assert (item.remaining_minor, sent.rejected) == (150_000, True)
    assert books.holds()


def test_what_is_missing_is_written_off_within_the_companys_limit(books: Books) -> None:
    item = books.invoice("1032", "1000.00", "00010322")
    MatchingSettings.objects.create(
        company_id=books.company, write_off_max_minor=500, write_off_max_bp=100
    )
    typed(books, 99_600, "KID 00010322")
    BankTransaction.objects.update(references=[["kid", "00010322", None]])
    books.reconcile()
    item.refresh_from_db()
    assert (item.remaining_minor, balance(books, "7830")) == (0, 400)
    assert books.holds()


def returned_and_paid_again(books: Books) -> tuple[OpenItem, list[BankTransaction]]:
    """An invoice paid, the payment returned, and the invoice paid again: each of them booked."""
    item = books.invoice("1011", "640.00", "00010116")
    paid = typed(books, 64_000, "Faktura 1011", bank_reference="B77", kid="00010116")
    books.reconcile()
    back = typed(books, -64_000, "Tilbakeført", bank_reference="B77", is_return=True)
    books.reconcile()
    again = typed(books, 64_000, "Faktura 1011", bank_reference="B78")
    book_transaction(
        company_id=books.company, transaction_id=again.pk, settlements=[(item.pk, 64_000)],
        lines=[], **BY,
    )  # fmt: skip
    return item, [paid, back, again]


def test_a_return_is_not_undone_under_a_payment_that_came_after_it(books: Books) -> None:
    item, (_, back, again) = returned_and_paid_again(books)
    with pytest.raises(LaterBookingError) as refused:
        books.undo(back)
    assert refused.value.facts() == {"voucher": "2026-2", "item": "1011", "later": "2026-3"}
    assert "Undo 2026-3 first" in sentence(refused.value)
    assert Voucher.objects.count() == 3
    books.undo(again)
    books.undo(back)
    item.refresh_from_db()
    assert item.remaining_minor == 0
    assert books.holds()


def test_a_payment_is_not_undone_under_its_return(books: Books) -> None:
    item = books.invoice("1011", "640.00", "00010116")
    paid = typed(books, 64_000, "Faktura 1011", bank_reference="B77", kid="00010116")
    books.reconcile()
    typed(books, -64_000, "Tilbakeført", bank_reference="B77", is_return=True)
    books.reconcile()
    with pytest.raises(LaterBookingError) as refused:
        books.undo(paid)
    assert refused.value.later == "2026-2"
    item.refresh_from_db()
    assert item.remaining_minor == 64_000
    assert books.holds()


def test_undoing_says_anew_that_a_payment_is_on_its_way(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    row = "supplier_invoice,2011,Vestkraft AS,2026-03-01,NOK,1500.00,\n"
    file.write_text(HEADER + row, "utf-8")
    import_invoices(company_id=books.company, path=file, name=file.name, **BY)
    item = OpenItem.objects.get(number="2011")
    sent = SentPayment.objects.create(
        company_id=books.company, item=item, amount_minor=150_000, end_to_end_id="P15"
    )
    paid = typed(books, -150_000, "Vestkraft", end_to_end_id="P15")
    books.reconcile()
    back = typed(books, 150_000, "Retur", end_to_end_id="P15", is_return=True)
    books.reconcile()
    sent.refresh_from_db()
    assert (sent.settled, sent.rejected) == (True, True)
    books.undo(back)
    sent.refresh_from_db()
    assert (sent.settled, sent.rejected) == (True, False)
    books.undo(paid)
    sent.refresh_from_db()
    assert (sent.settled, sent.rejected) == (False, False)
    assert books.holds()


def test_a_company_may_refuse_to_undo_in_a_closed_period(books: Books, second: BankAccount) -> None:
    MatchingSettings.objects.create(company_id=books.company, undo_in_closed_period="refused")
    out = books.paid(-50_000, "til 15030002021")
    on_account(books, second, 50_000, "inn")
    books.reconcile()
    close_period(company_id=books.company, to=date(2026, 3, 31), **BY)
    for day in (None, date(2026, 4, 2)):
        with pytest.raises(UndoClosedError):
            undo_booking(company_id=books.company, transaction_id=out.pk, on_date=day, **BY)
    MatchingSettings.objects.update(undo_in_closed_period="next_open_day")
    planned = foresee_undo(company_id=books.company, transaction_id=out.pk)
    made = undo_chain(company_id=books.company, transaction_id=out.pk, **BY)
    assert [each.date for each in made] == [date(2026, 4, 1)] * 2
    assert [each.voucher for each in planned] == [each.reverses for each in made]
    assert books.holds()


def test_nothing_is_undone_before_it_was_booked(books: Books) -> None:
    books.invoice("1011", "640.00", "00010116")
    paid = typed(books, 64_000, "Faktura 1011")
    books.reconcile()
    with pytest.raises(InvalidValueError):
        undo_booking(
            company_id=books.company, transaction_id=paid.pk, on_date=date(2026, 3, 9), **BY
        )
