"""What stands on a party, drawn and taken back in real Chromium; a factor told; both accessible."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ORGNR, OpenPage, Site
from tests.web.test_every_page import AXE, RULES, faults

pytestmark = pytest.mark.browser
ROWS = """type,number,party_name,invoice_date,due_date,currency,amount
customer_invoice,99001,Geir Vik,2026-11-25,2026-12-09,NOK,5000.00
"""


def look(page: Page) -> list[str]:
    """What axe-core finds on the page, light and dark."""
    page.evaluate(AXE)
    page.emulate_media(color_scheme="dark")
    found = faults(page, rules=["color-contrast"])
    page.emulate_media(color_scheme="light")
    return [*found, *faults(page, tags=RULES)]


def test_a_bookkeeper_draws_a_credit_takes_it_back_and_tells_a_factor(
    open_page: OpenPage, site: Site
) -> None:
    file = site.avstem.home / "more.csv"
    file.write_text(ROWS, encoding="utf-8")
    site.avstem("invoices", "import", "--company", ORGNR, file)
    page = open_page(link=site.link("per@example.no", "bookkeeper"))
    page.get_by_role("link", name="Kunder", exact=True).click()
    page.get_by_role("link", name="Forskudd og for mye betalt").click()
    card = page.locator("section.card", has_text="Geir Vik")
    expect(card).to_contain_text("Betalt to ganger")
    assert look(page) == []
    card.get_by_label("Bruk på en annen åpen faktura").select_option(index=0)
    card.get_by_role("button", name="Bruk", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Brukt: bilag 2026-")
    expect(card).to_contain_text("7 206,18")
    assert look(page) == []
    page.get_by_role("button", name="Angre det som ble brukt på 99001").click()
    expect(page.get_by_role("status").first).to_contain_text("Angret: bilag")
    expect(card).to_contain_text("12 206,18")

    page.get_by_role("link", name="Kunder", exact=True).click()
    page.get_by_role("link", name="Factoringselskaper").click()
    page.get_by_label("Navn").fill("Nordisk Factoring AS")
    page.get_by_label("En konto det betaler fra, om den er kjent").fill("50816600666")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("status").first).to_contain_text("er et factoringselskap")
    assert look(page) == []
    site.avstem("verify")
