"""Cash ahead, out of the tables: what is sent, approved, due and expected, by account and day."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.store.models import BankAccount
from avstem.store.payable import Choice
from avstem.store.queries.cash_ahead import CompanyAhead, cash_ahead
from tests.payments.books import Payer, bill, credit, report
from tests.payments.wages import row, take

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TODAY = date(2026, 11, 24)


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    BankAccount.objects.filter(company_id=payer.company).update(opening_balance_minor=5_000_00)
    return payer


def look(payer: Payer, days: int = 30) -> CompanyAhead:
    return cash_ahead(payer.company, today=TODAY, days=days)


def moved(found: CompanyAhead) -> dict[str, tuple[int, int, int, int]]:
    """By day, in kroner: sent, approved, due, expected."""
    [account] = found.accounts
    return {
        each.day.isoformat(): (
            each.sent_minor // 100, each.approved_minor // 100, each.due_minor // 100,
            each.expected_minor // 100,
        )
        for each in account.ahead.days if each.moves
    }  # fmt: skip


def invoice(number: str, amount: str, due: str) -> str:
    return bill(number, amount, kind="customer_invoice", account="", party="Kunde AS", due=due)


def test_what_is_sent_approved_due_and_expected_stands_on_its_day(payer: Payer) -> None:
    payer.bills(
        bill("S1", "100.00"),
        bill("A1", "200.00", party="Maler AS", account="12345678903"),
        bill("D1", "400.00", due="2026-12-05"),  # a Saturday: leaves on the Friday
        bill("P1", "800.00", due="2026-11-10"),  # past: leaves today
        invoice("K1", "1600.00", "2026-12-06"),  # a Sunday: comes on the Monday
        invoice("K2", "50.00", "2026-11-01"),
    )
    payer.prepare(Choice(payer.item("S1").pk), Choice(payer.item("A1").pk))
    payer.approve(payer.order("S1"))
    payer.make()
    payer.approve(payer.order("A1"))
    found = look(payer)
    assert moved(found) == {
        "2026-11-24": (0, 0, -800, 0),
        "2026-12-01": (-100, -200, 0, 0),
        "2026-12-04": (0, 0, -400, 0),
        "2026-12-07": (0, 0, 0, 1600),
    }
    assert found.overdue == (("NOK", 50_00),)
    assert found.accounts[0].ahead.start_minor == 5_000_00
    assert found.short is None


def test_an_order_that_nobody_has_approved_is_still_due_and_a_part_leaves_the_rest(
    payer: Payer,
) -> None:
    payer.bills(bill("W1", "300.00"), bill("P1", "1000.00", due="2026-12-02"))
    payer.prepare(Choice(payer.item("W1").pk), Choice(payer.item("P1").pk, 400_00))
    payer.approve(payer.order("P1"))
    assert moved(look(payer)) == {
        "2026-12-01": (0, 0, -300, 0),
        "2026-12-02": (0, -400, -600, 0),
    }


def test_a_part_that_the_bank_has_paid_leaves_the_rest_due_once(payer: Payer) -> None:
    payer.bills(bill("P1", "1000.00", due="2026-12-02"))
    payer.prepare(Choice(payer.item("P1").pk, 400_00))
    payer.approve()
    payer.make()
    payer.send()
    order = payer.order("P1")
    for status in ("ACCP", "ACSC"):
        line = (order.batch_id, order.end_to_end_id, status, "")
        payer.answer(report(payer.file().message_id, lines=[line], id=f"STAT-{status}"))
        assert moved(look(payer)) == {"2026-12-02": (-400, 0, -600, 0)}, status


def test_credit_notes_are_drawn_off_what_is_due_the_first_bill_first(payer: Payer) -> None:
    payer.bills(
        bill("D1", "300.00"), bill("D2", "300.00", due="2026-12-02"), credit("K1", "400.00"),
        bill("E1", "70.00", party="Maler AS"),
    )  # fmt: skip
    assert moved(look(payer)) == {"2026-12-01": (0, 0, -70, 0), "2026-12-02": (0, 0, -200, 0)}


def test_the_account_that_falls_short_is_named_with_the_day(payer: Payer) -> None:
    payer.bills(bill("D1", "4000.00"), bill("D2", "2000.00", due="2026-12-03"))
    short = look(payer).short
    assert short is not None
    assert short.ahead.short is not None
    assert short.ahead.short.day == date(2026, 12, 3)
    assert look(payer, days=5).short is None


def test_a_currency_without_an_account_is_named_and_not_lost(payer: Payer) -> None:
    payer.bills(bill("U1", "90.00").replace(";NOK;", ";EUR;"))
    assert look(payer).unplaced == (("EUR", -90_00),)


def test_a_hundred_bills_take_as_many_questions_as_one(payer: Payer) -> None:
    payer.bills(bill("D0", "1.00"), credit("K0", "0.50"))
    with CaptureQueriesContext(connection) as few:
        look(payer)
    payer.bills(
        *(bill(f"D{n}", "1.00", party=f"Lev {n} AS", due=f"2026-12-{n % 28 + 1:02}")
          for n in range(1, 100)),
        *(credit(f"K{n}", "0.50", party=f"Lev {n} AS") for n in range(1, 50)),
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        look(payer)
    assert len(many) == len(few)


def test_wages_that_wait_for_a_person_are_due_and_then_approved(payer: Payer) -> None:
    [order] = take(payer, row(amount="300.00", day="2026-11-25")).orders
    assert moved(look(payer)) == {"2026-11-25": (0, 0, -300, 0)}
    payer.approve(order)
    assert moved(look(payer)) == {"2026-11-25": (0, -300, 0, 0)}
    payer.cancel(order)
    assert moved(look(payer)) == {}
