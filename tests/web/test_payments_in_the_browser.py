"""Payments and people in real Chromium: passkeys, by keyboard alone on a telephone without
JavaScript, and accessible. One small company serves them all.
"""

import base64
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from avstem.domain.one_time_code import code_at, step_of
from tests.support.command import Avstem
from tests.support.databases import fresh_sqlite
from tests.support.days import soon
from tests.web.conftest import OTHER as ORGNR
from tests.web.conftest import Site, free_port, wait_until_it_answers

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def shop(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A company with an agreement for payments, two bills that are alike, and an order."""
    folder = tmp_path_factory.mktemp("payer")
    with fresh_sqlite(Path(template), folder) as url:
        avstem = Avstem(url, folder)
        furnish(avstem)
        port = free_port()
        server = avstem.start("serve", "--port", port, stdout=subprocess.DEVNULL)
        wait_until_it_answers(server, port)
        # An address of numbers has no passkeys.
        yield Site(f"http://localhost:{port}", avstem)
        server.terminate()
        server.wait(10)


def furnish(avstem: Avstem) -> None:
    account = "NO9386011117947"
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Nabo AS")
    avstem("account", "add", "--company", ORGNR, "--iban", account, "--kind", "operating",
           "--ledger-account", "1920")  # fmt: skip
    avstem("bank", "order", "--company", ORGNR, "--bank", "dnb", "--account", account,
           "--channel", "folder")  # fmt: skip
    avstem("bank", "sent", "--company", ORGNR)
    avstem("bank", "confirm", "--company", ORGNR)
    head = "type,number,party_name,party_account,invoice_date,due_date,currency,amount"
    rows = [
        f"supplier_invoice,{n},Rør AS,12345678903,2026-11-02,2026-12-01,NOK,1000.00"
        for n in ("77", "A-77")
    ]
    bills = avstem.home / "bills.csv"
    bills.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    avstem("invoices", "import", "--company", ORGNR, bills)
    avstem("payments", "prepare", "--company", ORGNR, "--bill", "77")


@pytest.fixture
def enter(browser: Browser, shop: Site) -> Iterator["Enter"]:
    """Signs a person in by a link, in a browser of their own."""
    entrance = Enter(browser, shop)
    yield entrance
    for context in browser.contexts:
        context.close()


class Enter:
    """`enter(email, role, …)`: the page behind the link, signed in."""

    def __init__(self, browser: Browser, shop: Site) -> None:
        self.browser, self.shop = browser, shop

    def link(self, email: str, role: str) -> str:
        return self.shop.link(email, role, ORGNR)

    def __call__(
        self, email: str, role: str = "owner", *, locale: str = "nb-NO", javascript: bool = True
    ) -> Page:
        context = self.browser.new_context(locale=locale, java_script_enabled=javascript)
        page = context.new_page()
        page.goto(self.link(email, role))
        if not javascript:
            page.get_by_role("button", name="Logg inn").click()
        page.wait_for_url(re.compile(r"/\d{9}/$"))
        return page


def code(page: Page, later: int = 0) -> str:
    """What the telephone shows, from the secret on the page."""
    secret = page.locator("code").first.inner_text().replace(" ", "")
    padded = secret + "=" * (-len(secret) % 8)
    return code_at(base64.b32decode(padded), step_of(time.time()) + later)


def device(page: Page) -> None:
    """A device with a fingerprint reader that always knows the person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_signs_in_and_confirms_and_a_removed_one_does_not(
    shop: Site, enter: Enter
) -> None:
    page = enter("siri@example.no", locale="en-GB")
    address, home = shop.address, re.compile(rf"/{ORGNR}/$")
    device(page)
    page.goto(f"{address}/security/")
    page.get_by_label("What you call the device").fill("Siri's laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey is kept.").wait_for()

    # Another session, signed in by the passkey, and confirmed by it.
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(home)
    page.goto(f"{address}/{ORGNR}/people/invite/")
    page.get_by_role("heading", name="Invite somebody").wait_for()

    # Signed in by a link, it is asked for, and answers from the page it is asked on.
    page.context.clear_cookies()
    page.goto(enter.link("siri@example.no", "owner"))
    page.wait_for_url(home)
    page.goto(f"{address}/{ORGNR}/people/invite/")
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_role("button", name="Use the passkey").click()
    page.get_by_role("heading", name="Invite somebody").wait_for()

    page.goto(f"{address}/security/")
    page.get_by_role("button", name="Remove Siri's laptop").click()
    page.get_by_text("The passkey is removed.").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That is not right").wait_for()


def test_who_has_nothing_to_confirm_with_sets_it_up_and_is_back_at_the_payment(
    enter: Enter,
) -> None:
    page = enter("mona@example.no")
    device(page)
    page.get_by_role("link", name="Godkjenn").click()
    page.get_by_role("heading", name="Betalinger").wait_for()
    assert not page.get_by_role("alert").count(), "home leads to what is there, not to a refusal"
    page.get_by_role("button", name="Se på disse og godkjenn").click()
    page.get_by_role("link", name="Sett opp passnøkkel eller koder").click()
    page.get_by_label("Hva du kaller enheten").fill("Laptopen")
    page.get_by_role("button", name="Lag en passnøkkel").click()
    page.get_by_role("heading", name="Godkjenn betalinger").wait_for()
    page.get_by_role("button", name="Godkjenn 1 betaling").wait_for()


def tab_to(page: Page, name: str) -> None:
    """Tab on until the button or link of that name has the focus."""
    wanted = re.compile(name)
    for _ in range(120):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.innerText || document.activeElement.id || ''")
        if wanted.search(str(said)):
            return
    pytest.fail(f"the keyboard does not reach {name}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_approver_sets_up_codes_and_approves_by_keyboard_on_a_telephone_without_javascript(
    shop: Site, enter: Enter
) -> None:
    page = enter("ola@example.no", "approver", javascript=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.address}/{ORGNR}/payments/?tab=approve")
    press(page, "Se på disse og godkjenn")
    press(page, "Sett opp passnøkkel eller koder")
    press(page, "Sett opp koder")
    tab_to(page, "^code$")
    page.keyboard.type(code(page))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gjenopprettingskoder")).to_be_visible()
    press(page, "De er tatt vare på")
    page.goto(f"{shop.address}/{ORGNR}/payments/?tab=approve")
    press(page, "Se på disse og godkjenn")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
    press(page, r"Godkjenn 1 betaling · 1\s000,00 NOK")
    expect(page.get_by_text("1 betaling er godkjent.")).to_be_visible()


def test_the_pages_that_want_one_confirmed_are_accessible_in_light_and_dark(
    shop: Site, enter: Enter
) -> None:
    page = enter("kari@example.no")
    wrong: list[str] = []
    page.goto(f"{shop.address}/confirm/")
    wrong += faults(page)
    page.goto(f"{shop.address}/security/")
    page.get_by_role("button", name="Sett opp koder").click()
    expect(page.get_by_label("Koden appen viser nå")).to_be_visible()
    wrong += faults(page)
    page.get_by_label("Koden appen viser nå").fill(code(page))
    page.get_by_role("button", name="Slå kodene på").click()
    expect(page.get_by_label("Koden appen viser nå")).to_have_count(0)
    wrong += faults(page)
    company = f"{shop.address}/{ORGNR}"
    for path in (
        "payments/", "payments/?tab=approve", "payments/?tab=done", "payments/1/", "payments/settings/",
        "payments/approve/?order=1", "people/", "people/invite/",
    ):  # fmt: skip
        page.goto(f"{company}/{path}")
        wrong += faults(page)
    page.get_by_label("E-postadresse").fill("per@example.no")
    page.get_by_label("Godkjenner", exact=False).first.check()
    page.get_by_role("button", name="Lag lenken").click()
    expect(page.locator("code").first).to_be_visible()
    wrong += faults(page)
    link = page.locator("code").first.inner_text()
    page.goto(f"{company}/invoices/1/")
    wrong += faults(page)
    page.get_by_role("link", name=re.compile("Sammenlign med")).first.click()
    page.wait_for_url("**/like/**")
    wrong += faults(page)
    page.context.clear_cookies()
    page.goto(link)
    wrong += faults(page)
    assert wrong == [], "\n" + "\n".join(wrong)


def faults(page: Page) -> list[str]:
    """What axe-core finds in light, and of contrast in dark."""
    page.wait_for_load_state()  # a page that has just been gone to may have no root yet
    page.emulate_media(color_scheme="light")
    page.evaluate(Axe().axe_script)
    found = _run(page, {"type": "tag", "values": RULES})
    page.emulate_media(color_scheme="dark")
    return found + _run(page, {"type": "rule", "values": ["color-contrast"]})


def _run(page: Page, only: dict[str, object]) -> list[str]:
    options = {"runOnly": only, "resultTypes": ["violations"]}
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in answer["violations"]
    ]


