"""The reconciliation report, as a command, as a paper and as a page."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from avstem.domain.reconciliation import DifferenceKind
from avstem.wording.reconciliation import DIFFERENCES, REMEDIES
from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books, Line
from tests.web.acting import look

__all__ = ["books"]

pytestmark = pytest.mark.database

FEE = Line("-40.00", "A", text="Sakset fra nettbanken")


def test_every_difference_has_words_and_a_remedy() -> None:
    kinds = {each.value for each in DifferenceKind}
    assert set(DIFFERENCES) == set(REMEDIES) == kinds


def test_the_report_names_what_is_not_booked(books: Books, tmp_path: Path) -> None:
    books.take(books.statement("2026-04-14", "100.00", [FEE]))
    pdf = tmp_path / "rapport.pdf"
    asked = (
        "report", "reconciliation", "--company", ORGNR, "--account", BBAN, "--date", "2026-04-30",
    )  # fmt: skip
    said = books.run(*asked, "--pdf", pdf, "--json").json
    assert (said["bank_balance"], said["ledger_balance"]) == ("60.00", "100.00")
    assert (said["difference"], said["unexplained"]) == ("-40.00", "0.00")
    assert (said["statement_date"], said["differs_since"]) == ("2026-04-14", "2026-04-14")
    [difference] = said["differences"]
    assert (difference["kind"], difference["amount"]) == ("unbooked", "-40.00")
    assert difference["lines"][0]["text"] == "Sakset fra nettbanken"

    shown = books.run(*asked)
    assert "In the bank, not booked: -40.00 NOK" in shown.out

    paper = PdfReader(pdf).pages[0].extract_text()
    for word in ("Bankavstemming", "1503.00.01017", "−40,00", "I banken, ikke bokført"):
        assert word in paper, paper

    before = books.run(*asked[:-1], "2026-04-13", "--json").json
    assert (before["bank_balance"], before["differences"]) == ("100.00", [])


def test_the_page_shows_the_same_and_is_the_company_s_alone(books: Books) -> None:
    books.take(books.statement("2026-04-14", "100.00", [FEE]))
    path = "accounts/1/reconciliation/"
    page, nonsense, nowhere, no_such_language = look(
        books.run, f"{path}?date=2026-04-30", f"{path}?date=i-morgen",
        "accounts/99/reconciliation/", f"{path}de.pdf",
    )  # fmt: skip
    assert "In the bank, not booked: −40,00" in page.text
    assert "The balances have differed since 14.04.2026" in page.text
    assert nonsense.status == 200
    assert (nowhere.status, no_such_language.status) == (404, 404)
    books.run("company", "add", "--orgnr", "923609016", "--name", "Annen AS")
    [theirs] = look(books.run, path, company="923609016", member_of="923609016")
    assert theirs.status == 404
