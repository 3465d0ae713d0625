"""Account reports in JSON through the real command: what is sure is booked money, the rest waits."""

import json
from typing import Any

import pytest

from tests.cli.files import BBAN, Books

pytestmark = pytest.mark.database

IBAN = "NO6115030001017"


def content(*amounts: str, **more: Any) -> str:
    booked = [
        {
            "transactionAmount": {"currency": "NOK", "amount": amount},
            "bookingDate": f"2026-03-0{number}",
            ("debtorName" if number == 1 else "creditorName"): "Nordlys Bygg AS",
        }
        for number, amount in enumerate(amounts, 1)
    ]
    return json.dumps({"account": {"iban": IBAN}, "transactions": {"booked": booked}} | more)


def test_booked_transactions_are_money_once(books: Books) -> None:
    path = books.file("konto.json", content("1250.00", "-35.50"))
    books.take(path)
    assert books.amounts() == ["1250.00", "-35.50"]
    # The same report fetched again has other bytes and the same money.
    again = books.take(books.file("igjen.json", content("1250.00", "-35.50", _links={})))
    assert [each["added"] for each in again["files"]] == [0]
    books.verify()


def test_a_report_without_signs_is_shown_and_never_money(books: Books) -> None:
    answer = books.take(books.file("konto.json", content("1250.00", "35.50")))
    [file] = answer["files"]
    assert (file["added"], file["pending"]) == (0, 2)
    assert books.amounts() == []


def test_a_card_without_an_account_is_given_one(books: Books) -> None:
    text = content("-35.50").replace(f'"account": {{"iban": "{IBAN}"}}', '"cardAccount": {}')
    path = books.file("kort.json", text.replace('"transactions"', '"cardTransactions"'))
    books.take(path, code=3)
    books.run("statement", "import", "--company", "974760673", path, "--account", BBAN)
    assert books.amounts() == ["-35.50"]
