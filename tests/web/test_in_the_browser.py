"""The work of a bookkeeper in real Chromium, against a real server."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ORGNR, OTHER, OpenPage, Site


def open_waiting(page: Page, words: str = "") -> None:
    page.get_by_role("link", name="Driftskonto").click()
    page.goto(page.url.split("?")[0] + f"?tab=waiting&q={words}")


def open_first_suggestion(page: Page) -> None:
    """From the list of suggestions alone, which home leads to."""
    page.get_by_role("link", name=re.compile("med forslag")).first.click()
    expect(page.locator("tr[data-row]:not(.state-suggested)")).to_have_count(0)
    page.locator("tr.state-suggested .row-link").first.click()
    expect(page.locator(".transaction")).to_be_visible()


def booked(site: Site) -> int:
    return sum(each["status"] == "booked" for each in site.matches())


def test_a_suggestion_is_accepted_with_its_reasons_in_sight_and_undone_again(
    open_page: OpenPage, site: Site
) -> None:
    page, before = open_page(), booked(site)
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    open_first_suggestion(page)
    expect(page.locator(".reading.best .reasons li").first).to_be_visible()

    page.locator("[data-accept]").click()
    expect(page.get_by_role("status").first).to_contain_text("Bokført som bilag 2026-")
    expect(page.get_by_role("status").first).to_be_in_viewport()
    assert booked(site) == before + 1

    page.get_by_role("status").get_by_role("link", name="Angre").click()
    expect(page.locator(".pane")).to_contain_text("reverserer bilag 2026-")
    page.get_by_role("button", name="Angre bokføringen").click()
    expect(page.get_by_role("status").first).to_contain_text("reverserer bokføringen")
    assert booked(site) == before
    site.avstem("verify")
    assert not problems, "the content security policy and the scripts are silent"


def test_the_keyboard_alone_is_enough_to_accept_and_undo(open_page: OpenPage, site: Site) -> None:
    page, before = open_page(), booked(site)
    open_waiting(page)
    for _ in range(50):
        page.keyboard.press("j")
        row = page.locator("tr[data-row]:focus-within")
        if "state-suggested" in (row.get_attribute("class") or ""):
            break
    page.keyboard.press("a")  # opens it, and stands at the account to book to
    expect(page.locator("#book-account")).to_be_focused()
    assert page.locator("#book-account").input_value() == ""
    page.locator("tr[aria-current] .row-link").focus()
    page.keyboard.press("e")  # opens the row that is in focus, and goes to its reasons
    expect(page.locator("[data-why]")).to_be_focused()
    expect(page.locator("[data-accept]")).to_be_visible()
    page.keyboard.press("s")
    page.wait_for_url(re.compile("/match/$"))
    page.go_back()
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Bokført")
    assert booked(site) == before + 1
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Angre bokføringen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Angret")
    open_waiting(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Bekreft alle")).to_be_visible()
    page.locator("input[name=seen]:not(:checked):not(:disabled)").first.focus()
    ticked = page.locator("input[name=seen]:checked").count()
    page.keyboard.press("Space")
    expect(page.locator("[data-ticked]")).to_have_text(f"({ticked + 1})")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Bilag bokført:")
    assert booked(site) > before


def test_without_scripts_a_suggestion_is_accepted_and_undone(
    open_page: OpenPage, site: Site
) -> None:
    page, before = open_page(javascript=False), booked(site)
    open_first_suggestion(page)
    page.get_by_role("button", name="Godta").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Bokført som bilag")
    assert booked(site) == before + 1
    page.get_by_text("Angre", exact=True).click()
    page.get_by_role("button", name="Angre bokføringen").click()
    assert booked(site) == before


def the_open_row(page: Page) -> str:
    """What the row that is open says; it is the one in focus, and the one in the pane."""
    row = page.locator("tr[data-row][aria-current=true]")
    expect(row).to_have_count(1)
    said = row.locator(".row-link").inner_text()
    expect(page.locator("#pane h2")).to_have_text(said)
    return str(row.locator(".row-link").get_attribute("href"))


@pytest.mark.parametrize("keyboard", [True, False])
def test_after_one_is_accepted_the_next_that_waits_is_open_and_in_focus(
    open_page: OpenPage, keyboard: bool
) -> None:
    page = open_page()
    open_waiting(page)
    hrefs = [each.get_attribute("href") for each in page.locator("tr .row-link").all()]
    first = page.locator("tr.state-suggested .row-link").first
    accepted = hrefs.index(first.get_attribute("href"))
    first.focus()
    page.keyboard.press("Enter") if keyboard else first.click()
    expect(page.locator("[data-accept]")).to_be_visible()
    page.keyboard.press("Enter") if keyboard else page.locator("[data-accept]").click()
    expect(page.get_by_role("status").first).to_contain_text("Bokført som bilag")
    assert the_open_row(page) == hrefs[accepted + 1]
    expect(page.locator("tr[aria-current=true] .row-link")).to_be_focused()


def test_after_the_last_of_the_list_its_first_is_open(open_page: OpenPage) -> None:
    page = open_page()
    open_waiting(page)
    hrefs = [each.get_attribute("href") for each in page.locator("tr .row-link").all()]
    while (older := page.get_by_role("link", name="Eldre")).count():
        older.click()
        page.wait_for_load_state("networkidle")
    page.locator("tr .row-link").last.click()
    page.locator("#pane").get_by_text("Legg til side", exact=True).first.click()
    page.get_by_label("Hvorfor?").fill("Ikke vårt")
    page.locator("#pane").get_by_role("button", name="Legg til side").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert the_open_row(page) == hrefs[0]


def test_matching_by_hand_reaches_zero_with_a_reason_for_the_rest_and_is_booked(
    open_page: OpenPage, site: Site
) -> None:
    page, before = open_page(), booked(site)
    open_first_suggestion(page)
    page.locator("[data-match]").click()
    expect(page.get_by_role("button", name="Bokfør", exact=True)).to_be_disabled()
    page.locator("button[value^='add:']").first.click()
    amount = page.locator("input[name^='amount_']")
    whole, _comma, decimals = amount.input_value().partition(",")
    amount.fill(f"{int(whole) + 5},{decimals}")
    page.locator("#difference-reason").select_option("rounding")
    page.get_by_role("button", name="Plasser differansen").click()
    page.get_by_role("button", name="Bokfør", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("gjenstår. Velg et lavere beløp")
    page.get_by_role("button", name="Ta bort 7740").click()
    expect(page.locator("input[name=line_account]")).to_have_count(0)
    page.locator("input[name^='amount_']").fill(f"{int(whole) - 1},{decimals}")
    expect(page.locator("#difference")).to_have_text("1,00")
    page.locator("#difference-reason").select_option("rounding")
    page.get_by_role("button", name="Plasser differansen").click()
    expect(page.locator("#difference")).to_have_text("0,00")
    page.get_by_role("button", name="Bokfør", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Bokført som bilag")
    assert booked(site) == before + 1
    page.get_by_role("link", name="Bilag 2026-").click()
    expect(page.locator("table")).to_contain_text("Øreavrunding")


def test_a_transaction_is_typed_as_norwegians_type_and_booked_to_an_account(
    open_page: OpenPage,
) -> None:
    page = open_page()
    page.get_by_role("link", name="Driftskonto").click()
    page.get_by_role("link", name="Ny transaksjon").click()
    page.get_by_label("Dato").fill("20.11.2026")
    page.get_by_label("Tekst").fill("Gebyr for kontoutskrift")
    page.get_by_label("Penger ut").check()
    page.get_by_label("Beløp").fill("1.234")
    page.get_by_role("button", name="Legg til").click()
    expect(page.get_by_role("alert")).to_contain_text("1.234")
    page.get_by_label("Beløp").fill("1 234,50")
    page.get_by_role("button", name="Legg til").click()
    expect(page.locator(".big-amount")).to_contain_text("−1\u00a0234,50")
    page.get_by_label("Konto", exact=True).select_option("7770")
    page.get_by_role("button", name="Bokfør", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Bokført som bilag")


def test_the_whole_of_it_stands_in_english_too(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    expect(page.get_by_role("heading", name="Bank and cash")).to_be_visible()
    page.get_by_role("button", name="Norsk").click()
    expect(page.get_by_role("heading", name="Kasse og bank")).to_be_visible()


def test_a_sign_in_link_works_once(open_page: OpenPage, site: Site) -> None:
    link = site.link()
    page = open_page(link=link)
    page.get_by_role("button", name="Logg ut").click()
    page.goto(link)
    expect(page.get_by_role("heading", name="Lenken er brukt")).to_be_visible()


def test_a_reader_sees_everything_and_can_change_nothing(open_page: OpenPage, site: Site) -> None:
    page = open_page(link=site.link("leser@example.no", "reader"))
    open_first_suggestion(page)
    assert page.get_by_role("button", name="Godta").count() == 0
    answer = page.goto(f"{site.address}/{ORGNR}/upload/")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading")).to_have_text("Du kan se, men ikke endre")


def test_another_companys_pages_are_not_found(open_page: OpenPage, site: Site) -> None:
    page = open_page(link=site.link("nabo@example.no", "owner", OTHER))
    for path in (
        "accounts/1/", "accounts/1/new/", "accounts/1/statements/", "transactions/1/",
        "transactions/1/match/", "vouchers/1/",
    ):  # fmt: skip
        for company in (ORGNR, OTHER):
            answer = page.goto(f"{site.address}/{company}/{path}")
            assert answer is not None
            assert answer.status == 404, f"{company}/{path}"
