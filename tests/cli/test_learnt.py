"""`avstem learnt`: records and facts are listed, and a fact is switched off and on."""

import pytest

from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books, Line, customer_invoice

__all__ = ["books"]

pytestmark = pytest.mark.database


def test_what_was_learnt_is_listed_and_switched_off(books: Books) -> None:
    run = books.run
    assert "Nothing learnt yet." in run("learnt", "list", "--company", ORGNR).out
    books.invoices(customer_invoice("1001", "100.00"))
    statement = books.statement(
        "2026-04-14", "0.00", [Line("100.00", "R1", text="Faktura 1001", name="Mor Olsen")]
    )
    run("statement", "import", "--company", ORGNR, statement)
    found = run("learnt", "list", "--company", ORGNR, "--json").json
    [answer] = found["answers"]
    assert (answer["answer"], answer["right"], answer["of"]) == ("named_in_text", 1, 1)
    assert (answer["books"], answer["right_at_least"]) == (True, 0.05)
    [fact] = found["facts"]
    assert (fact["kind"], fact["value"], fact["off"]) == ("name", "Mor Olsen", False)
    run("learnt", "off", "--company", ORGNR, "name", fact["id"])
    assert run("learnt", "list", "--company", ORGNR, "--json").json["facts"][0]["off"] is True
    assert "off" in run("learnt", "list", "--company", ORGNR).out
    run("learnt", "on", "--company", ORGNR, "name", fact["id"])
    assert run("learnt", "list", "--company", ORGNR, "--json").json["facts"][0]["off"] is False


def test_a_fact_that_is_not_there_is_refused_in_words(books: Books) -> None:
    answer = books.run("learnt", "off", "--company", ORGNR, "account", "77", code=3)
    assert "learnt fact account 77" in answer.err
