"""Booking rules on the screen: list, form, trial with its bar, switches, a rule from a row."""

import gettext
import re
from pathlib import Path
from typing import Any

import pytest

import avstem
from avstem.domain.vat import VAT_CODES
from avstem.matching.booking_rules import TextMatch
from avstem.matching.standing_rules import STANDING
from avstem.wording.rules import STANDING_RULES, TEXT_MATCHES, VAT_LABELS
from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books
from tests.web.acting import Step, act

__all__ = ["books"]

pytestmark = pytest.mark.database
PACKAGE = Path(avstem.__file__).parent
BOKMAAL = gettext.translation("django", PACKAGE / "locale", ["nb"])
NEIGHBOUR = "923609016"


def paid(books: Books, amount: str, text: str) -> str:
    added = books.run(
        "transaction", "add", "--company", ORGNR, "--account", BBAN, "--date", "2026-11-02",
        "--amount", amount, "--text", text, "--json",
    ).json  # fmt: skip
    return str(added["id"])


def form(**more: Any) -> dict[str, Any]:
    return {
        "name": "Kort", "text": "kortgebyr nets", "text_match": "words", "way": "out",
        "line_account": ["7770", ""], "line_part": ["", ""], "line_vat": ["1", ""],
        "line_text": ["Terminal", ""], **more,
    }  # fmt: skip


def test_a_rule_is_saved_tried_and_switched_on(books: Books) -> None:
    for minor in ("-125.00", "-250.00"):
        paid(books, minor, "Kortgebyr Nets 4711")
    saved, refused, trial, on, listing, off = act(
        books.run,
        Step("rules/new/", form()),
        Step("rules/1/switch/", {"on": "1", "version": "1"}),
        Step("rules/1/try/", {}),
        Step("rules/1/switch/", {"on": "1", "version": "1"}),
        Step("rules/"),
        Step("rules/1/switch/", {"on": "0"}),
    )
    assert "The rule is saved. Try it before it is switched on." in saved.text
    assert "has not been tried on what happened before" in refused.text
    assert "It would have booked 2 transactions." in trial.text
    assert "Of 2 transactions from" in trial.text
    assert re.findall(r'<rect class="part-(\w+)" x="0" y="0" width="1000"', trial.page) == [
        "untouched"
    ]
    assert "It books from the next matching" in on.text
    assert "Version 1 is on" in listing.text
    assert "The rule is off." in off.text
    assert books.run("export", "vouchers", "--company", ORGNR).lines == [], "nothing ran"


def test_a_long_history_is_tried_in_the_background(books: Books) -> None:
    paid(books, "-125.00", "Kortgebyr Nets 4711")
    _, asked, waiting = act(
        books.run, Step("rules/new/", form()), Step("rules/1/try/", {}), Step("rules/1/"),
        set_first="avstem.web.views.rules.TRIED_IN_REQUEST_MAX=0",
    )  # fmt: skip
    assert "The rule is tried in the background." in asked.text
    assert "The last trial" not in waiting.text
    books.run("worker", "--once")
    [tried] = act(books.run, Step("rules/1/"))
    assert "it would have booked 1" in tried.text


def test_what_people_did_otherwise_is_shown_with_both_sides(books: Books) -> None:
    same, other = (paid(books, "-100.00", "Kortgebyr Nets") for _ in range(2))
    _, _, _, trial = act(
        books.run,
        Step(f"transactions/{same}/book/", {"account": "7770", "vat_code": "1", "text": ""}),
        Step(f"transactions/{other}/book/", {"account": "7830", "vat_code": "", "text": ""}),
        Step("rules/new/", form()),
        Step("rules/1/try/", {}),
    )
    assert "it would have booked 2; 1 differ from what you did" in trial.text
    widths = re.findall(r'<rect class="part-(\w+)" x="\d+" y="0" width="(\d+)"', trial.page)
    assert widths == [("same", "500"), ("differs", "500")]
    assert "7830 100,00" in trial.text
    assert "7770 80,00" in trial.text


def test_a_rule_is_made_from_a_row_that_was_booked_by_hand(books: Books) -> None:
    row = paid(books, "-125.00", "Parkering Easypark 12.03")
    _, without, booked, made = act(
        books.run,
        Step(f"transactions/{row}/"),
        Step(f"rules/new/?from={row}"),
        Step(f"transactions/{row}/book/", {"account": "7770", "vat_code": "1", "text": ""}),
        Step(f"rules/new/?from={row}"),
    )
    assert 'value="parkering easypark"' in without.page, "where it goes is for a person to say"
    assert '<option value="7770" selected>' not in without.page
    assert f"rules/new/?from={row}" in booked.page
    assert 'value="parkering easypark"' in made.page
    assert '<option value="7770" selected>' in made.page
    assert '<option value="1" selected>' in made.page


