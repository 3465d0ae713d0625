"""In real Chromium, from an empty database: a company, its account and files, its first bookings.

One server for all; each test has companies and transactions of its own.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cli.files import BBAN, ORGNR, Books, Line
from tests.support.command import Avstem
from tests.support.databases import fresh_sqlite
from tests.web.conftest import Site, free_port, wait_until_it_answers
from tests.web.test_every_page import AXE, RULES, faults

pytestmark = pytest.mark.browser
FIRST, SECOND = "317000022", "923609016"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
INVOICES = (
    "type,number,party_name,invoice_date,due_date,currency,amount\n"
    "customer_invoice,1001,Fjellheim AS,2026-11-01,2026-11-15,NOK,1250.00\n"
)
#: No bank is known to write so; the account and the currency stand nowhere.
TABLE = (
    "Når;Hva;Pluss og minus;Etterpå\n"
    "16.11.2026;Fjellheim AS faktura 1001;1 250,00;11 250,00\n"
    "17.11.2026;VISA Byggmakker;-499,50;10 750,50\n"
    "18.11.2026;Gebyr nettbank;-30,00;10 720,50\n"
)


@pytest.fixture(scope="module")
def nothing(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on a database that holds one company by its number and no more."""
    folder = tmp_path_factory.mktemp("nothing")
    with fresh_sqlite(Path(template), folder) as url:
        avstem = Avstem(url, folder)
        avstem("company", "add", "--orgnr", FIRST, "--name", "Tom AS")
        port = free_port()
        server = avstem.start("serve", "--port", port, stdout=subprocess.DEVNULL)
        wait_until_it_answers(server, port)
        yield Site(f"http://127.0.0.1:{port}", avstem)
        server.terminate()
        server.wait(10)


