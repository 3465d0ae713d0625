"""Settings, an account's automation with its replay, and the dry run: who may, and what they say."""

import re
from typing import Any

import pytest

from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books
from tests.web.acting import Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database
NEIGHBOUR = "923609016"
RADIO = re.compile(r'name="level" value="(\w+)" checked')


def typed(books: Books, amount: str, text: str) -> None:
    books.run("transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", "2026-11-02",
              "--amount", amount, "--text", text)  # fmt: skip


def chosen(page: str) -> str:
    return RADIO.findall(page)[0]


def settings(**more: Any) -> dict[str, Any]:
    return {"limit": "99,9 %", "write_off": "5,00", "write_off_share": "1",
            "undo_in_closed_period": "refused", **more}  # fmt: skip


def test_an_account_is_looked_at_first_and_then_switched(books: Books) -> None:
    typed(books, "-25.00", "Gebyr")
    books.run("reconcile", "--company", ORGNR)
    typed(books, "-25.00", "Gebyr")
    typed(books, "-99.00", "Ukjent")
    empty, dry, replayed, switched, held, listed = act(
        books.run,
        Step("settings/accounts/1/"),
        Step("settings/dry-run/ask/", {}),
        Step("settings/accounts/1/replay/", {}),
        Step("settings/accounts/1/automation/", {"level": "propose"}),
        Step("settings/accounts/1/"),
        Step("accounts/1/"),
        role="accountant",
    )
    assert "A replay tells what would have been booked here" in empty.text
    assert chosen(empty.page) == "on"
    assert "Nothing is written." in dry.text
    figures = re.findall(r"<dt>([\w ]+)</dt><dd>(\d+)</dd>", dry.page)
    assert figures == [("Would be booked", "1"), ("Would be suggested", "0"), ("Left to you", "1")]
    assert "Of 3 transactions from" in replayed.text
    assert "2 would have been booked" in replayed.text
    assert "1 of 1 as they stand booked." in replayed.text
    assert re.findall(r'<rect class="part-(\w+)"', replayed.page) == ["same", "untouched", "left"]
    assert "1 of what waits here would be booked, 0 suggested and 1 left to you" in replayed.text
    assert chosen(switched.page) == chosen(held.page) == "propose"
    assert "On this account nothing is booked by itself" in listed.text
    books.run("reconcile", "--company", ORGNR)
    told = books.run("settings", "show", "--company", ORGNR, "--json").json
    assert told["accounts"][0]["automation"] == "propose"
    [row] = [each for each in books.matches() if each["status"] == "suggested"]
    assert "automation is set to suggest only" in " ".join(row["reasons"])


def test_settings_are_kept_and_what_is_not_right_is_said_and_changes_nothing(books: Books) -> None:
    kept, wrong, too_low, shown = act(
        books.run,
        Step("settings/matching/", settings(interchangeable="1")),
        Step("settings/matching/", settings(limit="sure")),
        Step("settings/matching/", settings(limit="80")),
        Step("settings/"),
        role="owner",
    )
    assert "The settings are kept." in kept.text
    assert "“sure” is not right" in wrong.text
    assert "9000 to 10000" in too_low.text
    assert 'value="99,9"' in shown.page
    assert 'value="5,00"' in shown.page
    assert re.search(r'name="interchangeable" value="1" checked', shown.page)
    assert re.search(r'value="refused" checked', shown.page)


@pytest.mark.parametrize("role", ["bookkeeper", "approver", "reader"])
def test_who_does_not_govern_sees_and_does_not_change(books: Books, role: str) -> None:
    seen, account, refused, not_either = act(
        books.run,
        Step("settings/"),
        Step("settings/accounts/1/"),
        Step("settings/matching/", settings()),
        Step("settings/accounts/1/automation/", {"level": "off"}),
        role=role,
    )
    assert (seen.status, account.status) == (200, 200)
    assert "Owners and accountants change this." in seen.text
    assert not RADIO.search(account.page)
    assert (refused.status, not_either.status) == (403, 403)
    told = books.run("settings", "show", "--company", ORGNR, "--json").json
    assert told["accounts"][0]["automation"] == "on"
    assert told["automation_limit_bp"] == 9950


def test_another_companys_account_is_not_found_and_a_get_changes_nothing(books: Books) -> None:
    books.run("company", "add", "--orgnr", NEIGHBOUR, "--name", "Nabo AS")
    answers = act(
        books.run,
        Step("settings/accounts/1/"),
        Step("settings/accounts/1/replay/", {}),
        Step("settings/accounts/1/automation/", {"level": "off"}),
        Step("settings/accounts/1/automation/"),
        Step("settings/dry-run/ask/"),
        company=NEIGHBOUR, member_of=NEIGHBOUR, role="owner",
    )  # fmt: skip
    assert [each.status for each in answers] == [404, 404, 404, 405, 405]
    strangers = act(books.run, Step("settings/"), company=ORGNR, member_of=NEIGHBOUR)
    assert [each.status for each in strangers] == [404]


def test_much_is_looked_at_in_the_background_once_and_said(books: Books) -> None:
    typed(books, "-25.00", "Gebyr")
    asked, again = act(
        books.run,
        Step("settings/accounts/1/replay/", {}),
        Step("settings/accounts/1/replay/", {}),
        set_first="avstem.web.views.account_automation.REPLAYED_IN_REQUEST_MAX=0",
    )
    assert "It is replayed in the background." in asked.text
    assert "A replay waits for its turn." in again.text
    dry, _ = act(
        books.run, Step("settings/dry-run/ask/", {}), Step("settings/dry-run/ask/", {}),
        set_first="avstem.web.views.dry_run.TRIED_IN_REQUEST_MAX=0",
    )  # fmt: skip
    assert "A dry run is under way." in dry.text
    jobs = books.run("jobs", "list", "--company", ORGNR, "--json").json
    assert sorted(each["kind"] for each in jobs) == ["dry_run", "replay"], "each asked for once"
    books.run("worker", "--once")
    done, told = act(books.run, Step("settings/accounts/1/"), Step("settings/dry-run/"))
    assert "Of 1 transactions from" in done.text
    assert "under way" not in told.text
    assert "Would be booked" in told.text
