"""Receipts leave with the books: named by voucher in the export, and as files in an archive."""

import csv
import hashlib
import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.cli.files import BBAN, ORGNR, Books
from tests.web.acting import Step, act

pytestmark = pytest.mark.database
PDF = b"%PDF-1.7 en kvittering fra "
#: More than one piece of a megabyte.
BIG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 5_000


def bought(books: Books, day: str, text: str) -> int:
    added = books.run(
        "transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", day,
        "--amount", "-499.00", "--text", text, "--json",
    ).json  # fmt: skip
    return int(added["id"])


def file(books: Books, name: str, content: bytes) -> Path:
    path = books.folder / name
    path.write_bytes(content)
    return path


def receipts(books: Books) -> tuple[int, int]:
    """Two purchases, one booked, undone and booked again, with two receipts; one not booked."""
    first, second = bought(books, "2026-10-02", "=cmd Elkjøp"), bought(books, "2026-11-02", "Kiwi")
    attach = f"transactions/{first}/attach/"
    act(
        books.run,
        Step(attach, {}, (("receipt", file(books, "a.pdf", PDF + b"A")),)),
        Step(attach, {}, (("receipt", file(books, "bilde.png", BIG)),)),
        Step(f"transactions/{second}/attach/", {}, (("receipt", file(books, "a.pdf", PDF)),)),
        Step(f"transactions/{first}/book/", {"account": "7770"}),
        Step(f"transactions/{first}/undo/", {}),
        Step(f"transactions/{first}/book/", {"account": "7770"}),
    )
    return first, second


def archive(books: Books, name: str, *words: str) -> dict[str, bytes]:
    path = books.folder / name
    books.run("export", "receipts", "--company", ORGNR, path, *words)
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        return {each: opened.read(each) for each in opened.namelist()}


def test_the_voucher_names_its_receipts_and_the_archive_holds_them(books: Books) -> None:
    _, second = receipts(books)
    vouchers = books.vouchers()
    assert len(vouchers) == 3, "booked, undone, booked again"
    named = [each["attachments"] for each in vouchers]
    assert named[0] == named[1] == named[2], "a receipt keeps its name"
    assert [each["file"] for each in named[0]] == ["2026/2026-1-1 a.pdf", "2026/2026-1-2 bilde.png"]
    assert named[0][1]["sha256"] == hashlib.sha256(BIG).hexdigest()
    assert named[0][1]["bytes"] == len(BIG)

    found = archive(books, "one.zip")
    table = found.pop("receipts.csv").decode("utf-8-sig")
    for each in named[0]:
        assert hashlib.sha256(found[each["file"]]).hexdigest() == each["sha256"]
    left = f"unbooked/2026-11-02 {second}-1 a.pdf"
    assert found.pop(left) == PDF
    assert found.keys() == {each["file"] for each in named[0]}
    rows = {row["file"]: row for row in csv.DictReader(io.StringIO(table))}
    assert rows[left]["voucher"] == ""
    assert rows["2026/2026-1-1 a.pdf"]["amount"] == "-499.00"
    assert not any(row["text"].startswith("=") for row in rows.values())

    archive(books, "two.zip")
    one, two = (books.folder / name for name in ("one.zip", "two.zip"))
    assert one.read_bytes() == two.read_bytes(), "the same receipts, the same bytes"
    assert archive(books, "oct.zip", "--from", "2026-10-01", "--to", "2026-10-31").keys() == {
        *(each["file"] for each in named[0]), "receipts.csv"
    }  # fmt: skip


def test_without_receipts_there_is_a_table_of_none_and_nothing_in_the_vouchers(
    books: Books,
) -> None:
    assert list(archive(books, "none.zip")) == ["receipts.csv"]
    bought(books, "2026-10-02", "Elkjøp")
    act(books.run, Step("transactions/1/book/", {"account": "7770"}))
    assert "attachments" not in books.vouchers()[0]
    wrong = books.run("export", "receipts", "--company", ORGNR, books.folder / "x.zip", "--from",
                      "2026-12-01", "--to", "2026-11-01", code=3)  # fmt: skip
    assert "days in order" in wrong.err
    nowhere = books.folder / "no" / "x.zip"
    books.run("export", "receipts", "--company", ORGNR, nowhere, code=3)


def test_other_bytes_than_those_that_came_are_no_receipt(books: Books) -> None:
    if not books.run.url.startswith("sqlite"):
        pytest.skip("the table is broken into on SQLite")
    receipts(books)
    with sqlite3.connect(books.run.url.removeprefix("sqlite:///")) as database:
        database.execute("DROP TRIGGER attachmentchunk_unchanged")
        database.execute(
            "UPDATE store_attachmentchunk SET data = ? WHERE attachment_id = 1", [PDF + b"B"]
        )
    path = books.folder / "x.zip"
    refused = books.run("export", "receipts", "--company", ORGNR, path, code=3)
    assert "2026-1-1 a.pdf" in refused.err
    assert not path.exists()


def test_the_voucher_page_shows_its_receipts(books: Books) -> None:
    receipts(books)
    [page] = act(books.run, Step("vouchers/1/"))
    assert "bilde.png" in page.text
    assert f"/{ORGNR}/attachments/1/" in page.page
