"""A company's home: what waits, the balance behind and ahead, and the honest share."""

import re
from datetime import date

import pytest

from avstem.store.queries.worklist import Work
from avstem.web.balance_chart import draw
from tests.cli.conftest import books
from tests.cli.files import Books, Line
from tests.web.acting import Step, act, look

__all__ = ["books"]

MONDAY = date(2026, 11, 30)


@pytest.mark.database
def test_home_says_what_waits_and_how_much_was_booked_by_itself(books: Books) -> None:
    books.invoices("customer_invoice,7,Kari Ås,,,2026-11-01,NOK,500.00,00075,")
    lines = [Line("500.00", "R1", kid="00075"), Line("-80.00", "R2", text="Bompenger")]
    books.take(books.statement("2026-11-24", "1000.00", lines))
    [home] = look(books.run, "")
    assert "1 To reconcile on " in home.text
    assert "50 % 1 of 2 transactions" in home.text
    assert "Undone afterwards: 0" in home.text
    assert "In the bank 1 420,00" in home.text
    assert re.search(r'<polyline class="chart-behind" points="64,\d+ ', home.page)

    [booked] = [each for each in books.matches() if each["status"] == "booked"]
    assert booked["amount"] == "500.00"
    books.run("undo", "--company", "974760673", "--transaction", 1)
    [home] = look(books.run, "")
    assert "0 % 0 of 2 transactions" in home.text
    assert "Undone afterwards: 1" in home.text


@pytest.mark.database
def test_an_empty_company_is_told_what_to_do_first(books: Books) -> None:
    [home] = act(books.run, Step(""))
    assert "Nothing from the bank yet" in home.text
    assert "/upload/" in home.page


def test_the_most_urgent_is_the_payment_whose_day_has_come() -> None:
    pay = Work(1, to_approve=1, approve_by=MONDAY)
    later = Work(2, to_approve=9, approve_by=date(2026, 12, 9))
    broken = Work(3, failed_files=1)
    old, new = (Work(4, waiting=1, oldest=date(2026, 1, 2)), Work(5, waiting=9, oldest=MONDAY))
    works = sorted((new, old, broken, later, pay), key=lambda each: each.urgency(MONDAY))
    assert [each.company_id for each in reversed(works)] == [1, 3, 4, 2, 5]


def test_a_balance_below_zero_is_drawn_below_the_line() -> None:
    chart = draw([(MONDAY, 100)], [(date(2026, 12, 1), -100)])
    assert chart.ahead == "64,10 680,175"
    assert chart.zero_y == 93
    assert [mark.minor for mark in chart.marks] == [-100, 0, 100]
