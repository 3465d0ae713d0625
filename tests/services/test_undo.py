"""Scenarios M-01 to M-03: undoing reverses, a closed period stays closed, a person's word stands."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from avstem.domain.claim_errors import AlreadyBookedError, AlreadyUndoneError, ItemTakenError
from avstem.domain.errors import OverAllocationError, PeriodClosedError, StateError
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.book_transaction import book_transaction
from avstem.services.close_period import close_period
from avstem.services.import_invoices import import_invoices
from avstem.services.reconcile import reconcile
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store.models import BankTransaction, Decision, OpenItem, Posting, Voucher

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY = {"actor": "kari@example.no", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}
HEADER = "type,number,party_name,invoice_date,currency,amount,kid\n"


class Books:
    """A company with one account; invoices and transactions by their numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.company = add_company(orgnr="974760673", name="Prøve AS", **BY).pk
        account = NewAccount("15030001017", "operating", "1920")
        self.account = add_account(company_id=self.company, account=account, **BY).pk

    def invoice(self, number: str, amount: str, kid: str = "") -> OpenItem:
        row = f"customer_invoice,{number},Nordlys Bygg AS,2026-03-01,NOK,{amount},{kid}\n"
        file = self.folder / f"{number}.csv"
        file.write_text(HEADER + row, encoding="utf-8")
        import_invoices(company_id=self.company, path=file, name=file.name, **BY)
        return OpenItem.objects.get(company_id=self.company, number=number)

    def paid(self, minor: int, text: str, on: date = date(2026, 3, 10)) -> BankTransaction:
        return add_transaction(
            company_id=self.company, account_id=self.account, booking_date=on, amount_minor=minor,
            text=text, **BY,
        )  # fmt: skip

    def reconcile(self) -> None:
        reconcile(company_id=self.company, **BY)

    def undo(self, transaction: BankTransaction) -> Voucher:
        return undo_booking(company_id=self.company, transaction_id=transaction.pk, **BY)

    def holds(self) -> bool:
        return not any(result.faults for result in verify())


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def test_undoing_reopens_both_sides_by_a_reversing_voucher_and_deletes_nothing(
    books: Books,
) -> None:
    invoice = books.invoice("1069", "1000.00", "00010694")
    payment = books.paid(1000_00, "Faktura 1069")
    books.reconcile()
    invoice.refresh_from_db()
    assert invoice.remaining_minor == 0

    reversing = books.undo(payment)
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.remaining_minor, payment.state) == (1000_00, "open")
    assert Voucher.objects.count() == 2
    assert str(reversing.reverses) == "2026-1"
    amounts = Posting.objects.filter(account="1920").values_list("amount_minor", flat=True)
    assert sorted(amounts) == [-1000_00, 1000_00]
    assert books.holds()


def test_what_was_undone_is_not_booked_or_proposed_first_again(books: Books) -> None:
    books.invoice("1069", "1000.00")
    payment = books.paid(1000_00, "Faktura 1069")
    books.reconcile()
    books.undo(payment)
    books.reconcile()
    payment.refresh_from_db()
    newest = Decision.objects.filter(transaction=payment).latest("pk")
    assert payment.state == "open"
    assert newest.content["suggestions"] == []


def test_undoing_twice_is_refused_the_second_time(books: Books) -> None:
    books.invoice("1069", "1000.00")
    payment = books.paid(1000_00, "Faktura 1069")
    books.reconcile()
    books.undo(payment)
    with pytest.raises(StateError):
        books.undo(payment)
    assert Voucher.objects.count() == 2


def test_a_booking_in_a_closed_period_is_reversed_on_the_first_open_day(books: Books) -> None:
    books.invoice("1069", "1000.00")
    payment = books.paid(1000_00, "Faktura 1069")
    books.reconcile()
    close_period(company_id=books.company, to=date(2026, 3, 31), **BY)
    reversing = books.undo(payment)
    assert reversing.date == date(2026, 4, 1)
    assert Voucher.objects.filter(date__lte=date(2026, 3, 31)).count() == 1
    with pytest.raises(PeriodClosedError):
        book_transaction(
            company_id=books.company, transaction_id=payment.pk, settlements=[], lines=[], **BY
        )
    assert books.holds()


