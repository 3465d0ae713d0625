"""The reconciliation report: the bank's balance against the ledger's, every difference named."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.reconciliation import DifferenceKind, Reconciliation, balances_by_day
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.close_period import close_period
from avstem.services.import_statement import import_statement
from avstem.services.undo_booking import undo_booking
from avstem.store.models import BankTransaction
from avstem.store.queries.reconciliation import reconciliation
from tests.cli.files import BBAN, ORGNR, Line, statement_xml

BY = {"actor": "kari@example.no", "now": datetime(2026, 5, 20, 8, 0, tzinfo=UTC)}
Kind = DifferenceKind


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


class Books:
    """A company with one account; each method is one click."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.company = add_company(orgnr=ORGNR, name="Prøve AS", **BY).pk
        account = NewAccount(BBAN, "operating", "1920")
        self.account = add_account(company_id=self.company, account=account, **BY)

    def statement(self, on: date, opening: str, closing: str, *lines: Line) -> None:
        path = self.folder / f"{on}.xml"
        path.write_text(statement_xml(BBAN, f"{on}", opening, closing, list(lines)), "utf-8")
        import_statement(company_id=self.company, path=path, name=path.name, source="upload", **BY)

    def typed(self, on: date, minor: int) -> BankTransaction:
        return add_transaction(
            company_id=self.company, account_id=self.account.pk, booking_date=on,
            amount_minor=minor, text="For hånd", **BY,
        )  # fmt: skip

    def told(self, on: date) -> BankTransaction:
        return BankTransaction.objects.get(company_id=self.company, booking_date=on)

    def book(self, row: BankTransaction) -> None:
        line = BookingLine("7770", -row.amount_minor)
        book_transaction(
            company_id=self.company, transaction_id=row.pk, settlements=[], lines=[line], **BY
        )

    def undo(self, row: BankTransaction, on: date | None = None) -> None:
        undo_booking(company_id=self.company, transaction_id=row.pk, on_date=on, **BY)

    def on(self, when: date) -> Reconciliation:
        return reconciliation(self.account, when)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def kinds(found: Reconciliation) -> dict[Kind, int]:
    assert found.unexplained_minor == 0
    return {each.kind: each.minor for each in found.differences}


database = [pytest.mark.django_db, pytest.mark.database]


class TestTheReport:
    pytestmark = database

    def test_what_the_bank_told_and_nobody_booked_is_the_difference(self, books: Books) -> None:
        books.statement(day(2), "100.00", "60.00", Line("-40.00", "A", text="Gebyr"))
        found = books.on(day(2))
        assert (found.bank_minor, found.ledger_minor) == (6_000, 10_000)
        assert kinds(found) == {Kind.UNBOOKED: -4_000}
        [line] = found.differences[0].lines
        assert (line.day, line.text, line.minor) == (day(2), "Gebyr", -4_000)
        assert found.began_on == day(2)

        books.book(books.told(day(2)))
        found = books.on(day(2))
        assert (found.difference_minor, found.differences, found.began_on) == (0, (), None)
        assert (found.statement_day, found.statement_minor) == (day(2), 6_000)

    def test_what_comes_after_the_day_is_not_in_it(self, books: Books) -> None:
        books.statement(day(2), "100.00", "60.00", Line("-40.00", "A"))
        books.statement(day(3), "60.00", "75.00", Line("15.00", "B"))
        books.book(books.told(day(2)))
        assert books.on(day(2)).difference_minor == 0
        assert kinds(books.on(day(3))) == {Kind.UNBOOKED: 1_500}
        assert books.on(day(1)).bank_minor == 10_000

    def test_a_typed_row_the_bank_has_not_told_of_is_named(self, books: Books) -> None:
        books.statement(day(2), "100.00", "100.00")
        row = books.typed(day(3), -2_500)
        assert kinds(books.on(day(3))) == {}, "not booked, not told: nowhere"
        books.book(row)
        found = books.on(day(3))
        assert kinds(found) == {Kind.TYPED: 2_500}
        assert found.differences[0].lines[0].transaction_id == row.pk
        books.undo(row)
        assert kinds(books.on(day(3))) == {}

    def test_a_booking_in_a_closed_period_is_a_difference_until_the_open_day(
        self, books: Books
    ) -> None:
        books.statement(day(31), "100.00", "60.00", Line("-40.00", "A"))
        row = books.told(day(31))
        books.book(row)
        close_period(company_id=books.company, to=day(31), **BY)
        assert kinds(books.on(day(31))) == {}
        books.undo(row)
        assert kinds(books.on(day(31))) == {Kind.UNBOOKED: -4_000, Kind.BOOKED_LATER: 4_000}
        assert kinds(books.on(day(1, 4))) == {Kind.UNBOOKED: -4_000}

    def test_a_missing_statement_is_what_the_bank_has_not_told(self, books: Books) -> None:
        books.statement(day(2), "100.00", "60.00", Line("-40.00", "A"))
        books.statement(day(4), "85.00", "85.00")
        books.book(books.told(day(2)))
        found = books.on(day(4))
        assert kinds(found) == {Kind.NOT_TOLD: 2_500}
        assert [(each.day, each.said_minor) for each in found.days] == [
            (day(2), 6_000), (day(4), 8_500),
        ]  # fmt: skip

    def test_another_company_s_money_is_not_in_it(self, books: Books, tmp_path: Path) -> None:
        books.statement(day(2), "100.00", "60.00", Line("-40.00", "A"))
        other = add_company(orgnr="923609016", name="Annen AS", **BY).pk
        account = NewAccount("15030001025", "operating", "1920")
        theirs = add_account(company_id=other, account=account, **BY)
        assert reconciliation(theirs, day(2)).days == ()

    def test_ten_times_the_work_takes_the_same_number_of_queries(self, books: Books) -> None:
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as said:
                books.on(day(31, 5))
            return len(said)

        books.statement(day(2), "100.00", "60.00", Line("-40.00", "A"))
        few = queries()
        lines = [Line("-1.00", f"B{n}") for n in range(40)]
        books.statement(day(3), "60.00", "20.00", *lines)
        assert queries() == few


@given(
    st.integers(-9_999, 9_999),
    st.dictionaries(st.dates(day(1), day(28)), st.integers(-99_999, 99_999), max_size=9),
    st.dictionaries(st.dates(day(1), day(28)), st.integers(-99_999, 99_999), max_size=9),
)
def test_the_last_day_holds_all_that_moved(
    opening: int, told: dict[date, int], posted: dict[date, int]
) -> None:
    found = balances_by_day(opening, told, posted, {})
    assert [each.day for each in found] == sorted({*told, *posted})
    if found:
        assert found[-1].bank_minor == opening + sum(told.values())
        assert found[-1].difference_minor == sum(told.values()) - sum(posted.values())
