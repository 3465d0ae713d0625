"""Undoing on the page: the vouchers are shown first, in a closed period on the first open day."""

import re
from typing import Any

import pytest

from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books
from tests.web.acting import Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database
COMPANY = ("--company", ORGNR)
SAVINGS = "15030002021"


def typed(books: Books, day: str, amount: str, text: str, account: str = BBAN) -> int:
    added = books.run("transaction", "add", *COMPANY, "--account", account, "--date", day,
                      "--amount", amount, "--text", text, "--json")  # fmt: skip
    return int(added.json["id"])


def transfer_over_the_end_of_march(books: Books) -> int:
    """Both sides booked, the one that sent on the last day of March; the month is closed then."""
    books.run("account", "add", *COMPANY, "--iban", SAVINGS, "--kind", "savings",
              "--ledger-account", "1930")  # fmt: skip
    side = typed(books, "2026-03-31", "-500.00", f"til {SAVINGS}")
    typed(books, "2026-04-02", "500.00", "inn", SAVINGS)
    books.run("reconcile", *COMPANY)
    books.run("period", "close", *COMPANY, "--to", "2026-03-31")
    return side


def planned(page: str) -> list[tuple[str, str]]:
    return re.findall(r"<li>([\d.]+): reverses voucher ([\d-]+)", page)


def reversals(books: Books) -> list[tuple[str, str]]:
    rows: list[dict[str, Any]] = books.vouchers()
    return [(each["date"], each["reverses"]) for each in rows if "reverses" in each]


def test_both_sides_of_a_transfer_are_shown_and_corrected_in_the_open_period(books: Books) -> None:
    side = transfer_over_the_end_of_march(books)
    seen, done = act(
        books.run, Step(f"transactions/{side}/"), Step(f"transactions/{side}/undo/", {})
    )
    assert planned(seen.page) == [("01.04.2026", "2026-1"), ("02.04.2026", "2026-2")]
    assert "its own day, 31.03.2026, is in a closed period" in seen.text
    assert "Undone: voucher 2026-3 reverses the booking." in done.text
    assert reversals(books) == [("2026-04-01", "2026-1"), ("2026-04-02", "2026-2")]
    books.verify()


def test_another_day_may_be_said_and_a_closed_or_earlier_one_is_refused(books: Books) -> None:
    side = transfer_over_the_end_of_march(books)
    undo = f"transactions/{side}/undo/"
    closed, early, wrong, done = act(
        books.run,
        Step(undo, {"on_date": "31.03.2026"}),
        Step(undo, {"on_date": "01.03.2026"}),
        Step(undo, {"on_date": "en dag"}),
        Step(undo, {"on_date": "15.04.2026"}),
    )
    assert "is in a closed period" in closed.text
    assert "is not right" in early.text
    assert "is not right" in wrong.text
    assert "Undone" in done.text
    assert {day for day, _ in reversals(books)} == {"2026-04-15"}
    books.verify()


def test_where_the_company_undoes_nothing_that_is_closed_the_page_says_what_to_do(
    books: Books,
) -> None:
    side = transfer_over_the_end_of_march(books)
    books.run("settings", "set", *COMPANY, "--undo-closed", "refused")
    seen, done = act(
        books.run, Step(f"transactions/{side}/"), Step(f"transactions/{side}/undo/", {})
    )
    for page in (seen, done):
        assert "Post a correction in an open period." in page.text
    assert planned(seen.page) == []
    assert reversals(books) == []
    dry = books.run("undo", *COMPANY, "--transaction", side, "--dry-run", code=3)
    assert "Post a correction in an open period." in dry.err


def test_the_command_shows_the_same_days_as_it_then_posts(books: Books) -> None:
    side = transfer_over_the_end_of_march(books)
    asked = ("undo", *COMPANY, "--transaction", side, "--json")
    foreseen = books.run(*asked, "--dry-run").json["vouchers"]
    done = books.run(*asked).json["vouchers"]
    assert [each["date"] for each in foreseen] == ["2026-04-01", "2026-04-02"]
    assert [each["date"] for each in done] == ["2026-04-01", "2026-04-02"]
    books.verify()