def test_nothing_is_booked_by_itself_in_a_closed_period(books: Books) -> None:
    books.invoice("1069", "1000.00")
    payment = books.paid(1000_00, "Faktura 1069")
    close_period(company_id=books.company, to=date(2026, 3, 31), **BY)
    books.reconcile()
    payment.refresh_from_db()
    assert payment.state == "suggested"


def test_what_a_person_has_accepted_stands_when_the_matching_runs_again(books: Books) -> None:
    books.invoice("1070", "750.00")
    payment = books.paid(750_00, "Overføring")
    books.reconcile()
    voucher = accept_suggestion(
        company_id=books.company, transaction_id=payment.pk, position=0, **BY
    )
    books.invoice("1071", "750.00")
    books.reconcile()
    payment.refresh_from_db()
    assert payment.state == "booked"
    assert list(Voucher.objects.all()) == [voucher]


def test_an_invoice_is_never_settled_beyond_what_it_has_left(books: Books) -> None:
    invoice = books.invoice("1072", "100.00")
    payment = books.paid(150_00, "Overføring")
    with pytest.raises(OverAllocationError):
        book_transaction(
            company_id=books.company, transaction_id=payment.pk,
            settlements=[(invoice.pk, 150_00)], lines=[], **BY,
        )  # fmt: skip
    assert Voucher.objects.count() == 0


def booked_and_undone_while_deciding(
    books: Books, payment: BankTransaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person books as the engine is about to and takes it back, before the run writes."""
    from avstem.store import foresight as service

    decide = service.decide

    def and_a_person_thinks_better_of_it(*args: object) -> object:
        found = decide(*args)
        monkeypatch.setattr(service, "decide", decide)
        books.reconcile()
        books.undo(payment)
        return found

    monkeypatch.setattr(service, "decide", and_a_person_thinks_better_of_it)


@pytest.mark.parametrize(("minor", "text"), [(1000_00, "Faktura 1069"), (-25_00, "Gebyr")])
def test_what_is_undone_while_a_run_decides_is_not_booked_by_it(
    books: Books, minor: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = books.invoice("1069", "1000.00")
    payment = books.paid(minor, text)
    booked_and_undone_while_deciding(books, payment, monkeypatch)
    books.reconcile()
    payment.refresh_from_db()
    invoice.refresh_from_db()
    assert payment.state == "open"
    assert invoice.remaining_minor == 1000_00
    assert Voucher.objects.count() == 2, "the booking and its reversal"
    books.reconcile()
    assert Voucher.objects.count() == 2


def test_whoever_comes_second_is_told_who_was_first(books: Books) -> None:
    books.invoice("1070", "750.00")
    one, other = (books.paid(750_00, "Overføring") for _ in range(2))
    books.reconcile()
    asked = {"company_id": books.company, "position": 0}
    first = accept_suggestion(transaction_id=one.pk, **asked, **BY)
    ola = {**BY, "actor": "ola@example.no"}
    with pytest.raises(AlreadyBookedError) as booked:
        accept_suggestion(transaction_id=one.pk, **asked, **ola)
    assert (booked.value.voucher, booked.value.by) == (str(first), BY["actor"])
    with pytest.raises(ItemTakenError) as taken:
        accept_suggestion(transaction_id=other.pk, **asked, **ola)
    assert (taken.value.item, taken.value.voucher) == ("1070", str(first))
    back = books.undo(one)
    with pytest.raises(AlreadyUndoneError) as undone:
        undo_booking(company_id=books.company, transaction_id=one.pk, **ola)
    assert (undone.value.voucher, undone.value.by) == (str(back), BY["actor"])
    assert accept_suggestion(transaction_id=other.pk, **asked, **ola)


def test_more_than_an_invoice_ever_had_is_nobodys_doing(books: Books) -> None:
    invoice = books.invoice("1072", "100.00")
    part, payment = books.paid(40_00, "Overføring"), books.paid(150_00, "Overføring")
    asked = {"company_id": books.company, "lines": [], **BY}
    book_transaction(transaction_id=part.pk, settlements=[(invoice.pk, 40_00)], **asked)
    with pytest.raises(OverAllocationError) as refused:
        book_transaction(transaction_id=payment.pk, settlements=[(invoice.pk, 150_00)], **asked)
    assert not isinstance(refused.value, ItemTakenError)
