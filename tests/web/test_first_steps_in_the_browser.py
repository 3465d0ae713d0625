"""From an empty database to a booked payment, and a question that the owner answers, in real
Chromium: only what the pages show, and the link that `avstem serve` prints.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cli.files import BBAN, Line, statement_xml
from tests.support.command import Avstem
from tests.support.databases import fresh_sqlite
from tests.web.conftest import free_port

pytestmark = pytest.mark.browser
ORGNR = "923609016"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
def begins_at(template: str, tmp_path: Path) -> Iterator[str]:
    """The link that is printed where nobody works yet."""
    with fresh_sqlite(Path(template), tmp_path) as url:
        avstem, port = Avstem(url, tmp_path), free_port()
        server = avstem.start("serve", "--port", port, stdout=subprocess.PIPE, bufsize=0)
        assert server.stdout is not None
        said = b""
        while b"/begin/" not in said and server.poll() is None:
            said = server.stdout.readline()
        yield said.decode().strip()
        server.terminate()
        server.wait(10)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="nb-NO", viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Nothing of the page stands beside the telephone."""
    page.wait_for_load_state()  # a page that has just been gone to may have no root yet
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def begin(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Navn").fill("Kari")
    page.get_by_label("E-postadresse").fill("kari@example.no")
    page.get_by_label(re.compile("^Et passord")).fill("elleve brune hester")
    page.get_by_role("button", name="Videre: selskapet").click()
    page.get_by_label("Organisasjonsnummer").fill("923 609 016")
    page.get_by_label("Navn").fill("Kari Elektro AS")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("IBAN, eller 11 siffer").fill(BBAN)
    page.get_by_role("button", name="Legg til kontoen").click()


def files_of(folder: Path) -> list[Path]:
    bills, statement = folder / "invoices.csv", folder / "statement.xml"
    head = "type,number,party_name,invoice_date,due_date,currency,amount,kid"
    row = "customer_invoice,7,Ola AS,2026-11-01,2026-11-15,NOK,1250.00,0000075"
    bills.write_text(f"{head}\n{row}\n", encoding="utf-8")
    lines = [Line("1250.00", kid="0000075", name="Ola AS"), Line("-499.00", name="Elkjop")]
    said = statement_xml(BBAN, "2026-11-12", "0.00", "751.00", lines)
    statement.write_text(said, encoding="utf-8")
    return [bills, statement]


def test_an_account_in_three_minutes_and_a_question_that_its_owner_answers(
    begins_at: str, page: Page, browser: Browser, tmp_path: Path
) -> None:
    begin(page, begins_at)
    page.get_by_role("link", name="Last opp filer").first.click()
    page.locator("input[type=file]").set_input_files(files_of(tmp_path))
    page.get_by_role("button", name="Last opp").click()
    expect(page.get_by_role("status").first).to_contain_text("1 bokført")

    page.goto(begins_at)
    expect(page.get_by_role("main")).to_contain_text("Lenken er brukt")

    page.goto(f"{begins_at.split('/begin/', maxsplit=1)[0]}/{ORGNR}/")
    assert fits(page)
    page.get_by_role("link", name="Avstem", exact=True).click()
    page.get_by_role("link", name="Elkjop").click()
    # A purchase has no account to go to yet: it is added, and one is back at the purchase.
    page.get_by_role("link", name="Mangler det en konto?").click()
    page.get_by_label("Nummer").fill("6540")
    page.get_by_label("Navn").fill("Inventar")
    page.get_by_role("button", name="Legg til kontoen").click()
    expect(page.get_by_label("Konto", exact=True)).to_have_value("6540")
    page.get_by_text("Spør eieren").click()
    page.get_by_label("Hva vil du vite?").fill("Hva er dette?")
    page.get_by_role("button", name="Lag lenken").click()
    asked = page.get_by_role("status").get_by_role("link")
    expect(asked).to_be_visible()
    assert fits(page), "the link is broken over lines"

    owner = browser.new_context(locale="nb-NO", viewport={"width": 390, "height": 844}).new_page()
    owner.goto(asked.inner_text())
    owner.get_by_label("Svaret ditt").fill("En skjerm")
    receipt = {"name": "kvittering.png", "mimeType": "image/png", "buffer": PICTURE}
    owner.locator("input[type=file]").set_input_files(files=[receipt])  # type: ignore[list-item]
    owner.get_by_role("button", name="Send svaret").click()
    expect(owner.get_by_role("main")).to_contain_text("Takk")
    owner.context.close()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("En skjerm")


def test_two_programs_that_start_at_once_make_the_tables_once(tmp_path: Path) -> None:
    avstem = Avstem(f"sqlite:///{tmp_path}/new.sqlite3", tmp_path)
    first, second = (
        subprocess.Popen(
            [sys.executable, "-m", "avstem.cli", "verify"], env=avstem.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for _ in range(2)
    )  # fmt: skip
    for each in (first, second):
        said, _ = each.communicate(timeout=120)
        assert each.returncode == 0, said.decode()[-2000:]
