"""`avstem undo` shows the vouchers it makes; `--dry-run` makes none."""

from tests.support.command import Avstem


def transfer(avstem: Avstem) -> int:
    """A booked transfer between two own accounts; the id of the side that sent."""
    avstem("company", "add", "--orgnr", "974760673", "--name", "Prøve AS")
    for number, ledger in (("15030001017", "1920"), ("15030002021", "1930")):
        avstem("account", "add", "--company", "974760673", "--iban", number, "--kind", "operating",
               "--ledger-account", ledger)  # fmt: skip
    added = [
        avstem("transaction", "add", "--company", "974760673", "--account", account, "--date",
               "2026-03-10", "--amount", amount, "--text", text, "--json").json["id"]
        for account, amount, text in (
            ("15030001017", "-500.00", "til 15030002021"), ("15030002021", "500.00", "inn"),
        )
    ]  # fmt: skip
    avstem("reconcile", "--company", "974760673")
    return int(added[0])


def test_both_vouchers_of_a_transfer_are_shown_and_then_made(avstem: Avstem) -> None:
    side = transfer(avstem)
    asked = ("undo", "--company", "974760673", "--transaction", side)
    foreseen = avstem(*asked, "--dry-run", "--json").json
    assert (foreseen["undone"], len(foreseen["vouchers"])) == (False, 2)
    done = avstem(*asked, "--json").json
    assert [each.pop("number") for each in done["vouchers"]] == ["2026-3", "2026-4"]
    assert [each.pop("number") for each in foreseen["vouchers"]] == [None, None]
    assert done["vouchers"] == foreseen["vouchers"]
    assert {each["reverses"] for each in done["vouchers"]} == {"2026-1", "2026-2"}
    amounts = {
        (line["account"], line["amount"]) for each in done["vouchers"] for line in each["postings"]
    }
    assert amounts == {
        ("1920", "500.00"), ("1930", "-500.00"), ("1990", "-500.00"), ("1990", "500.00"),
    }  # fmt: skip
    again = avstem(*asked, code=3)
    assert "undone already" in again.err
    avstem("verify")


def test_people_read_the_vouchers(avstem: Avstem) -> None:
    side = transfer(avstem)
    told = avstem(
        "undo", "--company", "974760673", "--transaction", side, "--date", "2026-04-01"
    ).out
    assert told.count("2026-04-01 Reversering av bilag") == 2
    assert told.count("Posted: ") == 2
