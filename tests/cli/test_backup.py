"""The whole database in one file, and back, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import books
from tests.cli.files import ORGNR, Books, Line
from tests.conftest import ON_POSTGRESQL, SERVER
from tests.support.command import Avstem
from tests.support.databases import fresh_postgresql

__all__ = ["books"]

pytestmark = pytest.mark.database


@contextmanager
def empty(folder: Path) -> Iterator[Avstem]:
    """Another machine, with a database in which nothing is made yet."""
    folder.mkdir()
    if ON_POSTGRESQL:
        with fresh_postgresql(SERVER) as url:
            yield Avstem(url, folder)
    else:
        yield Avstem(f"sqlite:///{folder / 'other.sqlite3'}", folder)


def exported(run: Avstem) -> tuple[str, str]:
    return (
        run("export", "matches", "--company", ORGNR).out,
        run("export", "vouchers", "--company", ORGNR).out,
    )


def test_the_books_come_back_as_they_were(books: Books, tmp_path: Path) -> None:
    books.invoices("customer_invoice,1001,Nordlys Bygg AS,,,2026-03-01,NOK,250.00,10017,")
    books.take(books.statement("2026-04-14", "100.00", [Line("250.00", "A", kid="10017")]))
    before = exported(books.run)
    assert '"booked"' in before[0]
    copy = tmp_path / "copy.avstem"
    said = books.run("backup", copy, "--json")
    assert (said.json["companies"], said.json["bytes"]) == (1, copy.stat().st_size)
    assert "keep that too" in said.err, "the key of the secrets is not in the copy"
    with empty(tmp_path / "other") as other:
        assert other("restore", copy, "--json").json["companies"] == 1
        assert exported(other) == before
        other("verify")
        refused = other("restore", copy, code=3)
        assert "is in use" in refused.err
        other("transaction", "add", "--company", ORGNR, "--account", "15030001017",
              "--date", "2026-04-15", "--amount", "-1.00", "--text", "Etter kopien")  # fmt: skip
        after = exported(other)
        assert after != before
        kept = other("restore", copy, "--replace", "--json").json["kept"]
        assert exported(other) == before
        other("restore", kept, "--replace")
        assert exported(other) == after


def test_a_file_that_is_no_whole_backup_changes_nothing(books: Books, tmp_path: Path) -> None:
    before = exported(books.run)
    copy = tmp_path / "copy.avstem"
    books.run("backup", copy)
    whole = copy.read_bytes()
    cut = tmp_path / "cut.avstem"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    other = books.file("other.txt", "kontoutskrift")
    for wrong in (cut, other, tmp_path / "nowhere"):
        books.run("restore", wrong, "--replace", code=3)
    assert exported(books.run) == before
    books.run("backup", tmp_path / "no" / "such" / "folder", code=3)
    assert not list(tmp_path.glob("*.part"))
