"""Archives of invoices: each file inside is taken on its own, a broken one is named."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.cli.files import HEADER, ORGNR, Books, customer_invoice
from tests.support.ubl import Ubl
from tests.web.acting import upload

pytestmark = pytest.mark.database

BILL = Ubl()
PDF = b"%PDF-1.7\n" + b"x" * 100


def bill(number: str) -> bytes:
    return BILL.but(number=number).xml().encode()


def archive(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "."), content)
    return made.getvalue()


def file(books: Books, name: str, content: bytes) -> Path:
    path = books.file(name, "")
    path.write_bytes(content)
    return path


def taken(books: Books, path: Path, code: int = 0) -> dict[str, list[dict[str, object]]]:
    answer = books.run("invoices", "import", "--company", ORGNR, path, "--json", code=code)
    assert isinstance(answer.json, dict)
    return answer.json


def added(answer: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {each["file"]: each["added"] for each in answer["files"]}


def test_several_invoices_in_a_zip_are_taken_each_under_its_name(books: Books) -> None:
    table = f"{HEADER}\n{customer_invoice('1001', '10.00')}\n".encode()
    inner = archive(c__xml=bill("F-3"))
    path = file(books, "b.zip", archive(a__xml=bill("F-1"), b__csv=table, c__zip=inner))
    assert added(taken(books, path)) == {
        "b.zip/a.xml": 1, "b.zip/b.csv": 1, "b.zip/c.zip/c.xml": 1,
    }  # fmt: skip
    again = taken(books, path)
    assert [each["already_there"] for each in again["files"]] == [1, 1, 1]
    books.verify()


def test_a_gzip_file_is_opened(books: Books) -> None:
    path = file(books, "f.xml.gz", gzip.compress(bill("F-1")))
    assert added(taken(books, path)) == {"f.xml.gz": 1}


BROKEN = {
    "an XML that is cut off": (bill("F-2")[:-200], "b.zip/b.xml"),
    "sums that do not hold": (
        BILL.but(number="F-2", totals=(("PayableAmount", "1.00"),)).xml().encode(), "PayableAmount",
    ),
    "no XML that anybody knows": (b"<Order/>", "not a file avstem reads"),
    "a text": (b"Hei\n", "b.zip/b.xml"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_one_broken_invoice_is_named_and_the_rest_are_kept(books: Books, kind: str) -> None:
    content, said = BROKEN[kind]
    path = file(books, "b.zip", archive(a__xml=bill("F-1"), b__xml=content, c__xml=bill("F-3")))
    answer = taken(books, path, code=1)
    assert added(answer) == {"b.zip/a.xml": 1, "b.zip/c.xml": 1}
    [refused] = answer["refused_files"]
    assert refused["file"] == "b.zip/b.xml"
    assert said in str(refused["reason"])
    books.verify()


def test_a_member_whose_bytes_are_damaged_is_named_and_the_rest_are_kept(books: Books) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        for number in ("F-1", "F-2", "F-3"):
            packed.writestr(f"{number}.xml", bill(number))
    damaged = made.getvalue().replace(b">F-2<", b">F-9<", 1)
    path = file(books, "b.zip", damaged)
    answer = taken(books, path, code=1)
    assert added(answer) == {"b.zip/F-1.xml": 1, "b.zip/F-3.xml": 1}
    [refused] = answer["refused_files"]
    assert refused["file"] == "b.zip/F-2.xml"
    page = upload(books.run, path)
    assert "Already there 2 Refused 1" in page.said("b.zip")
    assert "F-2.xml" in page.said("b.zip")


def test_a_pdf_beside_an_invoice_is_passed_over_and_named(books: Books) -> None:
    path = file(books, "b.zip", archive(a__pdf=PDF, b__xml=bill("F-1")))
    answer = taken(books, path)
    assert added(answer) == {"b.zip/a.pdf": 0, "b.zip/b.xml": 1}
    assert answer["files"][0]["warnings"] == [{"line": 1, "reason": "passed over: a PDF document"}]


@pytest.mark.parametrize("content", [archive(a__pdf=PDF), archive()], ids=["only a PDF", "empty"])
def test_an_archive_without_invoices_is_refused(books: Books, content: bytes) -> None:
    answer = taken(books, file(books, "b.zip", content), code=3)
    assert answer["files"] == []
    assert "an archive without invoices" in str(answer["refused_files"][0]["reason"])


def test_a_broken_archive_is_refused_whole(books: Books) -> None:
    path = file(books, "b.zip", archive(a__xml=bill("F-1"))[:-30])
    assert "a whole archive" in str(taken(books, path, code=3)["refused_files"][0]["reason"])


def test_an_encrypted_member_is_named_and_the_rest_are_kept(books: Books) -> None:
    content = bytearray(archive(a__xml=bill("F-1"), b__xml=bill("F-2")))
    # The flag stands in the central directory, of which the second entry is the last.
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    answer = taken(books, file(books, "b.zip", bytes(content)), code=1)
    assert added(answer) == {"b.zip/a.xml": 1}
    assert "an encrypted member" in str(answer["refused_files"][0]["reason"])


def test_the_upload_page_takes_an_archive_of_invoices_and_names_the_broken_one(
    books: Books,
) -> None:
    packed = archive(a__pdf=PDF, b__xml=bill("F-1"), c__xml=bill("F-2")[:-200], d__xml=bill("F-3"))
    page = upload(books.run, file(books, "b.zip", packed))
    said = page.said("b.zip")
    assert said.startswith("Added 2 Already there 0 Refused 1")
    assert "c.xml" in said
    assert "a.pdf: 1" in said
    books.verify()


def test_the_upload_page_takes_a_packed_invoice(books: Books) -> None:
    page = upload(books.run, file(books, "f.gz", gzip.compress(bill("F-1"))))
    assert page.said("f.gz").startswith("Added 1")