def test_three_equal_decisions_ask_for_a_rule_and_the_fourth_row_says_why(books: Books) -> None:
    rows = [paid(books, f"-1{n}.00", "Parkering Easypark") for n in range(4)]
    act(
        books.run,
        *[Step(f"transactions/{row}/book/", {"account": "7770"}) for row in rows[:3]],
    )
    books.run("reconcile", "--company", ORGNR)
    listing, fourth = act(books.run, Step("rules/"), Step(f"transactions/{rows[3]}/"))
    assert "3 equal decisions" in listing.text
    assert "3 earlier decisions booked such payments to 7770." in fourth.text
    [bokmaal] = act(books.run, Step(f"transactions/{rows[3]}/"), language="nb")
    assert "3 tidligere avgjørelser førte slike betalinger på 7770." in bokmaal.text


def test_a_rules_booking_names_the_rule_and_its_version(books: Books) -> None:
    row = paid(books, "-125.00", "Kortgebyr Nets 4711")
    act(
        books.run,
        Step("rules/new/", form()),
        Step("rules/1/try/", {}),
        Step("rules/1/switch/", {"on": "1", "version": "1"}),
    )
    books.run("reconcile", "--company", ORGNR)
    [page] = act(books.run, Step(f"transactions/{row}/"), language="nb")
    assert "Regelen «Kort» (versjon 1) dekker den." in page.text
    assert "Mva-kode 1" in page.text
    books.verify()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "etter"),
        ({"line_account": ["", ""]}, "Linjer"),
        ({"line_part": ["40", ""]}, "Linjer"),
        ({"line_part": ["forty %", ""]}, "forty"),
        ({"line_part": ["33,33 %", ""]}, "0,1 % til 99,9 %"),
        ({"least": "1.234"}, "1 234,50"),
        ({"text_match": "regex"}, "regex"),
        ({"own_account": "999"}, "999"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    books: Books, wrong: dict[str, Any], said: str
) -> None:
    [page] = act(books.run, Step("rules/new/", form(**wrong)), language="nb")
    assert page.status == 422
    assert said in re.findall(r'id="error">(.*?)</p>', page.page, re.DOTALL)[0]
    assert 'value="Kort"' in page.page


def test_editing_makes_a_new_version_and_shows_what_stands(books: Books) -> None:
    lines = {"line_account": ["7770", "7830"], "line_part": ["33,3 %", ""], "line_vat": ["", ""],
             "line_text": ["", ""], "least": "10", "most": "1 000,50"}  # fmt: skip
    _, edit, shown = act(
        books.run,
        Step("rules/new/", form(**lines)),
        Step("rules/1/edit/"),
        Step("rules/1/edit/", form(**{**lines, "most": "900"})),
    )
    for typed in ("33,3 %", "10,00", "1000,50", "kortgebyr nets"):
        assert f'value="{typed}"' in edit.page
    assert "version 2" in shown.text
    assert "10,00 … 900,00 NOK" in shown.text


def test_a_reader_looks_and_changes_nothing(books: Books) -> None:
    act(books.run, Step("rules/new/", form()))
    steps = (
        Step("rules/"), Step("rules/1/"), Step("rules/new/"), Step("rules/new/", form(name="X")),
        Step("rules/1/try/", {}), Step("rules/1/switch/", {"on": "0"}),
        Step("rules/standing/bank_charges/", {"on": "0"}),
    )  # fmt: skip
    answers = act(books.run, *steps, role="reader")
    assert [each.status for each in answers] == [200, 200, 403, 403, 403, 403, 403]
    assert "Switch" not in answers[0].text + answers[1].text


def test_the_banks_own_are_switched_off_and_on(books: Books) -> None:
    off, on, wrong = act(
        books.run,
        Step("rules/standing/bank_charges/", {"on": "0"}),
        Step("rules/standing/bank_charges/", {"on": "1"}),
        Step("rules/standing/rounding/", {"on": "0"}),
    )
    assert "The bank's charges Off Switch on" in off.text
    assert "The bank's charges On Switch off" in on.text
    assert "There is no rule rounding here" in wrong.text


def test_another_company_sees_no_rule_of_ours(books: Books) -> None:
    act(books.run, Step("rules/new/", form()))
    books.run("company", "add", "--orgnr", NEIGHBOUR, "--name", "Nabo AS")
    outside, inside, tried = act(
        books.run, Step("rules/"), Step("rules/1/"), Step("rules/1/try/", {}),
        company=NEIGHBOUR, member_of=NEIGHBOUR,
    )  # fmt: skip
    assert "No rules of your own yet." in outside.text
    assert inside.status == 404
    assert tried.status == 404


def test_every_word_of_the_rules_is_there_in_bokmaal() -> None:
    assert set(STANDING_RULES) == set(STANDING)
    assert set(TEXT_MATCHES) == {each.value for each in TextMatch}
    assert set(VAT_LABELS) == set(VAT_CODES)
    for table in (STANDING_RULES, TEXT_MATCHES, VAT_LABELS):
        for text in table.values():
            assert BOKMAAL.gettext(text) != text, text
