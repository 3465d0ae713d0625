"""The search of *Kasse og bank*: it says where it has looked, and goes on through everything."""

import re

import pytest

from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books
from tests.web.acting import Step, act, look

__all__ = ["books"]

pytestmark = pytest.mark.database
LIST = "accounts/1/"
BOUND = "avstem.store.queries.transactions.LOOKED_THROUGH_MAX=2"


@pytest.fixture
def tolls(books: Books) -> Books:
    """A toll a month from January to April, those of January and March set aside."""
    odd = []
    for month in range(1, 5):
        added = books.run("transaction", "add", "--company", ORGNR, "--account", BBAN, "--date",
                          f"2026-0{month}-15", "--amount", f"-{month}0.00", "--text",
                          f"Bompakke {month}", "--json")  # fmt: skip
        odd += [added.json["id"]] if month % 2 else []
    act(books.run, *(Step(f"transactions/{each}/set-aside/", {"reason": "privat"}) for each in odd))
    return books


def found(page: str) -> list[str]:
    return re.findall(r"Bompakke (\d)<", page)


def link_of(page: str, words: str) -> str:
    [address] = re.findall(rf'<a(?: class="[a-z ]+")? href="([^"]*)">{words}</a>', page)
    return LIST + str(address).replace("&amp;", "&")


def test_a_search_says_where_it_has_looked_and_leads_on_to_everything(tolls: Books) -> None:
    month, waiting = look(
        tolls.run, f"{LIST}?month=2026-02&q=bompakke", f"{LIST}?tab=waiting&q=bompakke"
    )
    assert (found(month.page), found(waiting.page)) == (["2"], ["4", "2"])
    assert "Sought only in February 2026." in month.text
    assert "Sought only in what is not reconciled." in waiting.text
    address = link_of(month.page, "Search all months and lists")
    assert address == link_of(waiting.page, "Search all months and lists")
    everywhere, amount, empty, nothing = look(
        tolls.run, address, f"{LIST}?tab=all&q=30,00", f"{LIST}?tab=all",
        f"{LIST}?month=2025-12&q=bompakke",
    )  # fmt: skip
    assert link_of(nothing.page, "Search all months and lists") == address
    assert found(everywhere.page) == ["4", "3", "2", "1"]
    assert "back to the beginning" in everywhere.text
    assert found(amount.page) == ["3"]
    assert "Sought" not in empty.text


def test_a_search_in_everything_looks_through_so_many_at_a_time_and_says_how_far(
    tolls: Books,
) -> None:
    address = f"{LIST}?tab=all&q=bompakke"
    [first] = act(tolls.run, Step(address), set_first=BOUND)
    assert found(first.page) == ["4", "3", "2"]
    assert "Sought in all lists back to 15.02.2026." in first.text
    further = link_of(first.page, "Look further back")
    [second] = act(tolls.run, Step(further), set_first=BOUND)
    assert found(second.page) == ["1"]
    assert "back to the beginning" in second.text