def test_wages_are_taken_in_by_the_keyboard_and_a_reader_sees_their_sum(
    enter: Enter, shop: Site
) -> None:
    wages = shop.avstem.home / "lønn.csv"
    day = f"{soon():%d.%m.%Y}"
    rows = f"Kari;86011117947;31 000,50;{day}\nOla;1;1,00;{day}\n"
    wages.write_text(f"navn;konto;beløp;dato\n{rows}", "utf-8")
    page = enter("lonn@example.no", "bookkeeper", javascript=False)
    page.goto(f"{shop.address}/{ORGNR}/payments/list/")
    page.get_by_label("Skatt", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_label("Lønn", exact=True).is_checked()
    page.locator("#file").set_input_files(wages)
    page.get_by_role("button", name="Ta den inn").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="lønn.csv").wait_for()
    assert page.locator(".counts dd").all_inner_texts() == ["1", "0", "1", "31\u00a0000,50"]
    page.get_by_role("link", name="Se hva som skal godkjennes").click()
    assert "Kari" in page.locator("main").inner_text()

    reader = enter("leser@example.no", "reader")
    reader.goto(f"{shop.address}/{ORGNR}/payments/?tab=approve")
    said = reader.locator("main").inner_text()
    assert "1 lønn her, i alt 31\u00a0000,50 NOK." in said
    assert "Kari" not in said
