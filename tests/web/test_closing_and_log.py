"""Closing a month, and the log of who did what."""

import ast
import re
from pathlib import Path

import pytest

import avstem
from avstem.wording.event_facts import FACTS, fact_value
from avstem.wording.events import EVENTS
from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books, Line
from tests.web.acting import Step, act, look

__all__ = ["books"]

PACKAGE = Path(avstem.__file__).parent


@pytest.mark.database
def test_a_month_is_closed_when_nothing_stands_in_the_way(books: Books) -> None:
    books.take(
        books.statement("2026-03-31", "100.00", [Line("-40.00", "A", text="Sakset fra avisen")])
    )
    march = "closing/?month=2026-03"
    april, shown = look(books.run, "closing/?month=2026-04", march)
    assert "only to 31.03.2026" in april.text
    assert re.search(r"✓ 31\.03\.2026 ✓ 1 −40,00", shown.text), shown.text

    close = {"to": "2026-03-31"}
    [refused] = act(books.run, Step("closing/close/", close))
    assert "a month in which nothing waits" in refused.text
    [reader] = act(books.run, Step("closing/close/", close), role="reader")
    assert reader.status == 403
    [closed] = act(books.run, Step("closing/close/", {**close, "anyway": "on"}))
    assert "The month is closed." in closed.text
    typed = books.run(
        "transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", "2026-03-30",
        "--amount", "-1.00", "--text", "For sent", code=3,
    )  # fmt: skip
    assert "closed period" in typed.err
    [page] = look(books.run, "closing/")
    assert "Close the month : April 2026" in page.text.replace("month:", "month :")


@pytest.mark.database
def test_the_log_says_who_did_what_and_whose_it_is(books: Books) -> None:
    books.take(books.statement("2026-03-31", "100.00", [Line("-40.00", "A")]))
    books.run("company", "add", "--orgnr", "923609016", "--name", "Annen AS")
    [ours] = look(books.run, "log/")
    assert "Statements imported" in ours.text and "Bank account added" in ours.text
    [theirs] = look(books.run, "log/", company="923609016", member_of="923609016")
    assert "Company added" in theirs.text and "Statements imported" not in theirs.text
    [nobody] = look(books.run, "log/?who=nobody")
    assert "Nothing has happened yet." in nobody.text


def test_every_event_has_words() -> None:
    families = {action.partition(".")[0] for action in EVENTS} - {"job"}
    said = {
        node.value
        for room in ("services", "store")
        for path in (PACKAGE / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+\.[a-z_]+", node.value)
    }
    told = {each for each in said if each.partition(".")[0] in families}
    assert (told | recorded()) - set(EVENTS) == set()
    assert len(told) > 30
    assert len(recorded()) > 30


def test_every_fact_of_an_event_has_a_name() -> None:
    kept = {
        key.value
        for room in ("services", "store")
        for path in (PACKAGE / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        for each in node.keywords
        if each.arg == "facts" and isinstance(each.value, ast.Dict)
        for key in each.value.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    assert kept - set(FACTS) == set()
    assert len(kept) > 30


def test_facts_are_said_as_people_read_them() -> None:
    assert fact_value("vouchers", [[2026, 1, 231], [2026, 240, 240]]) == "2026-1–231, 2026-240"
    assert fact_value("role", "owner") == "Owner"
    assert (fact_value("on", True), fact_value("on", False)) == ("Yes", "No")
    assert fact_value("hashes", {"2": "ab"}) == "2: ab"
    assert fact_value("accounts", ["1", "2"]) == "1, 2"


def recorded() -> set[str]:
    """Whatever is given as an action; one that is put together names its family alone."""
    return {
        found.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "action"
        for found in ast.walk(node.value)
        if isinstance(found, ast.Constant) and isinstance(found.value, str)
        if re.fullmatch(r"[a-z_]+\.[a-z_]+", found.value)
    }
