"""A table of an unknown layout: refused, explained once, read ever after."""

from pathlib import Path

import pytest

from tests.cli.files import BBAN, ORGNR, Books

pytestmark = pytest.mark.database

ROWS = (
    "Day;What;Plus or minus;Ours\r\n"
    "31.03.2026;Husleie;-1 200,50;{account}\r\n"
    "02.04.2026;Innbetaling;300,00;{account}\r\n"
    "02.04.2026;Innbetaling;300,00;{account}\r\n"
)
SAID = ("--set", "booking_date=day", "--set", "text=What", "--set", "amount=3", "--set",
        "account=Ours", "--currency", "NOK", "--decimal-mark", ",")  # fmt: skip


@pytest.fixture
def table(books: Books, tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(ROWS.format(account=BBAN), encoding="cp1252")
    return path


def test_an_unknown_table_is_refused_until_it_is_explained(books: Books, table: Path) -> None:
    refused = books.run("statement", "import", "--company", ORGNR, str(table), code=3)
    assert "mapped once" in refused.err

    shown = books.run("statement", "map", "--company", ORGNR, str(table), *SAID)
    assert "Nothing is remembered yet" in shown.out
    books.run("statement", "import", "--company", ORGNR, str(table), code=3)

    books.run("statement", "map", "--company", ORGNR, str(table), *SAID, "--yes")
    taken = books.take(table)["files"][0]
    assert (taken["added"], taken["already_there"]) == (3, 0)
    assert sorted(row["amount"] for row in books.matches()) == ["-1200.50", "300.00", "300.00"]
    again = books.take(table)["files"][0]
    assert (again["added"], again["already_there"]) == (0, 3)
    books.verify()


def test_a_table_that_cannot_be_read_so_is_not_remembered(books: Books, table: Path) -> None:
    wrong = [*SAID, "--set", "amount=What", "--yes"]
    refused = books.run("statement", "map", "--company", ORGNR, str(table), *wrong, code=3)
    assert "line 2" in refused.err
    books.run("statement", "import", "--company", ORGNR, str(table), code=3)


@pytest.mark.parametrize(
    ("said", "words"),
    [("amount=Nothing", "Nothing"), ("colour=What", "colour"), ("booking_date=", "booking_date")],
)
def test_what_is_said_of_no_column_is_refused(
    books: Books, table: Path, said: str, words: str
) -> None:
    refused = books.run("statement", "map", "--company", ORGNR, str(table), "--set", said, code=3)
    assert words in refused.err
