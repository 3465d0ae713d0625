"""Bad input: one clear line with file, place, found and expected; nothing half-stored; exit codes."""

import re
from pathlib import Path

import pytest

from tests.cli.files import BBAN, ORGNR, Books, Line, customer_invoice, statement_xml
from tests.support.command import Avstem

pytestmark = pytest.mark.database

GOOD = statement_xml(BBAN, "2026-03-02", "0.00", "100.00", [Line("100.00", "R1")])
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + GOOD.partition("\n")[2].replace("<Id>053", "<Id>&b;053", 1)
)
BAD = {
    "cut in the middle": (GOOD[: len(GOOD) * 2 // 3].encode(), r"line \d+, column \d+"),
    "not XML": (b"Dato;Tekst;Inn\n01.03.2026;Betaling;100,00\n", "not a file avstem reads"),
    "a web page": (b"<!doctype html><html><body>Logg inn</body></html>", "web page"),
    "an empty file": (b"", "an empty file"),
    "another message": (
        GOOD.replace("camt.053.001.02", "pain.001.001.03").encode(),
        r"pain\.001\.001\.03",
    ),
    "wrongly encoded": (GOOD.replace("M1", "Blåbær").encode("latin-1"), r"line \d+"),
    "an entity bomb": (BOMB.encode(), "document type declaration"),
    "a date that does not exist": (
        GOOD.replace("<BookgDt><Dt>2026-03-02", "<BookgDt><Dt>2026-02-30").encode(),
        r"Ntry\[1\]/BookgDt: found “2026-02-30”, expected",
    ),
    "an amount with a comma": (
        GOOD.replace('<Ntry><Amt Ccy="NOK">100.00', '<Ntry><Amt Ccy="NOK">100,00').encode(),
        r"Ntry\[1\]/Amt: found “100,00”, expected",
    ),
    "an account that is not ours": (
        GOOD.replace(BBAN, "97501100114").encode(),
        r"NO1097501100114 is not one of the company's",
    ),
    "another currency": (GOOD.replace("NOK", "EUR").encode(), "The currency is EUR"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_bank_file_is_refused_in_one_line_and_leaves_nothing(books: Books, kind: str) -> None:
    content, said = BAD[kind]
    path = books.folder / "bank.xml"
    path.write_bytes(content)
    answer = books.run("statement", "import", "--company", ORGNR, path, code=3)
    assert answer.out == ""
    [line] = answer.err.strip().splitlines()
    assert "bank.xml" in line
    assert re.search(said, line), line
    assert books.matches() == []
    books.verify()

    good = books.file("good.xml", GOOD)
    assert books.take(good)["files"][0]["added"] == 1, "the good file is taken as if nothing was"


def test_a_bad_file_read_without_a_database_leaves_nothing_on_standard_output(
    avstem: Avstem, tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad.xml", tmp_path / "good.xml"
    bad.write_bytes(BAD["cut in the middle"][0])
    good.write_text(GOOD, encoding="utf-8")
    assert avstem("statement", "read", bad, "--json", code=3).out == ""
    both = avstem("statement", "read", bad, good, "--json", code=1)
    assert [Path(line["file"]).name for line in both.lines] == ["good.xml"]


def test_wrong_rows_of_invoices_are_named_and_the_good_ones_kept(books: Books) -> None:
    answer = books.invoices(
        customer_invoice("1001", "1000.00", "00010017"),
        customer_invoice("1002", "1000.00", "00010026"),
        customer_invoice("1003", "1.005"),
        customer_invoice("1004", "50.00"),
        code=1,
    )
    [file] = answer["files"]
    assert file["added"] == 2
    assert [(row["line"], row["code"]) for row in file["refused"]] == [
        (3, "value.invalid"),
        (4, "value.invalid"),
    ]
    again = books.invoices(
        customer_invoice("1001", "1000.00", "00010017"), customer_invoice("1004", "51.00"), code=1
    )["files"][0]
    assert (again["added"], again["already_there"]) == (0, 1)
    assert again["refused"][0]["code"] == "exists.differs"
    books.verify()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["statement", "import"], 2),
        (["nonsense"], 2),
        (["company", "add", "--orgnr", "974760673"], 2),
        (["reconcile", "--company", "923609016"], 3),
        (["company", "add", "--orgnr", "123456789", "--name", "X"], 3),
        (["statement", "read", "no-such-file.xml"], 3),
        (["statement", "read", "."], 3),
    ],
)
def test_wrong_usage_is_2_and_what_cannot_be_done_is_3(
    avstem: Avstem, words: list[str], code: int
) -> None:
    answer = avstem(*words, code=code)
    assert answer.out == ""
    assert answer.err.strip()


@pytest.mark.parametrize(
    "words",
    ["", "company add", "account add", "user add", "invoices import", "statement read",
     "statement import", "statement explain", "reconcile", "transaction add", "export matches",
     "export vouchers", "verify", "demo", "serve", "migrate", "period close", "kid make"],
)  # fmt: skip
def test_every_command_explains_itself(avstem: Avstem, words: str) -> None:
    assert "Usage: " in avstem(*words.split(), "--help").out
