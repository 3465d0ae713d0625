"""`avstem replay` and `avstem settings`."""

from tests.support.command import Avstem

COMPANY = ("--company", "974760673")
ACCOUNT = ("--account", "15030001017")


def books(avstem: Avstem) -> None:
    avstem("company", "add", "--orgnr", "974760673", "--name", "Prøve AS")
    avstem("account", "add", *COMPANY, "--iban", "15030001017", "--kind", "operating",
           "--ledger-account", "1920")  # fmt: skip


def test_a_replay_is_told_in_numbers_and_in_words(avstem: Avstem) -> None:
    books(avstem)
    avstem("transaction", "add", *COMPANY, *ACCOUNT, "--date", "2026-03-10", "--amount", "-33.00",
           "--text", "Gebyr")  # fmt: skip
    avstem("transaction", "add", *COMPANY, *ACCOUNT, "--date", "2026-03-11", "--amount", "-40.00",
           "--text", "Ukjent")  # fmt: skip
    avstem("reconcile", *COMPANY)
    told = avstem("replay", *COMPANY, *ACCOUNT, "--months", "60", "--json").json
    assert (told["transactions"], told["would_book"]) == (2, 1)
    assert told["outcomes"]["same"] == 1
    assert told["outcomes"]["left"] == 1
    assert sum(told["outcomes"].values()) == 2
    assert told["by_month"] == {"2026-03": {"same": 1, "left": 1}}
    assert (told["booked_by_people_the_same"], told["examples"]) == (0, [])
    said = avstem("replay", *COMPANY, *ACCOUNT, "--months", "60").out
    assert "of 2 transactions 1 would have been booked" in said
    assert said.count("Not as it was: ") == len(told["not_as_then"])
    assert "1 to 60" in avstem("replay", *COMPANY, *ACCOUNT, "--months", "61", code=3).err


def test_settings_are_shown_changed_and_audited(avstem: Avstem) -> None:
    books(avstem)
    told = avstem("settings", "show", *COMPANY, "--json").json
    assert (told["automation_limit_bp"], told["write_off_max"]) == (9950, "0.00")
    assert told["accounts"] == [{"account": "NO6115030001017", "automation": "on"}]
    told = avstem("settings", "set", *COMPANY, "--limit", 9990, "--write-off", "5.00",
                  "--write-off-share", 100, "--undo-closed", "refused", "--json").json  # fmt: skip
    assert (told["automation_limit_bp"], told["write_off_max"]) == (9990, "5.00")
    assert (told["write_off_max_bp"], told["undo_in_closed_period"]) == (100, "refused")
    assert not told["interchangeable"]
    told = avstem("settings", "automation", *COMPANY, *ACCOUNT, "propose", "--json").json
    assert told["accounts"][0]["automation"] == "propose"
    assert "automation NO6115030001017          propose" in avstem("settings", "show", *COMPANY).out
    refused = avstem("settings", "set", *COMPANY, "--limit", 100, code=3).err
    assert "9000 to 10000" in refused
    assert avstem("settings", "show", *COMPANY, "--json").json["automation_limit_bp"] == 9990
    avstem("verify")
