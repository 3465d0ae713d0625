"""What the killing test runs: `python -m tests.payments.process FOLDER takes|leaves`.

For each boundary between two steps a company of its own pays its bills in a child that is killed
there (SIGKILL); then another child sends on to the end, and once more. A line of JSON tells what the bank has.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

BILLS = 3
STEPS_MAX = 200


def main(folder: Path, bank_takes: bool) -> None:
    """One boundary after the other, until a child comes to its end alive."""
    from avstem.config.startup import start

    start()
    for step in range(1, STEPS_MAX):
        place = folder / str(step)
        place.mkdir()
        company = in_child(lambda place=place, step=step: open_company(place, step))
        assert company == 0
        status = in_child(lambda place=place, step=step: pay(place, step, kill_at=step))
        took = [take(place)] if bank_takes else []
        assert in_child(lambda place=place, step=step: pay(place, step, kill_at=0)) == 0
        assert in_child(lambda place=place, step=step, took=took: tell(place, step, took)) == 0
        if status == 0:
            return
        assert status == signal.SIGKILL, status
    raise AssertionError("it never came to an end")


def in_child(work: Callable[[], None]) -> int:
    """Its exit status: 0, or the signal that ended it."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            sys.stdout.flush()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def orgnr(step: int) -> str:
    """A right number of its own for each step."""
    for number in range(91000000 + step * 20, 91000000 + step * 20 + 20):
        digits = f"{number:08}"
        rest = sum(int(d) * w for d, w in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if rest != 1:
            return digits + str((11 - rest) % 11)
    raise AssertionError


def open_company(place: Path, step: int) -> None:
    from tests.payments.books import Payer, bill

    payer = Payer.open(place, orgnr=orgnr(step))
    payer.bills(*(bill(str(n), f"{n}.00", party=f"P{n}") for n in range(1, BILLS + 1)))
    payer.prepare()
    payer.approve()


def payer_of(place: Path, step: int) -> Any:
    from avstem.store.models import Company
    from tests.payments.books import Payer

    payer = Payer(place)
    payer.company = Company.objects.get(orgnr=orgnr(step)).pk
    return payer


def pay(place: Path, step: int, kill_at: int) -> None:
    """All that leads approved payments out; killed at that boundary, where one is named."""
    payer = payer_of(place, step)
    if kill_at:
        set_traps(kill_at)
    for _ in range(1 if kill_at else 2):
        payer.make()
        payer.send()


def set_traps(kill_at: int) -> None:
    """Before and after each commit, each question to the bank and each step of writing the file."""
    from django.db.transaction import Atomic

    from avstem.connectors.folder import FolderConnector

    passed = 0

    def boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def trapped(*args: Any, **kwargs: Any) -> Any:
            boundary()
            answer = real(*args, **kwargs)
            boundary()
            return answer

        setattr(owner, name, trapped)

    around(Atomic, "__exit__")
    around(FolderConnector, "send")
    around(FolderConnector, "describe")
    for name in ("link", "unlink", "fsync"):
        around(os, name)


def take(place: Path) -> dict[str, str]:
    """The bank's own program takes what lies there, at once: nothing is left to be asked about."""
    took = {path.name: path.read_text("utf-8") for path in (place / "out").iterdir()
            if not path.name.startswith(".")}  # fmt: skip
    for name in took:
        (place / "out" / name).unlink()
    return took


def tell(place: Path, step: int, took: list[dict[str, str]]) -> None:
    from avstem.store.models import PaymentFile

    payer = payer_of(place, step)
    lying = take(place)
    files = PaymentFile.objects.filter(company_id=payer.company)
    print(json.dumps({
        "step": step,
        "came": [list(each.items()) for each in [*took, lying]],
        "ids": [order.end_to_end_id for order in payer.orders()],
        "states": payer.states(),
        "files": [[file.state, file.remote_name, bytes(file.content).decode()] for file in files],
    }))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "takes")
