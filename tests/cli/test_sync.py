"""What `avstem sync` prints, for people and as JSON, and its exit codes."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import translation

from avstem.cli import sync as command
from avstem.testbank.backoffice.dialects import ways_of
from avstem.testbank.bank import Bank
from avstem.testbank.misbehaviour import Kind
from tests.support.bank_life import Client, account_at, kid_of, sale
from tests.support.practice_bank import START, TODAY, USER, nok, paid_in

pytestmark = pytest.mark.django_db

ORGNR = "974760673"


class Town:
    """A company with an invoice, and its bank's folder; one day has passed."""

    def __init__(self, bank: Bank, folder: Path) -> None:
        self.bank = bank
        bank.add_customer(USER, "Prøve AS", ways_of("dnb"))
        iban = bank.open_account(USER, nok(100_000_00), iban=account_at("dnb", 1))
        bank.activate(iban, ("statements",))
        bank.pay_in(iban, [paid_in(125_00, kid=kid_of(1))])
        self.client = Client(bank, ORGNR, folder)
        self.client.take_invoices([sale(1, "125.00", issued=TODAY, due=TODAY)])
        self.client.order("dnb", [self.client.add_account(iban, "1920", nok(100_000_00))])
        self.client.connect_folder("dnb", USER)

    def sync(self, *words: str, code: int) -> tuple[str, str]:
        """Standard output and standard error; the command speaks English, whatever was spoken."""
        with translation.override("en"):
            done = CliRunner().invoke(command.command, [*words], standalone_mode=False)
        if done.exception:
            raise done.exception
        assert done.return_value == code, done.output
        return done.stdout, done.stderr


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Bank(tmp_path / "bank", start=START) as bank:
        yield Town(bank, tmp_path)


def test_without_an_active_agreement_it_says_so(town: Town) -> None:
    said, wrong = town.sync("--company", ORGNR, code=0)
    assert said.startswith(f"{ORGNR}: no active agreement by which files are fetched.")
    assert wrong == ""


def test_it_says_what_was_taken_and_booked_and_the_second_time_that_nothing_was(town: Town) -> None:
    town.client.confirm("dnb")
    town.bank.advance_to(TODAY.replace(day=25))
    said, wrong = town.sync(code=0)
    assert f"{ORGNR} dnb: 1 files taken, 0 set aside, 1 at the bank." in said
    assert "1 booked" in said
    assert wrong == ""
    assert "0 files taken" in town.sync(code=0)[0]


def test_what_was_set_aside_is_named_with_its_reason_once(town: Town) -> None:
    town.client.confirm("dnb")
    town.bank.misbehave(Kind.TRUNCATED, USER, "camt053")
    town.bank.advance_to(TODAY.replace(day=25))
    said, wrong = town.sync(code=1)
    assert "0 files taken, 1 set aside" in said
    [line] = wrong.splitlines()
    assert line.startswith(f"{ORGNR} dnb camt053.")
    assert town.sync(code=0)[1] == ""
    assert "1 set aside" in town.sync("--again", code=1)[0]


def test_as_json_each_file_and_each_bank_stands_with_its_code(town: Town) -> None:
    town.client.confirm("dnb")
    town.bank.misbehave(Kind.TRUNCATED, USER, "camt053")
    town.bank.advance_to(TODAY.replace(day=26))
    [document] = _json(town.sync("--json", code=1))
    assert document["company"] == ORGNR
    [bank] = document["banks"]
    assert (bank["bank"], bank["listed"], len(bank["imported"])) == ("dnb", 2, 1)
    [aside] = bank["set_aside"]
    assert set(aside) == {"file", "code", "reason"}
    assert aside["reason"]
    assert document["unreached"] == []


def test_a_bank_that_is_not_there_is_named_and_the_exit_code_is_1(town: Town) -> None:
    town.client.confirm("dnb")
    shutil.rmtree(town.bank.homes / USER)
    said, wrong = town.sync(code=1)
    assert f"{ORGNR} dnb: " in wrong
    [document] = _json(town.sync("--json", code=1))
    [bank] = document["unreached"]
    assert bank["bank"] == "dnb"
    assert bank["code"].startswith("transfer.")
    assert "no active agreement" not in said


def _json(said: tuple[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said[0])
    return found
