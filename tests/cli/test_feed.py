"""`avstem feed`, and `statement retire` and `restore`, with the real command."""

import pytest

from tests.cli.files import BBAN, ORGNR, Books, Line

pytestmark = pytest.mark.database
ON = ("--company", ORGNR, "--account", BBAN)


def test_the_feed_names_what_is_missing_and_what_was_told_twice(books: Books) -> None:
    books.take(books.statement("2026-03-02", "0.00", [Line("10.00", "R1")], id="S1"))
    books.take(books.statement("2026-03-04", "50.00", [Line("10.00", "R2")], id="S3"))
    books.take(
        books.statement("2026-03-02", "0.00", [Line("10.00", "Q1")], id="S1B", name="igjen.xml")
    )
    span = ("--from", "2026-03-02", "--to", "2026-03-04")
    answer = books.run("feed", *ON, *span, "--json", code=1).json
    [account] = answer
    assert [each["state"] for each in account["days"]] == ["doubled", "missing", "unchained"]
    assert account["days"][0]["statements"] == ["S1", "S1B"]
    said = books.run("feed", *ON, *span, code=1).out
    assert "2026-03-03  Missing" in said

    why = ("--reason", "Sendt på nytt")
    books.run("statement", "retire", *ON, "--statement", "S1B", *why)
    books.take(books.statement("2026-03-03", "10.00", [Line("40.00", "R3")], id="S2"))
    assert "0 of 3 days" in books.run("feed", *ON, *span, code=0).out
    books.verify()
    assert books.run("statement", "retire", *ON, "--statement", "S2", *why, code=3).err
    restored = books.run("statement", "restore", *ON, "--statement", "S1B", "--json").json
    assert restored == {"statement": "S1B", "state": "restored"}
    books.run("feed", *ON, *span, code=1)
