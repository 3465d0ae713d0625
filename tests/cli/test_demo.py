"""`avstem demo`: pages, worker and practice bank in one command, which stops cleanly and goes on."""

import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from avstem.cli.demo_bank import practising
from avstem.domain.identifiers import norwegian_iban
from avstem.testbank.names import make_account
from tests.support.command import Avstem

ORGNR = "317000022"
IBAN = norwegian_iban(make_account(5_000_002))
#: No company has this number: nothing is answered.
NOBODY = 0
WAIT_S = 120


def until(holds: Callable[[], Any]) -> Any:
    """What is waited for, when it has come."""
    last = time.monotonic() + WAIT_S
    while not (found := holds()):
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.2)
    return found


@contextmanager
def running(avstem: Avstem, log: Path) -> Iterator[str]:
    """The demo while the block runs: the address of its pages. Ctrl-C must end it, and all of it."""
    with log.open("wb") as out:
        demo = avstem.start("demo", "--no-browser", "--port", 0, stdout=out, stderr=out,
                            start_new_session=True)  # fmt: skip
    try:
        link = until(lambda: [line for line in log.read_text().splitlines() if "/sign-in/" in line])
        yield link[0].strip()
    finally:
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0, log.read_text()
    left = subprocess.run(["pgrep", "-s", str(demo.pid)], capture_output=True, check=False)
    assert left.stdout == b"", "a process was left behind"
    assert "Traceback" not in log.read_text()


def test_an_agreement_is_ordered_and_the_statement_comes(avstem: Avstem, tmp_path: Path) -> None:
    with running(avstem, tmp_path / "first.log") as link:
        assert until(lambda: status_of(link)) == 200
        before = count(avstem, "store_banktransaction")
        avstem("bank", "order", "--company", ORGNR, "--bank", "dnb", "--account", IBAN)
        avstem("bank", "sent", "--company", ORGNR)
        until(lambda: fetched_statements(avstem))
        until(lambda: count(avstem, "store_banktransaction") > before)
    came = fetched_statements(avstem)
    with running(avstem, tmp_path / "second.log"):
        folder = avstem.home / "demo" / "bank"
        later = date.today() + timedelta(days=20)  # the demo's clock is the machine's
        avstem("testbank", "--dir", folder, "advance", later.isoformat())
        until(lambda: fetched_statements(avstem) > came + 3)


@pytest.mark.django_db
def test_a_port_that_is_taken_meanwhile_is_another_at_the_next_start(tmp_path: Path) -> None:
    with practising(tmp_path, NOBODY) as bank:
        port = bank.port
    with practising(tmp_path, NOBODY) as bank:
        assert bank.port == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with practising(tmp_path, NOBODY) as bank:
            assert bank.port != port


def status_of(address: str) -> int | None:
    """What the page answers; None while nobody listens yet."""
    try:
        with urllib.request.urlopen(address, timeout=60) as page:
            return int(page.status)
    except urllib.error.URLError as wrong:
        if isinstance(wrong.reason, ConnectionRefusedError):
            return None
        raise


def count(avstem: Avstem, table: str, where: str = "1 = 1") -> int:
    """Asked of the file itself: a command takes seconds to start."""
    with closing(sqlite3.connect(avstem.url.removeprefix("sqlite:///"), timeout=30)) as file:
        [found] = file.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    return int(found)


def fetched_statements(avstem: Avstem) -> int:
    return count(avstem, "store_fetchedfile", "remote_name LIKE 'camt053%' AND state = 'imported'")
