"""Nothing is booked by itself on an account whose statements do not add up or follow on."""

from typing import Any

import pytest

from avstem.domain.kid import make_kid
from tests.cli.files import BBAN, ORGNR, Books, Line, customer_invoice

pytestmark = pytest.mark.database

KID = make_kid(1001, 8) or ""
PAID = [Line("1000.00", "R1", kid=KID)]


@pytest.fixture
def owed(books: Books) -> Books:
    """An invoice that would be booked at once if the account's statements held."""
    books.invoices(customer_invoice("1001", "1000.00", KID))
    return books


def statuses(books: Books) -> list[Any]:
    return [line["status"] for line in books.matches()]


def test_a_statement_that_does_not_add_up_is_stored_but_nothing_is_booked_until_it_is_explained(
    owed: Books,
) -> None:
    path = owed.statement("2026-03-02", "100.00", PAID, closing="1250.00", id="S1")
    answer = owed.take(path)
    assert answer["files"][0]["added"] == 1
    assert answer["reconciled"]["halted_accounts"] == 1
    assert "booked" not in statuses(owed)
    assert owed.vouchers() == []
    owed.run(
        "statement", "explain", "--company", ORGNR, "--account", BBAN, "--statement", "S1",
        "--reason", "Banken har bekreftet en trykkfeil",
    )  # fmt: skip
    assert owed.reconcile()["booked"] == 1
    assert statuses(owed) == ["booked"]
    owed.verify()


def test_the_bookkeeper_is_told_in_one_line_which_statement_does_not_add_up(owed: Books) -> None:
    path = owed.statement("2026-03-02", "100.00", PAID, closing="1250.00", id="S1")
    answer = owed.run("statement", "import", "--company", ORGNR, "--no-reconcile", path)
    assert path.name in answer.err
    assert "S1" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_missing_day_stops_booking_and_its_statement_heals_it(owed: Books) -> None:
    owed.take(owed.statement("2026-03-02", "0.00", [Line("10.00", "R0", text="a")]))
    gap = owed.take(owed.statement("2026-03-04", "500.00", PAID))
    assert gap["reconciled"]["halted_accounts"] == 1
    assert "booked" not in statuses(owed)
    healed = owed.take(owed.statement("2026-03-03", "10.00", [Line("490.00", "R2", text="b")]))
    assert healed["reconciled"]["halted_accounts"] == 0
    assert healed["reconciled"]["booked"] == 1
    owed.verify()


def test_an_entry_changed_by_the_bank_stops_booking_on_the_account(owed: Books) -> None:
    owed.take(owed.statement("2026-03-02", "0.00", [Line("100.00", "X1", text="Salg")]))
    changed = [Line("-70.00", "X1", text="Kjøp")]
    answer = owed.take(owed.statement("2026-03-02", "0.00", changed, name="changed.xml"))
    assert answer["files"][0]["alarms"] == 1
    owed.take(owed.statement("2026-03-03", "100.00", PAID))
    assert "booked" not in statuses(owed)
