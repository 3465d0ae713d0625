"""Killed at any point between two effects, the practice bank goes on as if nothing had been."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avstem.testbank.account_truth import true_payments
from avstem.testbank.bank import Bank
from avstem.testbank.misbehaviour import Kind
from tests.support.practice_bank import (
    IBAN,
    START,
    TODAY,
    USER,
    open_bank,
    paid_in,
    pay,
    send,
    state_of,
)

END = datetime(2026, 11, 26, 8, 0)
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


def prepare(folder: Path) -> None:
    """Payments for two days, one without cover, money in, a misdeed; nothing has happened yet."""
    with open_bank(folder, opening=5_000_00) as bank:
        send(bank, pay(1), pay(2, 2_000_00), id="M-1")
        send(bank, pay(3, day=TODAY + timedelta(days=1)), pay(4, 10**8), id="M-2")
        bank.pay_in(IBAN, [paid_in(1_00, kid="12345674"), paid_in(2_00, kid="26004119")])
        bank.misbehave(Kind.TWICE, USER, "camt053")


def live(folder: Path, watch: Callable[[str], None]) -> None:
    with Bank(folder, watch=watch) as bank:
        bank.advance_to(END)


def left_by(folder: Path) -> dict[str, Any]:
    """Books, and what lies in the folders."""
    with Bank(folder) as bank:
        found: dict[str, Any] = state_of(bank)
    homes = folder / "homes"
    found["files"] = {str(p.relative_to(homes)): p.read_bytes() for p in homes.rglob("*.*")}
    found["spool"] = [path.name for path in (folder / "spool").glob("in-*")]
    # A number may be drawn and not used; which number a file had is nobody's business.
    found["message"] = [(user, id, name) for user, id, _, name in found["message"]]
    found["event"] = sorted((at, kind, subject) for at, kind, subject, _ in found["event"])
    return found


def points() -> Iterator[int]:
    yield from range(10**6)


def killed_at(folder: Path, point: int) -> bool:
    """Let it live in a process that dies at that point; whether it came so far."""
    child = os.fork()
    if child == 0:
        passed = 0

        def watch(name: str) -> None:
            nonlocal passed
            del name
            if passed == point:
                os.kill(os.getpid(), signal.SIGKILL)
            passed += 1

        try:
            live(folder, watch)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@FORKS
def test_killed_between_any_two_steps_it_does_everything_exactly_once(tmp_path: Path) -> None:
    prepare(tmp_path / "start")
    shutil.copytree(tmp_path / "start", tmp_path / "whole")
    seen: list[str] = []
    live(tmp_path / "whole", seen.append)
    expected = left_by(tmp_path / "whole")
    assert {each[0] for each in expected["statement"]} == {IBAN}
    assert len(expected["posting"]) == 5
    for point in points():
        folder = tmp_path / f"killed-{point}"
        shutil.copytree(tmp_path / "start", folder)
        if not killed_at(folder, point):
            break
        live(folder, lambda name: None)
        assert left_by(folder) == expected, f"killed at {seen[point]} ({point})"
        shutil.rmtree(folder)
    assert point == len(seen), "every point was killed at once"
    assert point > 60


@FORKS
def test_killed_again_and_again_every_payment_is_executed_once_or_rejected(tmp_path: Path) -> None:
    prepare(tmp_path)
    # Opening takes four points, a step at most six: each life gets somewhere before it ends.
    deaths = 0
    while killed_at(tmp_path, 12):
        deaths += 1
        assert deaths < 200, "it gets nowhere"
    assert deaths > 5
    with Bank(tmp_path) as bank:
        assert bank.now == END
        found = {each.end_to_end_id: each.state for each in true_payments(bank, USER)}
        paid = bank.ledger.rows(
            "SELECT payment, count(*) AS n FROM posting WHERE kind = 'out' GROUP BY 1"
        )
        assert all(each["n"] == 1 for each in paid)
    assert found == {"E-1": "executed", "E-2": "executed", "E-3": "executed", "E-4": "rejected"}


def test_the_tables_refuse_what_would_be_twice_or_changed(tmp_path: Path) -> None:
    with open_bank(tmp_path) as bank:
        send(bank, pay(1))
        bank.advance_to(START + timedelta(hours=5))
        row = dict(bank.ledger.rows("SELECT * FROM posting")[0])
        with pytest.raises(Exception, match="UNIQUE"):
            bank.ledger.insert("posting", [row | {"id": 99, "reference": "another"}])
        for sql in ("UPDATE posting SET minor = 1", "DELETE FROM posting"):
            with pytest.raises(Exception, match="what is posted stands"):
                bank.ledger.run(sql)
