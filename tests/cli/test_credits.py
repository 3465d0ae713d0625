"""`avstem credits` and `avstem factor`: what stands on parties, and who pays for many."""

import pytest

from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books, Line, customer_invoice

__all__ = ["books"]

pytestmark = pytest.mark.database
COMPANY = ("--company", ORGNR)
KID = "00010017"


def test_what_was_paid_twice_is_listed_drawn_by_hand_and_taken_back(books: Books) -> None:
    run = books.run
    assert "No party has anything" in run("credits", "list", *COMPANY).out
    books.invoices(customer_invoice("1001", "100.00", KID))
    lines = [Line("100.00", "R1", kid=KID), Line("100.00", "R2", kid=KID)]
    run("statement", "import", *COMPANY, books.statement("2026-04-14", "0.00", lines))
    books.invoices(customer_invoice("1002", "100.00"))
    [credit] = run("credits", "list", *COMPANY, "--json").json["credits"]
    assert (credit["cause"], credit["left"], credit["side"]) == ("paid_twice", "100.00", "customer")
    assert credit["refund"] == {"account": ""}
    [draw] = credit["draws"]
    assert (draw["number"], draw["certain"]) == ("1002", False)
    posted = run("credits", "draw", *COMPANY, credit["id"], "--item", draw["item"], "--json").json
    assert run("credits", "list", *COMPANY, "--json").json["credits"] == []
    run("credits", "undo", *COMPANY, posted["id"])
    assert "may be paid back" in run("credits", "list", *COMPANY).out
    refused = run("credits", "undo", *COMPANY, posted["id"], code=3)
    assert posted["voucher"] in refused.err


def test_a_factor_is_named_with_its_account_and_taken_off_again(books: Books) -> None:
    run = books.run
    assert "Nobody is known" in run("factor", "list", *COMPANY).out
    name = ("--name", "Nordisk Factoring AS")
    run("factor", "set", *COMPANY, *name, "--account", "50816600666")
    [factor] = run("factor", "list", *COMPANY, "--json").json["factors"]
    assert factor["party"] == "Nordisk Factoring AS"
    run("factor", "set", *COMPANY, *name, "--off")
    assert run("factor", "list", *COMPANY, "--json").json["factors"] == []
