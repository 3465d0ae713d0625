"""`avstem bank order|sent|confirm|reject|deactivate|connect|status|letter`."""

import io
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pypdf import PdfReader

from tests.support.command import Answer, Avstem

pytestmark = pytest.mark.database
ORGNR, BBAN, IBAN, SECOND = "974760673", "15030001017", "NO6115030001017", "15030002021"


class Bank:
    """The command on a company with two accounts at DNB and one for tax."""

    def __init__(self, avstem: Avstem) -> None:
        self.avstem = avstem
        avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
        accounts = (
            (BBAN, "operating", 1920),
            (SECOND, "currency", 1960),
            ("15030003028", "tax", 1950),
        )
        for number, kind, ledger in accounts:
            avstem(
                "account", "add", "--company", ORGNR, "--iban", number, "--kind", kind,
                "--ledger-account", ledger,
            )  # fmt: skip

    def __call__(self, *words: object, code: int = 0) -> Answer:
        return self.avstem("bank", words[0], "--company", ORGNR, *words[1:], code=code)

    def typed(self, day: object, code: int = 0) -> Answer:
        return self.avstem(
            "transaction", "add", "--company", ORGNR, "--account", IBAN, "--date", day,
            "--amount", "-12.50", "--text", "Gebyr", code=code,
        )  # fmt: skip


@pytest.fixture
def bank(avstem: Avstem) -> Bank:
    return Bank(avstem)


def test_the_agreements_life_and_what_may_be_typed_meanwhile(bank: Bank) -> None:
    today = timezone.localdate()
    ordered = bank("order", "--bank", "dnb", "--account", BBAN, "--channel", "sftp", "--json").json
    assert (ordered["state"], ordered["channel"], ordered["late"]) == ("ordered", "sftp", False)
    [account] = ordered["accounts"]
    assert (account["account"], account["activation_date"]) == (IBAN, str(today))
    refused = bank.typed(today, code=3)
    assert "the bank is to tell of its transactions" in refused.err
    bank.typed(today - timedelta(days=1))
    assert bank("sent", "--bank", "dnb", "--json").json["state"] == "awaiting_bank"
    bank.typed(today, code=3)
    active = bank("confirm", "--bank", "dnb", "--json").json
    assert (active["state"], active["accounts"][0]["state"]) == ("active", "active")
    assert active["accounts"][0]["first_statement"]["from"] > str(today)
    bank.typed(today)
    ended = bank("deactivate", "--account", BBAN, "--json")
    assert ended.json["state"] == "ended"
    assert "end the agreement at the bank too" in ended.err
    assert [each["state"] for each in bank("status", "--json").json] == ["ended"]


def test_each_command_again_changes_nothing(bank: Bank) -> None:
    order = ("order", "--bank", "dnb", "--account", BBAN, "--account", SECOND, "--json")
    for words in (order, ("sent", "--json"), ("confirm", "--json"), ("deactivate", "--json")):
        assert bank(*words).json == bank(*words).json
    assert bank("confirm", code=3).err.startswith("avstem: Agreement dnb is ended")


def test_what_cannot_be_ordered_is_refused_in_words(bank: Bank) -> None:
    assert "of another kind" in bank(
        "order", "--bank", "dnb", "--account", "15030003028", code=3).err  # fmt: skip
    assert "There is no bank finnes-ikke" in bank(
        "order", "--bank", "finnes-ikke", "--account", BBAN, code=3).err  # fmt: skip
    assert "15030009999" in bank("order", "--bank", "dnb", "--account", "15030009999", code=3).err
    bank("order", "--bank", "dnb", code=2)
    bank("order", "--bank", "dnb", "--account", BBAN, "--channel", "brevdue", code=2)
    assert "agreement" in bank("confirm", code=3).err
    bank("order", "--bank", "dnb", "--account", BBAN)
    assert "connected already" in bank("order", "--bank", "nordea", "--account", BBAN, code=3).err


def test_an_account_of_another_bank_by_its_number_is_pointed_out(bank: Bank) -> None:
    said = bank("order", "--bank", "nordea", "--account", BBAN)
    assert f"{IBAN}: by its number the account is not Nordea's." in said.err
    assert bank("reject", "--reason", "Ikke vår konto", "--json").json["state"] == "rejected"
    assert "not" not in bank("order", "--bank", "dnb", "--account", BBAN).err


