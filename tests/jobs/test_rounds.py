"""The worker's rounds with a clock that is moved: when each company's come, and what they match."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.kid import make_kid
from avstem.domain.polling import OSLO
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.services.import_invoices import import_invoices
from avstem.services.import_statement import import_statement
from avstem.services.order_agreement import Order, order_agreement
from avstem.store.models import BankTransaction, Job, ReconcileRun, Schedule
from avstem.worker.handlers import ACTOR, KINDS
from avstem.worker.loop import Worker
from tests.cli.files import BBAN, HEADER, Line, customer_invoice, statement_xml

pytestmark = [pytest.mark.django_db, pytest.mark.database]
START = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)  # Tuesday, six in Norway
KID = make_kid(1001, 8) or ""


class Clock:
    """Whoever works, works at this instant."""

    def __init__(self) -> None:
        self.now = START
        self.worker = Worker(KINDS, clock=lambda: self.now)

    def work(self) -> None:
        self.worker.run(once=True)

    def hours(self, count: int) -> list[int]:
        """The hours in Norway in which a round was gone, of so many that pass."""
        found = []
        for _ in range(count * 4):
            self.now += timedelta(minutes=15)
            self.work()
            if Job.objects.filter(kind="sync", finished_at=self.now).exists():
                found.append(self.now.astimezone(OSLO).hour)
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Books:
    """A company with an account, and an agreement over a folder where one is wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        company = add_company(orgnr="974760673", name="Prøve AS", actor="kari", now=START)
        self.by: dict[str, Any] = {"company_id": company.pk, "actor": "kari", "now": START}
        self.account = add_account(account=NewAccount(BBAN, "operating", "1920"), **self.by)

    def agree(self, bank: str) -> None:
        wanted = Order(bank, (self.account.pk,), activation_date=date(2026, 11, 20))
        on = {**self.by, "agreement_id": order_agreement(order=wanted, **self.by).pk}
        place = {name: str(self.folder / name) for name in ("incoming", "outgoing")}
        for each in place.values():
            Path(each).mkdir()
        connect_agreement(connection=Connection("folder", place), **on)
        confirm_agreement(**on)

    def statement(self) -> str:
        paid = [Line("1000.00", "R1", kid=KID)]
        return statement_xml(BBAN, "2026-11-30", "0.00", "1000.00", paid)

    def invoice(self, now: datetime) -> None:
        path = self.folder / "invoices.csv"
        path.write_text("\n".join([HEADER, customer_invoice("1001", "1000.00", KID), ""]))
        import_invoices(path=path, name=path.name, **{**self.by, "now": now})


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def next_hour() -> datetime:
    return Schedule.objects.get(kind="sync").next_at.astimezone(OSLO)


def test_a_bank_whose_runs_are_known_is_asked_by_them(books: Books, clock: Clock) -> None:
    books.agree("sparebanken-ost")
    clock.work()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    clock.work()
    assert (next_hour().hour, next_hour().minute < 16) == (6, True)
    # Its runs 07:00 10:30 12:30 15:00 17:00, the morning and the evening; not each hour.
    assert clock.hours(17) == [6, 7, 9, 10, 12, 15, 17, 18, 22]


def test_others_are_asked_each_hour_of_the_day(books: Books, clock: Clock) -> None:
    books.agree("dnb")
    clock.work()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    assert clock.hours(16) == [*range(6, 22)]
    assert next_hour().hour == 22


def test_a_company_that_no_bank_sends_to_comes_round_once_a_day_until_it_does(
    books: Books, clock: Clock
) -> None:
    clock.work()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    clock.work()
    tomorrow = clock.now.astimezone(OSLO).date() + timedelta(days=1)
    assert next_hour().date() in (tomorrow, tomorrow - timedelta(days=1))
    assert 5 <= next_hour().hour <= 8
    first = next_hour()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    clock.now = first + timedelta(minutes=1)
    clock.work()
    assert next_hour() == first + timedelta(days=1)
    books.by["now"] = clock.now
    books.agree("dnb")
    assert next_hour() == clock.now, "the bank has said yes: it is asked at once"


def test_what_was_stored_without_matching_is_left_to_whoever_stored_it(
    books: Books, clock: Clock
) -> None:
    books.invoice(START)
    path = books.folder / "s.xml"
    path.write_text(books.statement())
    clock.now += timedelta(minutes=1)
    ReconcileRun.objects.create(company_id=books.by["company_id"], started_at=clock.now)
    late = {**books.by, "now": clock.now + timedelta(minutes=1)}
    import_statement(path=path, name="s.xml", source="cli", **late)
    clock.now += timedelta(minutes=2)
    clock.work()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    clock.work()
    assert Job.objects.filter(kind="sync", state="done").exists()
    assert BankTransaction.objects.get().state == "open"
    assert ReconcileRun.objects.count() == 1


def test_what_the_round_fetches_is_matched_and_then_no_more_until_something_comes(
    books: Books, clock: Clock
) -> None:
    books.agree("dnb")
    (books.folder / "incoming" / "camt053-1.xml").write_text(books.statement())
    clock.work()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    clock.work()
    assert ReconcileRun.objects.count() == 1
    assert BankTransaction.objects.get().state != "booked"
    clock.hours(3)
    assert ReconcileRun.objects.count() == 1, "nothing new: matching again would find the same"
    books.invoice(clock.now)
    clock.hours(2)
    assert ReconcileRun.objects.count() == 2
    assert BankTransaction.objects.get().state == "booked"


def test_killed_between_taking_in_and_matching_it_is_matched_by_the_next_round(
    books: Books, clock: Clock
) -> None:
    books.invoice(START)
    path = books.folder / "s.xml"
    path.write_text(books.statement())
    taken = {**books.by, "actor": ACTOR, "now": START + timedelta(minutes=1)}
    import_statement(path=path, name="s.xml", source="sync", **taken)
    clock.now += timedelta(minutes=5)
    clock.work()
    Schedule.objects.filter(kind="sync").update(next_at=clock.now)
    clock.work()
    assert BankTransaction.objects.get().state == "booked"
