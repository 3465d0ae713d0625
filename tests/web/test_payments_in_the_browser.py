"""Payments in real Chromium: by keyboard alone, on a telephone, without JavaScript; and accessible."""

import base64
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from avstem.domain.one_time_code import SECONDS, code_at, step_of
from tests.web.conftest import ORGNR, OpenPage, Site

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def shop(site: Site) -> Site:
    """The demo company with an agreement for payments, two bills that are alike, and an order."""
    avstem = site.avstem
    avstem("bank", "order", "--company", ORGNR, "--bank", "dnb", "--account", "NO2699612052626",
           "--channel", "folder")  # fmt: skip
    avstem("bank", "sent", "--company", ORGNR)
    avstem("bank", "confirm", "--company", ORGNR)
    head = "type,number,party_name,party_account,invoice_date,due_date,currency,amount"
    rows = [
        f"supplier_invoice,{n},Rør AS,86011117947,2026-11-02,2026-12-01,NOK,1000.00"
        for n in ("77", "A-77")
    ]
    bills = avstem.home / "bills.csv"
    bills.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    avstem("invoices", "import", "--company", ORGNR, bills)
    avstem("payments", "prepare", "--company", ORGNR, "--bill", "77")
    return site


def code(page: Page, later: int = 0) -> str:
    """What the telephone shows, from the secret on the page."""
    secret = page.locator("code").first.inner_text().replace(" ", "")
    padded = secret + "=" * (-len(secret) % 8)
    return code_at(base64.b32decode(padded), step_of(time.time()) + later)


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
    shop: Site, open_page: OpenPage
) -> None:
    page = open_page(javascript=False, link=shop.link("ola@example.no", "approver"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.address}/{ORGNR}/payments/?tab=approve")
    press(page, "Se på disse og godkjenn")
    press(page, "Sett opp passnøkkel eller koder")
    press(page, "Sett opp koder")
    assert SECONDS == 30
    tab_to(page, "^code$")
    page.keyboard.type(code(page))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="Gjenopprettingskoder").is_visible()
    press(page, "De er tatt vare på")
    page.goto(f"{shop.address}/{ORGNR}/payments/?tab=approve")
    press(page, "Se på disse og godkjenn")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
    press(page, r"Godkjenn 1 betaling · 1\s000,00 NOK")
    assert page.get_by_text("1 betaling er godkjent.").is_visible()


def test_the_pages_that_want_one_confirmed_are_accessible_in_light_and_dark(
    shop: Site, open_page: OpenPage
) -> None:
    page = open_page(locale="nb-NO")
    wrong: list[str] = []
    page.goto(f"{shop.address}/confirm/")
    wrong += faults(page)
    page.goto(f"{shop.address}/security/")
    page.get_by_role("button", name="Sett opp koder").click()
    wrong += faults(page)
    page.get_by_label("Koden appen viser nå").fill(code(page))
    page.get_by_role("button", name="Slå kodene på").click()
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
    wrong += faults(page)
    link = page.locator("code").first.inner_text()
    page.goto(f"{company}/payments/1/")
    page.get_by_role("link", name=re.compile("Sammenlign med")).first.click()
    wrong += faults(page)
    page.context.clear_cookies()
    page.goto(link)
    wrong += faults(page)
    assert wrong == [], "\n" + "\n".join(wrong)


def faults(page: Page) -> list[str]:
    """What axe-core finds in light, and of contrast in dark."""
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
