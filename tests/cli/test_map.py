"""A table of an unknown layout: refused, explained once, read ever after."""

from pathlib import Path

import pytest

from tests.cli.files import BBAN, ORGNR, Books
from tests.support.bank_tables import cell, sheet, workbook

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


def taken_or_refused(books: Books, path: Path) -> str:
    """Why the file was refused; nothing where it was taken."""
    done = books.run("statement", "import", "--company", ORGNR, path, "--json", code=None)
    return "".join(each["reason"] for each in done.json["refused_files"])


def test_a_workbook_is_explained_once(books: Books) -> None:
    def content(amount: str) -> bytes:
        rows = [
            [cell("Day"), cell("What"), cell("Plus or minus"), cell("Ours")],
            [cell("46112", kind="n", style=1), cell("Husleie"), cell(amount, kind="n"), cell(BBAN)],
            [cell("46113", kind="n", style=1), cell("Salg"), cell("300", kind="n"), cell(BBAN)],
        ]
        return workbook(sheet(rows))

    first, second = books.folder / "a.xlsx", books.folder / "b.xlsx"
    first.write_bytes(content("-1200.5"))
    second.write_bytes(content("-7"))
    assert "mapped once" in taken_or_refused(books, first)
    said = SAID[:-2]  # a sheet's numbers need no decimal mark
    books.run("statement", "map", "--company", ORGNR, first, *said, "--yes")
    assert taken_or_refused(books, first) == taken_or_refused(books, second) == ""
    assert sorted(books.amounts()) == ["-1200.50", "-7.00", "300.00"]
    # The same header in a text is the same layout.
    text = "Day;What;Plus or minus;Ours\n2026-04-05;Leie;-9.50;" + BBAN + "\n"
    assert taken_or_refused(books, books.file("c.csv", text)) == ""
    assert "-9.50" in books.amounts()
    other = workbook(sheet([[cell("Dag"), cell("Hva")], [cell("46112", kind="n", style=1)]]))
    third = books.folder / "d.xlsx"
    third.write_bytes(other)
    assert "mapped once" in taken_or_refused(books, third)


BARE = "31.03.2026;Husleie;-1 200,50;8 799,50\r\n02.04.2026;Salg;300,00;9 099,50\r\n"
BARE_SAID = ("--set", "booking_date=1", "--set", "text=2", "--set", "amount=3", "--set",
             "balance=4", "--currency", "NOK", "--account", BBAN)  # fmt: skip


def test_a_table_without_a_header_is_explained_once_by_its_shape(books: Books) -> None:
    path = books.file("a.csv", BARE)
    assert "mapped once" in taken_or_refused(books, path)
    books.run("statement", "map", "--company", ORGNR, path, *BARE_SAID, "--yes")
    assert taken_or_refused(books, path) == ""
    later = BARE.replace(".03.", ".05.").replace(".04.", ".06.")
    assert taken_or_refused(books, books.file("b.csv", later)) == ""
    assert len(books.amounts()) == 4
    books.verify()


@pytest.mark.parametrize(
    ("what", "content", "why"),
    [
        ("amount and balance change places",
         "31.03.2026;Husleie;8 799,50;-1 200,50\n02.04.2026;Salg;9 099,50;300,00\n", "balances"),
        ("one row proves nothing", "31.03.2026;Husleie;8 799,50;-1 200,50\n", "balances"),
        ("a row without a day", BARE + ";Sum;-900,50;\n", "line 3"),
        ("a row of nothing", BARE + "03.04.2026;Nytt;0,00;9 099,50\n", "line 3"),
        ("more columns", BARE.replace("\r\n", ";x\n"), "mapped once"),
        ("another delimiter", BARE.replace(";", "\t"), "mapped once"),
        ("days of another form", BARE.replace("31.03.2026", "2026-03-31"), "mapped once"),
        ("another kind of column", BARE.replace("Husleie", "12").replace("Salg", "13"),
         "mapped once"),
    ],
)  # fmt: skip
def test_a_table_that_merely_looks_alike_is_never_read_so(
    books: Books, what: str, content: str, why: str
) -> None:
    books.run(
        "statement", "map", "--company", ORGNR, books.file("a.csv", BARE), *BARE_SAID, "--yes"
    )
    assert why in taken_or_refused(books, books.file("b.csv", content)), what
    assert books.amounts() == []


def test_without_a_header_two_columns_of_amounts_need_a_balance(books: Books) -> None:
    path = books.file("a.csv", BARE)
    said = ["balance=" if each == "balance=4" else each for each in BARE_SAID]
    refused = books.run("statement", "map", "--company", ORGNR, path, *said, "--yes", code=3)
    assert "balance" in refused.err
    assert "mapped once" in taken_or_refused(books, path)
