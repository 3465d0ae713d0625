"""`avstem settlement read` and `import`, driven by the real command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books
from tests.support.settlements import ZETTLE, stripe, vipps

__all__ = ["books"]

pytestmark = pytest.mark.database


def take(books: Books, *paths: Path, code: int = 0) -> dict[str, list[dict[str, object]]]:
    answer = books.run("settlement", "import", "--company", ORGNR, *paths, "--json", code=code)
    found: dict[str, list[dict[str, object]]] = answer.json
    return found


def test_a_payout_is_one_line_of_json_with_all_its_sums(books: Books) -> None:
    path = books.file("v.csv", vipps(paid="80,00"))
    [found] = books.run("settlement", "read", path, "--json").lines
    lines = found.pop("lines")
    assert found == {
        "file": str(path), "format": "settlement.vipps.rows", "provider": "vipps",
        "id": "57860-2000023", "payout_date": "2026-04-13", "account": "NO6115030001017",
        "currency": "NOK", "gross": "100.00", "fee": "1.75", "refunds": "20.00", "other": "0.00",
        "net": "80.00", "unexplained": "1.75", "invoiced_fee": None,
    }  # fmt: skip
    assert lines[0] == {
        "kind": "sale", "reference": "720000231", "order_id": "F-1", "date": "2026-04-11",
        "gross": "100.00", "fee": "1.75", "net": "98.25", "difference": "0.00", "text": "Til kaffen",
    }  # fmt: skip
    assert [line["kind"] for line in lines] == ["sale", "refund"]


def test_people_read_what_is_not_explained(books: Books) -> None:
    said = books.run("settlement", "read", books.file("v.csv", vipps(paid="80,00")))
    assert "= net 80.00 NOK, 2 lines; UNEXPLAINED 1.75" in said.out
    assert "UNEXPLAINED" not in books.run("settlement", "read", books.file("w.csv", vipps())).out


def test_reading_loads_no_django(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text(vipps(), "utf-8")
    script = (
        "import sys; from avstem.cli.main import main\n"
        f"main(['settlement', 'read', {str(path)!r}, '--json'], standalone_mode=False)\n"
        "assert 'django' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["net"] == "78.25"


def test_a_report_that_names_no_currency_asks_for_it(books: Books) -> None:
    path = books.file("z.csv", ZETTLE)
    refused = books.run("settlement", "read", path, code=3)
    assert "--currency NOK" in refused.err
    [found] = books.run("settlement", "read", path, "--currency", "SEK", "--json").lines
    assert (found["net"], found["currency"]) == ("97.25", "SEK")


def test_several_files_are_kept_and_a_wrong_one_is_named(books: Books) -> None:
    good, wrong = books.file("v.csv", vipps()), books.file("x.csv", "hei")
    answer = books.run("settlement", "read", good, wrong, "--json", code=1)
    assert [line["id"] for line in answer.lines] == ["57860-2000023"]
    assert "x.csv: not a file avstem reads" in answer.err
    assert books.run("settlement", "read", wrong, code=3).out == ""
    assert books.run("settlement", "read", books.folder / "gone.csv", code=3).out == ""


def test_importing_twice_adds_nothing_and_another_content_is_refused(books: Books) -> None:
    path = books.file("v.csv", vipps())
    [first] = take(books, path)["files"]
    assert (first["added"], first["already_there"], first["lines"]) == (1, 0, 2)
    [second] = take(books, path)["files"]
    assert (second["added"], second["already_there"]) == (0, 1)
    other = books.file("other.csv", vipps(gross="110,00"))
    more = books.file("s.csv", stripe(("po_1aaaaa", "2026-04-01", "10.00")))
    answer = take(books, other, more, code=1)
    assert [each["file"] for each in answer["files"]] == ["s.csv"]
    [refused] = answer["refused_files"]
    assert "57860-2000023 (vipps) is stored already with other content: gross" in str(refused)
    books.verify()


def test_what_is_not_explained_is_said_and_stored(books: Books) -> None:
    path = books.file("v.csv", vipps(paid="80,00"))
    answer = books.run("settlement", "import", "--company", ORGNR, path)
    assert "1 payouts added, 0 already there, 2 lines." in answer.out
    assert "a part of payout 57860-2000023 is not explained" in answer.err


@pytest.mark.parametrize("name", ["Nets", "Worldline"])
def test_a_report_whose_layout_is_not_known_is_refused_by_name(books: Books, name: str) -> None:
    path = books.file("x.csv", f"{name};oppgjør;2026\na;b;c\n")
    for words in (("settlement", "read"), ("settlement", "import", "--company", ORGNR)):
        answer = books.run(*words, path, code=3)
        assert name in answer.err
        assert "Book the payout from the bank statement" in answer.err
    assert f"{name}" in books.run("statement", "read", path, code=3).err


def test_an_unknown_company_is_named(books: Books) -> None:
    path = books.file("v.csv", vipps())
    answer = books.run("settlement", "import", "--company", "923609016", path, code=3)
    assert "923609016" in answer.err