def test_several_agreements_need_the_bank_or_an_account(bank: Bank) -> None:
    bank("order", "--bank", "dnb", "--account", BBAN)
    bank("order", "--bank", "nordea", "--account", SECOND)
    assert "--bank with one of dnb, nordea" in bank("sent", code=3).err
    assert bank("confirm", "--account", SECOND, "--json").json["bank"] == "nordea"
    assert bank("confirm", "--bank", "dnb", "--account", SECOND, code=3)
    assert bank("deactivate", "--bank", "dnb", "--account", SECOND, code=3)
    assert [each["state"] for each in bank("status", "--json").json] == ["active", "ordered"]


def test_where_payments_are_approved_is_written_down(bank: Bank, tmp_path: Path) -> None:
    paper = tmp_path / "order.pdf"
    order = ("order", "--bank", "dnb", "--account", BBAN, "--payments-approved", "here", "--json")
    assert bank(*order).json["bank_approves"] is False
    bank("letter", "--kind", "order", "--pdf", paper, "--language", "en")
    assert "accounting-approved payments" in text_of(paper)
    assert bank("approval", "bank", "--json").json["bank_approves"] is True
    assert bank("approval", "unknown", "--json").json["bank_approves"] is None
    bank("order", "--bank", "nordea", "--account", SECOND, "--no-payments")
    assert "without payments" in bank("approval", "--bank", "nordea", "bank", code=3).err


def test_papers_are_written_and_read_back(bank: Bank, tmp_path: Path) -> None:
    order, letter = tmp_path / "order.pdf", tmp_path / "letter.pdf"
    bank("order", "--bank", "dnb", "--account", BBAN, "--pdf", order)
    assert "Bestilling" in text_of(order)
    again = tmp_path / "again.pdf"
    bank("letter", "--kind", "order", "--pdf", again)
    assert again.read_bytes() == order.read_bytes()
    bank("letter", "--kind", "ending", "--pdf", letter, "--language", "en")
    assert "ends the agreement" in text_of(letter)
    nowhere = bank("letter", "--kind", "late", "--pdf", tmp_path / "no" / "x.pdf", code=3)
    assert "cannot be opened" in nowhere.err


def text_of(path: Path) -> str:
    reader = PdfReader(io.BytesIO(path.read_bytes()))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


PINS = [f"SHA256:{'a' * 43}", f"SHA256:{'b' * 43}"]


def test_a_connection_is_said_and_its_secret_is_nowhere_in_the_clear(
    bank: Bank, tmp_path: Path
) -> None:
    bank("order", "--bank", "dnb", "--account", BBAN)
    key = tmp_path / "key"
    key.write_text("HEMMELIG-PASSORD\n", "utf-8")
    place = [f"--set={each}" for each in (
        "host=sftp.example.no", "user=974760673", "port=2222", f"host_keys={PINS[0]}",
        f"host_keys={PINS[1]}", "fetch_folder=out", "send_folder=in",
    )]  # fmt: skip
    said = bank(
        "connect", "--channel", "sftp", *place, "--secret", f"sftp_password={key}",
        "--sender-id", ORGNR, "--json",
    )  # fmt: skip
    assert said.json["place"]["host_keys"] == PINS
    assert said.json["place"]["port"] == 2222
    assert "HEMMELIG" not in said.out + said.err
    if bank.avstem.url.startswith("sqlite"):
        with sqlite3.connect(bank.avstem.url.removeprefix("sqlite:///")) as database:
            assert "HEMMELIG" not in "".join(database.iterdump())
    for wrong in (["--set=host"], ["--set=password=x"], ["--secret=pin=/dev/null"],
                  ["--secret=sftp_password=/nowhere"]):  # fmt: skip
        bank("connect", "--channel", "sftp", *place, *wrong, code=3)
    bank("connect", "--channel", "folder", "--set=incoming=/a", "--set=outgoing=/b")


def test_the_status_of_all_companies_keeps_them_apart(bank: Bank) -> None:
    bank("order", "--bank", "dnb", "--account", BBAN)
    bank.avstem("company", "add", "--orgnr", "923609016", "--name", "Annen AS")
    other = bank.avstem("bank", "status", "--company", "923609016", "--json")
    assert other.json == []
    assert bank.avstem("bank", "confirm", "--company", "923609016", "--bank", "dnb", code=3)
    assert [each["company"] for each in bank.avstem("bank", "status", "--json").json] == [ORGNR]
    assert json.loads(bank("status", "--json").out)[0]["state"] == "ordered"
