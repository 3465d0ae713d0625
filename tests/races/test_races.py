"""Two people, two workers and an import at once: each amount is claimed once, the loser is told.

Real threads with connections of their own, on SQLite and on PostgreSQL, several rounds each. That
both sides win now and then is what shows that they really run at once.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Avstem

pytestmark = pytest.mark.database
ROUNDS = 5


def race(avstem: Avstem, name: str, folder: Path) -> list[dict[str, Any]]:
    """The rounds of a race; whatever happened in them, the books hold and nobody died."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.races.process", name, str(ROUNDS), str(folder)],
        env=avstem.environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["faults"] == []
    for each in told["rounds"]:
        assert not [said for said in each["said"].values() if "died" in said], each
    rounds: list[dict[str, Any]] = told["rounds"]
    return rounds


def winners(each: dict[str, Any], *names: str) -> list[str]:
    return [name for name in names if "done" in each["said"][name]]


def refusal(each: dict[str, Any], name: str) -> tuple[str, str]:
    said = each["said"][name]
    return said["refused"], said["said"]


def test_two_people_accept_the_same_suggestion(avstem: Avstem, tmp_path: Path) -> None:
    for each in race(avstem, "two_accept", tmp_path):
        assert (each["state"], each["forward"], each["back"]) == ("booked", 1, 0)
        assert each["left"] == 0
        [first] = winners(each, "kari", "ola")
        code, said = refusal(each, "ola" if first == "kari" else "kari")
        assert code == "claim.already_booked"
        assert f"{first}@example.no" in said


def test_two_payments_are_accepted_for_one_invoice(avstem: Avstem, tmp_path: Path) -> None:
    for each in race(avstem, "two_payments", tmp_path):
        [first] = winners(each, "kari", "ola")
        assert each["left"] == 0
        assert sorted(row["forward"] for row in each["rows"]) == [0, 1]
        code, said = refusal(each, "ola" if first == "kari" else "kari")
        assert code == "claim.item_taken"
        assert said.startswith(f"{first}@example.no"), "the one who was first is named"


def test_two_people_undo_the_same_booking(avstem: Avstem, tmp_path: Path) -> None:
    for number, each in enumerate(race(avstem, "two_undo", tmp_path)):
        assert each["state"] in ("open", "suggested")
        assert (each["forward"], each["back"]) == (1, 1)
        assert each["left"] == (5_000 + number) * 100
        [first] = winners(each, "kari", "ola")
        code, said = refusal(each, "ola" if first == "kari" else "kari")
        assert code == "claim.already_undone"
        assert f"{first}@example.no" in said


def test_undoing_one_while_another_is_accepted(avstem: Avstem, tmp_path: Path) -> None:
    """Whoever is first: the undoing always goes, the other payment only once there is room."""
    for number, each in enumerate(race(avstem, "undo_and_accept", tmp_path)):
        one, other = each["rows"]
        assert (one["forward"], one["back"]) == (1, 1)
        assert "kari" in winners(each, "kari")
        if other["state"] == "booked":
            assert each["left"] == 0
        else:
            assert each["left"] == (5_000 + number) * 100
            assert refusal(each, "ola")[0] == "claim.item_taken"


def test_accepting_booking_by_hand_and_setting_aside(avstem: Avstem, tmp_path: Path) -> None:
    for each in race(avstem, "accept_book_aside", tmp_path):
        [first] = winners(each, "kari", "ola", "aside")
        assert each["forward"] == (0 if first == "aside" else 1)
        assert (each["left"] == 0) == (first == "kari")
        assert each["state"] == ("set_aside" if first == "aside" else "booked")
        for name in {"kari", "ola", "aside"} - {first}:
            code = refusal(each, name)[0]
            assert code == ("state.not_permitted" if first == "aside" else "claim.already_booked")


def test_a_file_twice_two_workers_and_a_person_at_once(avstem: Avstem, tmp_path: Path) -> None:
    for each in race(avstem, "all_at_once", tmp_path):
        assert each["stored"] == 4, "the file's payments are there once"
        assert [row["forward"] for row in each["rows"]] == [1, 1, 1, 1]
        assert {row["state"] for row in each["rows"]} == {"booked"}
        assert winners(each, "file", "same", "one", "two", "kari") == [
            "file", "same", "one", "two", "kari",
        ]  # fmt: skip
        assert (each["state"], each["forward"], each["left"]) == ("booked", 1, 0)
