"""Receipts at a transaction, and questions that the owner answers without an account."""

import re
import sqlite3
from pathlib import Path

import pytest

from avstem.web.limits import ANSWER_BYTES_MAX
from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books
from tests.web.acting import Page, Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database
NEIGHBOUR = "923609016"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
HOSTILE = (b"<html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"MZ\x90\x00", b"")


def bought(books: Books) -> str:
    added = books.run(
        "transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", "2026-11-02",
        "--amount", "-499.00", "--text", "VISA VARE Elkjop", "--json",
    ).json  # fmt: skip
    return str(added["id"])


def link_on(page: Page) -> str:
    [link] = set(re.findall(rf"http://localhost(/ask/{ORGNR}/[\w-]+/)", page.page))
    return link


def picture(books: Books, name: str, content: bytes) -> Path:
    path = books.folder / name
    path.write_bytes(content)
    return path


def test_the_owner_answers_by_the_link_once_with_a_picture(books: Books) -> None:
    transaction = bought(books)
    [asked] = act(
        books.run, Step(f"transactions/{transaction}/ask/", {"question": "Hva er dette?"})
    )
    link = link_on(asked)
    shown, answered, again, row, home = act(
        books.run,
        Step(link),
        Step(link, {"answer": "En skjerm til kontoret", "name": "Ola"},
             (("picture", picture(books, "kvittering.html", PNG)),)),
        Step(link, {"answer": "Nei, noe annet"}),
        Step(f"transactions/{transaction}/"),
        Step(""),
        anonymous=("/ask/",),
    )  # fmt: skip
    assert "Hva er dette?" in shown.text
    assert "499,00" in shown.text
    assert "Vouchers" not in shown.text, "nothing else of the company is on the page"
    assert "Thank you" in answered.text
    assert again.status == 410, "a link works once"
    assert "En skjerm til kontoret" in row.text
    assert "owner: Ola" in row.text
    assert "Answers from the owner" in home.text
    assert "kvittering.png" in row.text, "called by what it is, not by what it says"
    assert books.vouchers() == [], "an answer books nothing"
    books.run("verify")


def test_what_a_browser_would_run_is_refused_and_the_question_still_waits(books: Books) -> None:
    transaction = bought(books)
    [asked] = act(books.run, Step(f"transactions/{transaction}/ask/", {"question": "Hva?"}))
    link = link_on(asked)
    tries = [
        Step(link, {"answer": ""}, (("picture", picture(books, f"{n}.png", content)),))
        for n, content in enumerate(HOSTILE)
    ]
    too_big = picture(books, "stor.png", PNG + b"\x00" * ANSWER_BYTES_MAX)
    *refused, big, shown = act(
        books.run, *tries, Step(link, {}, (("picture", too_big),)), Step(link), anonymous=("/ask/",)
    )
    assert {each.status for each in refused} == {422}
    assert big.status == 413
    assert shown.status == 200
    assert "Send the answer" in shown.text


def test_a_link_is_the_companys_own_and_a_withdrawn_one_is_dead(books: Books) -> None:
    books.run("company", "add", "--orgnr", NEIGHBOUR, "--name", "Nabo AS")
    transaction = bought(books)
    path = f"transactions/{transaction}/ask/"
    first, second = act(books.run, Step(path, {"question": "A?"}), Step(path, {"question": "B?"}))
    elsewhere = link_on(second).replace(ORGNR, NEIGHBOUR)
    replaced, wrong, _withdrawn, dead = act(
        books.run, Step(link_on(first)), Step(elsewhere),
        Step(f"transactions/{transaction}/ask/2/withdraw/", {}), Step(link_on(second)),
        anonymous=("/ask/",),
    )  # fmt: skip
    assert [replaced.status, wrong.status, dead.status] == [410, 410, 410]
    [stranger] = act(
        books.run, Step(path, {"question": "C?"}), company=NEIGHBOUR, member_of=NEIGHBOUR
    )
    assert stranger.status == 404


def test_a_receipt_is_kept_as_it_came_and_shown_boxed_in(books: Books) -> None:
    transaction = bought(books)
    path = f"transactions/{transaction}/attach/"
    pdf = picture(books, "a\nb.pdf", b"%PDF-1.7 en kvittering")
    kept, twice, refused, seen = act(
        books.run,
        Step(path, {}, (("receipt", pdf),)),
        Step(path, {}, (("receipt", pdf),)),
        Step(path, {}, (("receipt", picture(books, "x.pdf", HOSTILE[0])),)),
        Step("attachments/1/"),
    )
    assert "is attached." in kept.text
    assert twice.page.count('href="/974760673/attachments/') == 1, "the same bytes are kept once"
    assert "JPEG, PNG, WebP, HEIC, PDF" in refused.text
    assert seen.page == "%PDF-1.7 en kvittering"
    headers = {name.lower(): value for name, value in seen.headers.items()}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"].startswith("attachment;")
    assert "default-src 'none'" in headers["content-security-policy"]
    [reader] = act(books.run, Step(path, {}, (("receipt", pdf),)), role="reader")
    assert reader.status == 403
    books.run("company", "add", "--orgnr", NEIGHBOUR, "--name", "Nabo AS")
    [other] = act(books.run, Step("attachments/1/"), company=NEIGHBOUR, member_of=NEIGHBOUR)
    assert other.status == 404
    books.run("verify")


def test_the_secret_of_a_link_is_nowhere_in_the_database(books: Books) -> None:
    if not books.run.url.startswith("sqlite"):
        pytest.skip("the file is searched byte for byte, and only SQLite is one file")
    transaction = bought(books)
    [asked] = act(books.run, Step(f"transactions/{transaction}/ask/", {"question": "Hva?"}))
    token = link_on(asked).rsplit("/", 2)[1]
    database = sqlite3.connect(books.run.url.removeprefix("sqlite:///"))
    said = "\n".join(database.iterdump())
    database.close()
    assert "Hva?" in said
    assert token not in said