@pytest.fixture
def page(browser: Browser, nothing: Site) -> Iterator[Page]:
    """Siri, who owns the empty company."""
    context = browser.new_context(locale="nb-NO", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(nothing.link("siri@example.no", "owner", FIRST))
    page.wait_for_url(re.compile(r"/\d{9}/$"))
    yield page
    context.close()


def drop(page: Page, **files: str) -> None:
    """Let files fall on the page, as from the file manager."""
    carried = page.evaluate_handle(
        """files => { const carried = new DataTransfer();
        for (const [name, text] of Object.entries(files))
          carried.items.add(new File([text], name + ".csv", {type: "text/csv"}));
        return carried; }""",
        files,
    )
    page.dispatch_event("form[data-drop]", "drop", {"dataTransfer": carried})


def test_a_company_begins_and_a_table_that_nobody_knows_is_explained_and_matched(
    page: Page, nothing: Site
) -> None:
    page.goto(f"{nothing.address}/new/")
    page.get_by_label("Organisasjonsnummer").fill("923 609 016")
    page.get_by_label("Navn").fill("Ny AS")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("IBAN, eller 11 siffer").fill("1503 00 01025")
    page.get_by_label("Hva dere kaller den").fill("Drift")
    page.get_by_role("button", name="Legg til kontoen").click()
    page.get_by_role("link", name="Last opp filer").first.click()

    drop(page, invoices=INVOICES, nettbank=TABLE)
    expect(page.locator("[data-chosen]")).to_contain_text("nettbank.csv")
    page.get_by_role("button", name="Last opp").click()
    asked = page.locator("form[data-same-file='nettbank.csv']")
    expect(asked).to_be_visible()
    expect(page.locator(".outcome").first).to_contain_text(re.compile(r"Lagt til\s*1"))
    expect(asked.get_by_label("Hva det er: Når")).to_have_value("booking_date")
    assert asked.locator("input[type=file]").evaluate("input => input.files.length") == 1
    page.evaluate(AXE)
    assert faults(page, tags=RULES) == []
    asked.get_by_label("Hva det er: Pluss og minus").select_option("balance")
    asked.get_by_role("button", name="Vis hvordan den leses").click()
    expect(page.get_by_role("alert")).to_be_visible()

    asked.get_by_label("Hva det er: Pluss og minus").select_option("amount")
    asked.get_by_label("Hva det er: Etterpå").select_option("balance")
    asked.get_by_role("button", name="Vis hvordan den leses").click()
    rows = page.locator(".outcome table").first.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("−499,50")
    asked.get_by_role("button", name="Det stemmer").click()
    expect(page.locator(".outcome")).to_contain_text(re.compile(r"Lagt til\s*3"))
    expect(page.get_by_role("status").first).to_contain_text("Avstemt: 2 bokført")

    drop(page, senere=TABLE.replace(".11.2026", ".12.2026").replace("1001", "1002"))
    page.get_by_role("button", name="Last opp").click()
    expect(page.locator(".outcome")).to_contain_text(re.compile(r"Lagt til\s*3"))
    nothing.avstem("verify", "--company", SECOND)


@pytest.fixture(scope="module")
def prove(nothing: Site) -> Books:
    """Prøve AS with a month of purchases that nobody has booked, and a day that is missing."""
    run, folder = nothing.avstem, nothing.avstem.home
    run("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    run("account", "add", "--company", ORGNR, "--iban", BBAN, "--kind", "operating",
        "--ledger-account", "1920")  # fmt: skip
    books = Books(run, folder)
    books.invoices(
        "customer_invoice,2001,Elva AS,,,2026-02-01,NOK,300.00,,",
        "customer_invoice,2002,Elva AS,,,2026-02-02,NOK,450.00,,",
        "customer_invoice,2003,Fossen AS,,,2026-02-03,NOK,80.00,,",
    )
    parking = [Line("-80.00", f"P{n}", text=f"Parkering Oslo {n}") for n in range(3)]
    first = books.statement(
        "2026-03-02", "5000.00",
        [Line("-1250.00", "A", text="Verktøy til verkstedet"), *parking,
         Line("-125.00", "B1", text="Bompenger Fjellinjen 4711"), Line("-99.00", "V", text="Vipps"),
         Line("748.00", "E", text="Overføring uten melding")],
    )  # fmt: skip
    later = books.statement("2026-03-04", "4034.00", [
        Line("-125.00", "B2", text="Bompenger Fjellinjen 4712"),
        Line("-640.00", "U", text="Ukjent kortkjøp"),
    ])  # fmt: skip
    books.take(first, later)
    return books


@pytest.fixture
def kari(browser: Browser, nothing: Site, prove: Books) -> Iterator[Page]:
    """Kari, who keeps the books of Prøve AS."""
    context = browser.new_context(locale="nb-NO", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(nothing.link("kari@example.no", "accountant", ORGNR))
    page.wait_for_url(re.compile(rf"/{ORGNR}/$"))
    yield page
    context.close()


def account(page: Page, nothing: Site) -> str:
    """The address of the company's account."""
    page.goto(f"{nothing.address}/{ORGNR}/")
    path = page.locator("main a[href*='/accounts/']").first.get_attribute("href")
    assert path is not None
    return nothing.address + path.partition("?")[0]


def open_row(page: Page, nothing: Site, words: str) -> None:
    """The transaction that says so, beside the list."""
    page.goto(f"{account(page, nothing)}?tab=waiting")
    page.get_by_role("link", name=words).first.click()
    expect(page.locator("#pane h2")).to_contain_text(words)


def book(page: Page, vat: str = "") -> None:
    """To an account; the form may be open or closed."""
    page.locator("[data-book]").evaluate("form => { form.open = true; }")
    page.get_by_label("Konto", exact=True).select_option("7770")
    page.get_by_label("Mva", exact=True).select_option(vat)
    page.get_by_role("button", name="Bokfør", exact=True).click()


def test_a_purchase_is_booked_with_vat_undone_and_made_a_rule_with_its_effect(
    kari: Page, nothing: Site
) -> None:
    open_row(kari, nothing, "Verktøy")
    book(kari, vat="1")
    expect(kari.get_by_role("status").first).to_contain_text("Bokført som bilag 2026-1")
    kari.goto(f"{nothing.address}/{ORGNR}/vouchers/")
    kari.get_by_role("link", name="2026-1").first.click()
    expect(kari.locator("table").first).to_contain_text("250,00")
    expect(kari.locator("table").first).to_contain_text("1 000,00")

    for _ in range(2):  # a rule that is tried against what a person did needs something done
        open_row(kari, nothing, "Parkering Oslo")
        book(kari)
        expect(kari.get_by_role("status").first).to_contain_text("Bokført som bilag")
    open_row(kari, nothing, "Parkering Oslo")
    kari.get_by_role("link", name="Lag en regel av denne raden").click()
    expect(kari.get_by_label("Ord", exact=True)).to_have_value(re.compile("parkering", re.I))
    kari.get_by_label("Konto 1", exact=True).select_option("7770")
    kari.get_by_role("button", name="Lagre").click()
    kari.get_by_role("button", name="Prøv på de siste tolv månedene").click()
    expect(kari.locator("#trial-words")).to_contain_text("ville den ført 3; 0 avviker")
    kari.get_by_role("button", name="Slå på").click()
    expect(kari.locator(".badge.booked")).to_contain_text("er på")
    nothing.avstem("verify", "--company", ORGNR)


def test_the_owner_answers_on_a_telephone_with_a_picture_and_the_row_is_set_aside(
    kari: Page, nothing: Site, browser: Browser
) -> None:
    open_row(kari, nothing, "Ukjent kortkjøp")
    kari.get_by_text("Spør eieren", exact=True).click()
    kari.get_by_label("Hva vil du vite?").fill("Hva ble kjøpt her?")
    kari.get_by_role("button", name="Lag lenken").click()
    link = re.search(r"http\S+", kari.get_by_role("status").first.inner_text())
    assert link is not None

    owner = browser.new_context(
        locale="nb-NO", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    phone = owner.new_page()
    phone.goto(link[0])
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_label("Svaret ditt").fill("Lunsj med en kunde")
    picture = {"name": "IMG_1.png", "mimeType": "image/png", "buffer": PNG}
    phone.get_by_label("Bilde av kvitteringen").set_input_files([picture])  # type: ignore[list-item]
    phone.get_by_role("button", name="Send svaret").click()
    expect(phone.get_by_role("heading", name="Takk")).to_be_visible()
    owner.close()

    open_row(kari, nothing, "Ukjent kortkjøp")
    expect(kari.locator("#pane")).to_contain_text("Lunsj med en kunde")
    expect(kari.locator("#pane").get_by_role("link", name="IMG_1.png")).to_be_visible()
    kari.get_by_text("Legg til side", exact=True).first.click()
    kari.get_by_label("Hvorfor?").fill("Privat, trekkes i lønn")
    kari.locator("#pane").get_by_role("button", name="Legg til side").click()
    kari.goto(f"{account(kari, nothing)}?month=2026-03")
    kari.get_by_role("link", name="Ukjent kortkjøp").click()
    expect(kari.locator("#pane")).to_contain_text("Privat, trekkes i lønn")
    kari.get_by_role("button", name="Ta den tilbake").click()
    open_row(kari, nothing, "Ukjent kortkjøp")


def test_one_payment_is_matched_with_many_until_the_difference_is_zero_with_its_reason(
    kari: Page, nothing: Site
) -> None:
    open_row(kari, nothing, "Overføring uten melding")
    kari.locator("[data-match]").click()
    book_it = kari.get_by_role("button", name="Bokfør", exact=True)
    for number, left in (("2001", "448,00"), ("2002", "0,00")):
        kari.locator("#search").fill(number)
        kari.get_by_role("button", name="Søk", exact=True).click()
        expect(kari.get_by_role("button", name=re.compile("^Velg "))).to_have_count(1)
        kari.get_by_role("button", name=f"Velg {number}").click()
        expect(kari.locator("#difference")).to_have_text(left)
    # What the second has left over is not owed: the bank has kept it.
    kari.locator("input[name^='amount_']").last.fill("450,00")
    expect(kari.locator("#difference")).to_have_text("−2,00")
    expect(book_it).to_be_disabled()
    kari.locator("#difference-reason").select_option("bank_charge")
    kari.get_by_role("button", name="Plasser differansen").click()
    expect(kari.locator("#difference")).to_have_text("0,00")
    book_it.click()
    expect(kari.get_by_role("status").first).to_contain_text("Bokført som bilag")
    done = next(
        json.loads(line)
        for line in nothing.avstem("export", "matches", "--company", ORGNR).out.splitlines()
        if '"748.00"' in line
    )
    assert [(each["number"], each["amount"]) for each in done["allocations"]] == [
        ("2001", "300.00"), ("2002", "450.00"),
    ]  # fmt: skip


def test_one_answer_is_given_to_equals_and_one_that_is_not_ticked_waits(
    kari: Page, nothing: Site
) -> None:
    kari.goto(f"{nothing.address}/?all=1")
    expect(kari.get_by_role("heading", name="Ett svar for flere")).to_be_visible()
    kari.get_by_role("link", name=re.compile("bompenger", re.I)).click()
    kari.get_by_label("Konto", exact=True).select_option("7770")
    kari.locator("input[name=row]").first.uncheck()
    expect(kari.locator("[data-ticked]")).to_have_text("(1)")
    kari.get_by_role("button", name="Bokfør det som er krysset av").click()
    expect(kari.get_by_role("status").first).to_contain_text("Bilag bokført: 1.")
    open_row(kari, nothing, "Bompenger")


def test_the_month_is_looked_through_day_by_day_and_closed(kari: Page, nothing: Site) -> None:
    address = account(kari, nothing)
    kari.goto(f"{address}feed/?month=2026-03")
    expect(kari.locator("td.state-quiet time[datetime='2026-03-03']")).to_be_visible()
    expect(kari.locator("td:not(.state-quiet) time[datetime='2026-03-04']")).to_be_visible()
    kari.goto(f"{address}reconciliation/?date=2026-03-31")
    expect(kari.get_by_role("main")).to_contain_text("Saldoene har vært ulike siden 02.03.2026")
    expect(kari.get_by_role("main")).to_contain_text("I banken, ikke bokført")
    kari.emulate_media(media="print")
    expect(kari.get_by_role("banner")).to_be_hidden()
    expect(kari.get_by_role("link", name="Rapport (PDF)")).to_be_hidden()
    expect(kari.get_by_role("main")).to_contain_text("I banken, ikke bokført")
    kari.emulate_media(media="screen")
    report = kari.request.get(
        kari.get_by_role("link", name="Rapport (PDF)").evaluate("link => link.href")
    )
    assert report.body().startswith(b"%PDF-")

    kari.goto(f"{nothing.address}/{ORGNR}/closing/?month=2026-03")
    expect(kari.locator("table .badge.warn").first).to_be_visible()
    kari.get_by_role("checkbox").check()
    kari.get_by_role("button", name="Avslutt til og med 31.03.2026").click()
    expect(kari.get_by_role("status").first).to_contain_text("Måneden er avsluttet.")
    nothing.avstem("verify", "--company", ORGNR)


def test_an_account_is_connected_rehearsed_and_disconnected_without_javascript(
    browser: Browser, nothing: Site, prove: Books
) -> None:
    context = browser.new_context(locale="nb-NO", java_script_enabled=False)
    page = context.new_page()
    page.goto(nothing.link("ola@example.no", "owner", ORGNR))
    page.get_by_role("button", name="Logg inn").click()
    page.goto(f"{nothing.address}/{ORGNR}/agreements/new/")
    page.locator("input[name=account]").first.check()
    page.get_by_role("button", name="Videre: banken").click()
    page.locator("a[href*='/agreements/new/bank/dnb/']").first.click()
    page.get_by_role("button", name="Lag bestillingen").click()
    page.get_by_role("button", name="Det er bestilt i banken").click()
    page.get_by_role("button", name="Avtalen er aktiv").click()
    expect(page.locator("h1 .badge")).to_have_text("Aktiv")

    page.goto(f"{nothing.address}/{ORGNR}/settings/dry-run/")
    page.get_by_role("button", name="Prøv nå").click()
    expect(page.get_by_role("main")).to_contain_text("Ville blitt bokført")
    page.goto(f"{nothing.address}/{ORGNR}/settings/")
    page.locator("a[href*='/settings/accounts/']").first.click()
    page.get_by_role("button", name="Se tilbake på de siste tolv månedene").click()
    expect(page.locator("#replay-words")).to_be_visible()
    page.locator("input[name=level][value=propose]").check()
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator("input[name=level][value=propose]")).to_be_checked()

    page.goto(f"{nothing.address}/{ORGNR}/agreements/")
    page.locator("main a[href*='/agreements/']").filter(has_text="DNB").first.click()
    page.get_by_text("Deaktiver", exact=True).click()
    page.locator("form[action$='/deactivate/'] input[name=account]").first.check()
    page.get_by_role("button", name="Deaktiver disse kontiene").click()
    expect(page.get_by_role("heading", name="Ikke lenger koblet til")).to_be_visible()
    context.close()
    nothing.avstem("verify", "--company", ORGNR)
