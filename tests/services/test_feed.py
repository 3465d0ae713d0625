"""The feed doctor: doubled statements are retired and restored, and no money is lost or doubled."""

from datetime import UTC, date, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.domain.carrying_errors import (
    NotRepeatedError,
    StatementBookedError,
    ToldAgainError,
)
from avstem.domain.errors import InvalidValueError, NotFoundError
from avstem.domain.feed import DayState
from avstem.domain.identifiers import is_norwegian_account
from avstem.services.account_feed import account_feed
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.import_statement import StatementImport, import_statement
from avstem.services.reconcile import reconcile
from avstem.services.retire_statement import restore_statement, retire_statement
from avstem.services.set_aside import set_aside
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store.models import AuditEvent, BankTransaction, Statement
from avstem.store.queries.accounts import standings
from tests.cli.files import BBAN, Line, statement_xml

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
DAY = "2026-03-09"
SALES = [Line("100.00", "R1", text="Salg"), Line("40.00", "R2", text="Salg")]
#: The same money as the bank tells it again, under references of another run.
RENUMBERED = [Line("100.00", "Q8", text="Salg"), Line("40.00", "Q9", text="Salg")]


class Books:
    """A company with one account, and files that come in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        company = add_company(orgnr="974760673", name="Prøve AS", actor="kari", now=NOW)
        self.by: dict[str, Any] = {"company_id": company.pk, "actor": "kari", "now": NOW}
        self.account = add_account(account=NewAccount(BBAN, "operating", "1920"), **self.by)

    def take(self, day: str, opening: str, closing: str, lines: list[Line]) -> StatementImport:
        path = self.folder / f"{Statement.objects.count()}.xml"
        path.write_text(statement_xml(BBAN, day, opening, closing, lines, message=path.name))
        return import_statement(path=path, name=path.name, source="sync", **self.by)

    def states(self, first: str, last: str) -> list[DayState]:
        [found] = account_feed(
            company_id=self.by["company_id"], now=NOW,
            first=date.fromisoformat(first), last=date.fromisoformat(last),
        )  # fmt: skip
        return [each.state for each in found.days]

    def states_of_all(self) -> None:
        account_feed(
            company_id=self.by["company_id"], now=NOW, first=date(2026, 3, 1), last=date(2026, 3, 9)
        )

    def bank_minor(self) -> int:
        [standing] = standings(self.by["company_id"])
        assert standing.unexplained_minor == 0
        return standing.bank_minor

    def check(self) -> None:
        assert not [each for each in verify(orgnr="974760673") if each.faults]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


@pytest.fixture
def doubled(books: Books) -> Statement:
    """A day that the bank has told of twice, under other references."""
    books.take(DAY, "0.00", "140.00", SALES)
    answer = books.take(DAY, "0.00", "140.00", RENUMBERED)
    assert answer.added == 2, "by the references it is other money"
    return Statement.objects.latest("pk")


def test_a_statement_again_under_other_references_halts_booking_and_is_shown(
    books: Books, doubled: Statement
) -> None:
    assert reconcile(**books.by).halted_accounts == 1
    assert not BankTransaction.objects.filter(state="booked").exists()
    assert books.states(DAY, DAY) == [DayState.DOUBLED]
    assert doubled.transaction_count == 2


def test_retired_its_money_is_gone_and_restored_it_waits_again(
    books: Books, doubled: Statement
) -> None:
    on = {"statement_id": doubled.pk, **books.by}
    retire_statement(reason="Sendt på nytt", **on)
    assert books.states(DAY, DAY) == [DayState.PRESENT]
    assert books.bank_minor() == 140_00
    assert BankTransaction.objects.filter(state="open").count() == 2
    assert reconcile(**books.by).halted_accounts == 0
    books.check()
    retire_statement(reason="En gang til", **on)
    doubled.refresh_from_db()
    assert (doubled.retired_reason, doubled.retired_by) == ("Sendt på nytt", "kari")

    restore_statement(**on)
    restore_statement(**on)
    assert BankTransaction.objects.filter(state="open").count() == 4
    assert books.states(DAY, DAY) == [DayState.DOUBLED]
    books.check()
    told = AuditEvent.objects.filter(action__startswith="statement.re").order_by("sequence")
    assert [each.action for each in told] == ["statement.retired", "statement.restored"]
    assert told[0].facts["transactions"] == 2


def test_what_was_set_aside_is_set_aside_again_when_it_is_restored(
    books: Books, doubled: Statement
) -> None:
    own = BankTransaction.objects.filter(entry__statement=doubled)
    set_aside(transaction_id=own[0].pk, reason="Dobbelt", **books.by)
    retire_statement(statement_id=doubled.pk, reason="Dobbelt", **books.by)
    assert set(own.values_list("state", flat=True)) == {"superseded"}
    restore_statement(statement_id=doubled.pk, **books.by)
    assert sorted(own.values_list("state", flat=True)) == ["open", "set_aside"]


def test_the_only_statement_of_a_day_is_not_retired(books: Books, doubled: Statement) -> None:
    first = Statement.objects.earliest("pk")
    with pytest.raises(NotRepeatedError):
        retire_statement(statement_id=first.pk, reason="Feil", **books.by)
    books.take("2026-03-10", "140.00", "150.00", [Line("10.00", "R3")])
    with pytest.raises(NotRepeatedError):
        retire_statement(statement_id=Statement.objects.latest("pk").pk, reason="?", **books.by)
    # With other money between other balances it is no repetition, though it is of the same day.
    books.take(DAY, "140.00", "150.00", [Line("10.00", "R9")])
    with pytest.raises(NotRepeatedError):
        retire_statement(statement_id=Statement.objects.latest("pk").pk, reason="?", **books.by)


def test_money_that_is_booked_is_undone_first(books: Books, doubled: Statement) -> None:
    own = BankTransaction.objects.filter(entry__statement=doubled).order_by("pk")
    line = BookingLine(account="7770", amount_minor=-100_00)
    voucher = book_transaction(transaction_id=own[0].pk, lines=[line], settlements=[], **books.by)
    with pytest.raises(StatementBookedError) as refused:
        retire_statement(statement_id=doubled.pk, reason="Dobbelt", **books.by)
    assert (refused.value.voucher, refused.value.count) == (str(voucher), 1)
    undo_booking(transaction_id=own[0].pk, **books.by)
    retire_statement(statement_id=doubled.pk, reason="Dobbelt", **books.by)
    assert books.bank_minor() == 140_00
    books.check()


def test_money_told_again_after_it_was_retired_is_not_restored_beside_it(
    books: Books, doubled: Statement
) -> None:
    retire_statement(statement_id=doubled.pk, reason="Dobbelt", **books.by)
    again = books.take(DAY, "0.00", "140.00", RENUMBERED)
    assert again.added == 2, "what was retired is not joined: it would be lost"
    with pytest.raises(ToldAgainError):
        restore_statement(statement_id=doubled.pk, **books.by)
    assert reconcile(**books.by).halted_accounts == 1
    retire_statement(statement_id=Statement.objects.latest("pk").pk, reason="Igjen", **books.by)
    restore_statement(statement_id=doubled.pk, **books.by)
    books.check()


def test_a_statement_that_added_nothing_is_retired_where_another_covers_its_days(
    books: Books,
) -> None:
    books.take(DAY, "0.00", "140.00", SALES)
    changed = [Line("100.00", "R1", text="Salg"), Line("55.00", "R2", text="Salg")]
    answer = books.take(DAY, "0.00", "155.00", changed)
    assert (answer.added, answer.alarms) == (0, 1)
    assert books.states(DAY, DAY) == [DayState.CHANGED]
    retire_statement(
        statement_id=Statement.objects.latest("pk").pk, reason="Banken tok feil", **books.by
    )
    assert books.states(DAY, DAY) == [DayState.PRESENT]
    assert reconcile(**books.by).halted_accounts == 0
    assert books.bank_minor() == 140_00


def test_a_missing_day_is_shown_and_its_file_heals_it(books: Books) -> None:
    books.take(DAY, "0.00", "140.00", SALES)
    books.take("2026-03-11", "200.00", "210.00", [Line("10.00", "R5")])
    assert books.states(DAY, "2026-03-11") == [
        DayState.PRESENT, DayState.MISSING, DayState.UNCHAINED,
    ]  # fmt: skip
    books.take("2026-03-10", "140.00", "200.00", [Line("60.00", "R4")])
    assert books.states(DAY, "2026-03-11") == [DayState.PRESENT] * 3


def test_ten_accounts_cost_no_more_queries_than_one(books: Books) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            books.states_of_all()
        return len(queries)

    books.take(DAY, "0.00", "140.00", SALES)
    one = asked()
    numbers = filter(is_norwegian_account, (f"1503{number:07}" for number in count(2_000)))
    for place, number in enumerate(islice(numbers, 9)):
        add_account(account=NewAccount(number, "operating", str(7200 + place)), **books.by)
    assert asked() == one


def test_reasons_periods_and_accounts_are_checked(books: Books, doubled: Statement) -> None:
    with pytest.raises(InvalidValueError):
        retire_statement(statement_id=doubled.pk, reason="  ", **books.by)
    with pytest.raises(NotFoundError):
        retire_statement(statement_id=10**9, reason="Dobbelt", **books.by)
    when = {"company_id": books.by["company_id"], "now": NOW}
    with pytest.raises(InvalidValueError):
        account_feed(first=date(2026, 3, 2), last=date(2026, 3, 1), **when)
    with pytest.raises(NotFoundError):
        account_feed(first=date(2026, 3, 1), last=date(2026, 3, 2), account_id=10**9, **when)


def test_another_companys_statement_is_not_found(books: Books, doubled: Statement) -> None:
    other = add_company(orgnr="923609016", name="Annen AS", actor="ola", now=NOW)
    with pytest.raises(NotFoundError):
        retire_statement(
            company_id=other.pk, statement_id=doubled.pk, reason="Dobbelt", actor="ola", now=NOW
        )
    with pytest.raises(NotFoundError):
        restore_statement(company_id=other.pk, statement_id=doubled.pk, actor="ola", now=NOW)
