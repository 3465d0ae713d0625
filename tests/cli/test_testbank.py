"""`avstem testbank`: a bank in a process of its own, met over SFTP, killed and opened again."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from avstem.connectors.sftp import SftpConnector
from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.secret import Secret
from avstem.testbank.bank import Ways
from tests.support.command import Answer, Avstem
from tests.support.payments import file_of
from tests.support.practice_bank import IBAN, START, pay, written


@dataclass
class Open:
    """A bank that is open, and what it said."""

    process: subprocess.Popen[str]
    said: str

    def told(self, pattern: str) -> str:
        """What the bank said in the place of the pattern's group."""
        found = re.search(pattern, self.said)
        assert found is not None, self.said
        return found[1]

    def connector(self) -> SftpConnector:
        """The program's connector, with what the bank said and nothing else."""
        port, user = self.told(r"-P (\d+)"), self.told(r"-P \d+ .* (\w+)@")
        key, password = self.told(r"host key (.+)"), self.told(r"password (.+)")
        return SftpConnector(
            SftpPlace("127.0.0.1", user, (key,), "out", "in", port=int(port),
                      password=Secret(password), taken_folder="taken")
        )  # fmt: skip


@pytest.fixture
def opened(avstem: Avstem, tmp_path: Path) -> Iterator[Callable[[], Open]]:
    """Opens the bank of this test; it is killed at the end, if it still is."""
    processes: list[subprocess.Popen[str]] = []

    def start() -> Open:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "avstem.cli", "testbank", "--dir", str(tmp_path / "bank"),
             "--start", "2026-11-24T07:00", "--port", "0", "--still"],
            env=avstem.environment(), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        processes.append(process)
        assert process.stdout is not None
        said = ""
        while "Stop with Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        return Open(process, said)

    yield start
    for each in processes:
        each.kill()
        each.wait()
        assert each.stdout is not None
        each.stdout.close()


@pytest.fixture
def bank(avstem: Avstem, tmp_path: Path) -> Callable[..., Answer]:
    """The command with this test's bank."""
    return lambda *words, **more: avstem(
        "testbank", "--dir", tmp_path / "bank", "--start", "2026-11-24T07:00", *words, **more
    )  # fmt: skip


def test_it_is_killed_with_a_payment_in_hand_and_pays_it_once(
    opened: Callable[[], Open], bank: Callable[..., Answer]
) -> None:
    made = bank("customer", "fjellvik", "Fjellvik AS", "--iban", IBAN, "--opening", "10000.00",
                "--at-once")  # fmt: skip
    assert made.out.strip() == IBAN
    first = opened()
    connector = first.connector()
    file = file_of(pay(1, day=START.date()), message_id="M-1")
    content = written(file, Ways())
    connector.send("betaling.xml", content)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    connector.close()
    second = opened()
    again = second.connector()
    assert again.send("betaling.xml", content).value == "already_there"
    bank("advance", "2026-11-25")
    truth = [json.loads(line) for line in bank("truth").out.splitlines()]
    payments = [each for each in truth if each["kind_of_truth"] == "payment"]
    assert [each["state"] for each in payments] == ["executed"]
    names = [each.name for each in again.list_files()]
    assert sum(name.startswith("pain002") for name in names) >= 2
    again.close()


def test_ctrl_c_closes_it(opened: Callable[[], Open]) -> None:
    found = opened()
    found.process.send_signal(signal.SIGINT)
    assert found.process.wait(timeout=20) == 0


def test_money_comes_in_and_a_misdeed_is_done_on_request(bank: Callable[..., Answer]) -> None:
    bank("customer", "kunde", "Øvelse AS", "--iban", IBAN, "--at-once")
    bank("pay-in", IBAN, "125.00", "--kid", "12345674")
    bank("misbehave", "twice", "kunde", "--message", "camt053")
    bank("advance", "2026-11-26T12:00")
    status = json.loads(bank("status", "--json").out)
    assert status["customers"]["kunde"][IBAN]["balance"] == "125.00 NOK"
    truth = [json.loads(line) for line in bank("truth").out.splitlines()]
    assert [each["kind"] for each in truth if each["kind_of_truth"] == "misdeed"] == ["twice"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("advance", "i morgen"), 2, "2026-01-31T08:00"),
        (("misbehave", "steal", "kunde"), 2, "wrong_balance"),
        (("misbehave", "rejection", "kunde"), 2, "--code AC04"),
        (("pay-in", IBAN, "1.00"), 3, IBAN),
        (("misbehave", "twice", "ingen"), 3, "ingen"),
        (("customer", "a", "A", "--bank", "ingen-bank"), 3, "ingen-bank"),
        (("customer", "../a", "A"), 3, "../a"),
        (("customer", "a", "A", "--opening", "1,5"), 3, "1,5"),
    ],
)
def test_wrong_words_are_answered_in_a_line(
    bank: Callable[..., Answer], words: tuple[str, ...], code: int, says: str
) -> None:
    answer = bank(*words, code=code)
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_a_taken_port_is_told_in_a_line(
    opened: Callable[[], Open], avstem: Avstem, tmp_path: Path
) -> None:
    port = opened().told(r"-P (\d+)")
    answer = avstem("testbank", "--dir", tmp_path / "other", "--port", port, code=2)
    assert f"cannot listen on 127.0.0.1:{port}" in answer.err


def test_its_folder_is_in_the_data_directory(avstem: Avstem) -> None:
    avstem("testbank", "customer", "kunde", "Øvelse AS")
    assert os.listdir(avstem.home / "testbank" / "homes") == ["kunde"]
