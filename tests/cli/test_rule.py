"""`avstem rule`, driven by the real command."""

import pytest

from tests.cli.conftest import books
from tests.cli.files import BBAN, ORGNR, Books

__all__ = ["books"]

pytestmark = pytest.mark.database
OUR = ("--company", ORGNR)


def paid(books: Books, amount: str, text: str) -> None:
    books.run(
        "transaction", "add", *OUR, "--account", BBAN, "--date", "2026-11-02", "--amount", amount,
        "--text", text,
    )  # fmt: skip


def test_a_rule_is_added_tried_switched_on_and_books(books: Books) -> None:
    paid(books, "-125.00", "Kortgebyr Nets 4711")
    words = ("--name", "Kort", "--text", "kortgebyr nets", "--direction", "out", "--to", "7770@1")
    added = books.run("rule", "add", *OUR, *words, "--json").json
    rule = str(added["id"])
    assert (added["version"], added["name"]) == (1, "Kort")
    assert "has not been tried" in books.run("rule", "on", *OUR, rule, code=3).err

    trial = books.run("rule", "try", *OUR, rule, "--json").json
    counts = [trial[name] for name in ("would_book", "same", "differs", "untouched")]
    assert counts == [1, 0, 0, 1]
    assert books.run("rule", "on", *OUR, rule, "--json").json["active_version"] == 1
    books.run("reconcile", *OUR)
    [voucher] = books.run("export", "vouchers", *OUR).lines
    codes = [(each["account"], each.get("vat_code")) for each in voucher["postings"]]
    assert codes == [("1920", None), ("7770", "1"), ("2710", "1")]
    assert "Kort is off." in books.run("rule", "off", *OUR, rule).out
    books.verify()


def test_people_and_programs_list_the_rules_and_those_from_the_start(books: Books) -> None:
    split = ("--to", "7770:33.3%", "--to", "7740:10.00", "--to", "7830")
    books.run("rule", "add", *OUR, "--name", "Leie", "--text", "leie", "--max", "900", *split)
    books.run("rule", "off", *OUR, "interest_paid")
    found = books.run("rule", "list", *OUR, "--json").json
    [rule] = found["rules"]
    assert [(line["per_mille"], line["fixed_minor"]) for line in rule["lines"]] == [
        (333, 0), (0, 1000), (0, 0),
    ]  # fmt: skip
    assert (rule["conditions"]["amount_max_minor"], rule["conditions"]["currency"]) == (
        900_00,
        "NOK",
    )
    assert (rule["active_version"], rule["trial"]) == (None, None)
    assert found["standing"] == [
        {"id": "bank_charges", "on": True},
        {"id": "interest_received", "on": True},
        {"id": "interest_paid", "on": False},
    ]
    said = books.run("rule", "list", *OUR).out
    assert "Leie v1 (off)" in said
    assert "interest_paid (off, from the start)" in said
    assert books.run("rule", "suggest", *OUR, "--json").out == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--text", "x", "--to", "7140;DROP"), 2, "ACCOUNT[:PART][@VAT]"),
        (("--text", "x", "--to", "9999"), 3, "ledger account 9999"),
        (("--to", "7770"), 3, "a text, name, account or code to go by"),
        (("--text", "x", "--to", "7770@99"), 3, "VAT code"),
        (("--text", "x", "--to", "7770:60%", "--to", "7740:40%", "--to", "7830"), 3, "1000 ‰"),
        (("--text", "x", "--to", "7770", "--min", "ten"), 3, "Amount"),
        (("--text", "x", "--to", "7770", "--account", "97501100114"), 3, "97501100114"),
    ],
)
def test_a_wrong_rule_is_refused_in_words(
    books: Books, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in books.run("rule", "add", *OUR, "--name", "X", *words, code=code).err


def test_a_rule_that_is_not_there_is_named(books: Books) -> None:
    for verb in ("try", "on", "off"):
        assert "rule 99" in books.run("rule", verb, *OUR, "99", code=3).err
        assert "bank_charges" in books.run("rule", verb, *OUR, "gebyr", code=2).err
