"""The tour of the demo company, in real Chromium on a telephone; and no tour of any other."""

import pytest
from playwright.sync_api import expect

from tests.cli.conftest import books
from tests.cli.files import Books
from tests.web.acting import Step, act
from tests.web.conftest import ORGNR, OTHER, OpenPage, Site

__all__ = ["books"]


@pytest.mark.browser
def test_every_step_leads_to_where_it_is_tried_and_what_was_tried_gets_a_mark(
    open_page: OpenPage, site: Site
) -> None:
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Omvisningen").click()
    steps = page.locator("ol.work > li")
    expect(steps).to_have_count(9)
    expect(page.locator("ol.work .ok")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
    tour = page.url
    for link in page.locator("ol.work a").all():
        answer = page.request.get(str(link.evaluate("link => link.href")))
        assert answer.status == 200

    page.get_by_role("link", name="Til forslagene").click()
    page.locator("tr.state-suggested .row-link").first.click()
    page.locator("[data-accept]").click()
    expect(page.get_by_role("status").first).to_contain_text("Bokført som bilag")
    page.goto(tour)
    expect(steps.nth(1).locator(".ok")).to_be_visible()
    expect(page.locator("ol.work .ok")).to_have_count(1)

    answer = page.request.get(f"{site.address}/{OTHER}/tour/")
    assert answer.status == 404
    assert ORGNR in tour


@pytest.mark.database
def test_a_company_that_is_nobodys_practice_has_no_tour(books: Books) -> None:
    home, tour = act(books.run, Step(""), Step("tour/"))
    assert "The tour" not in home.text
    assert tour.status == 404
