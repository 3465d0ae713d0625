"""BgMax names its account as Swedish banks do: the user says which IBAN it is."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.files import ORGNR, Books
from tests.formats.test_bgmax import deposit, encode, payment, whole
from tests.support.corpus import FOLDER, corpus_rows

pytestmark = pytest.mark.database

SPECIMEN = whole(
    deposit(payment(150000, 1), payment(40000, 2, ref="", code="0"), minor=190000, count=2)
)
OURS, ANOTHER = "SE3150000000058411009823", "SE5460000000000001009824"


def add(books: Books, iban: str, ledger: str) -> None:
    books.run(
        "account", "add", "--company", ORGNR, "--iban", iban, "--kind", "currency",
        "--ledger-account", ledger, "--currency", "SEK",
    )  # fmt: skip


def bgmax(books: Books, lines: list[str] = SPECIMEN) -> Path:
    path = books.folder / "bgmax.txt"
    path.write_bytes(encode(lines))
    return path


def take(books: Books, path: Path, *words: str, code: int = 0) -> Any:
    return books.run(
        "statement", "import", "--company", ORGNR, "--json", path, *words, code=code
    ).json


def test_without_an_account_it_is_said_what_to_give(books: Books) -> None:
    add(books, OURS, "1930")
    [refused] = take(books, bgmax(books), code=3)["refused_files"]
    assert "5841000001009823, which is not written as an IBAN" in refused["reason"]
    assert "--account IBAN" in refused["reason"]
    assert books.matches() == []


def test_with_its_account_the_payments_are_taken_once(books: Books) -> None:
    add(books, OURS, "1930")
    path = bgmax(books)
    [first] = take(books, path, "--account", OURS)["files"]
    assert first["added"] == len(books.matches()) > 0
    assert {(line["account"], line["currency"]) for line in books.matches()} == {(OURS, "SEK")}
    again = path.with_name("again.txt")
    again.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    [second] = take(books, again, "--account", OURS)["files"]
    assert (second["added"], second["already_there"]) == (0, first["added"])


def test_an_account_that_is_not_the_files_is_refused(books: Books) -> None:
    add(books, ANOTHER, "1931")
    [refused] = take(books, bgmax(books), "--account", ANOTHER, code=3)["refused_files"]
    assert "5841000001009823" in refused["reason"]
    assert books.matches() == []


def test_a_file_with_only_a_bankgiro_number_is_on_the_account_that_is_said(books: Books) -> None:
    add(books, ANOTHER, "1931")
    without = [f"{line[:2]}{0:035d}{line[37:]}" if line[:2] == "15" else line for line in SPECIMEN]
    [refused] = take(books, bgmax(books, without), code=3)["refused_files"]
    assert "does not say which account" in refused["reason"]
    take(books, bgmax(books, without), "--account", ANOTHER)
    assert {line["account"] for line in books.matches()} == {ANOTHER}


@pytest.mark.parametrize("row", corpus_rows("bgmax", valid="yes"))
def test_deposits_in_two_currencies_are_not_put_on_one_account(books: Books, row: Any) -> None:
    add(books, OURS, "1930")
    answer = take(books, FOLDER / row["file"], "--account", OURS, code=3)
    assert "The currency is EUR" in answer["refused_files"][0]["reason"]
    assert books.matches() == []
