"""A child that is killed (SIGKILL) at a boundary between two steps of its work.

A boundary is before or after a commit, a word with the bank or a step of writing a file. It has a
number in the child's work, and a place: the lines of the program that lead to it, told apart by
whether they come there for the first time in this work or again.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import avstem
from tests.payments.process import in_child

ROOT = str(Path(avstem.__file__).parent)
#: Whether to kill at a boundary, by its number (from 1) and its place.
Wanted = Callable[[int, str], bool]


@dataclass(frozen=True)
class Ended:
    """How the child ended: the boundaries it passed, and the place of the last where it was killed."""

    status: int
    passed: int
    place: str = ""

    @property
    def is_killed(self) -> bool:
        return self.status == signal.SIGKILL


def run_trapped(work: Callable[[], None], wanted: Wanted) -> Ended:
    """Work in a child; nothing of it is left in this process."""
    read, write = os.pipe()

    def trapped() -> None:
        passed = _set_traps(wanted, write)
        work()
        os.write(write, json.dumps([passed(), ""]).encode())

    status = in_child(trapped)
    os.close(write)
    said = os.read(read, 4_096)
    os.close(read)
    return Ended(status, *(json.loads(said) if said else (0, "")))


def _set_traps(wanted: Wanted, write: int) -> Callable[[], int]:
    from django.db.transaction import Atomic

    from avstem.connectors.folder import FolderConnector

    passed = 0
    been: Counter[str] = Counter()

    def boundary(side: str) -> None:
        nonlocal passed
        passed += 1
        place = f"{side} {_lines()}"
        been[place] += 1
        place += " again" if been[place] > 1 else ""
        if wanted(passed, place):
            os.write(write, json.dumps([passed, place[:3_000]]).encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def trapped(*args: Any, **kwargs: Any) -> Any:
            boundary(f"before {name}")
            answer = real(*args, **kwargs)
            boundary(f"after {name}")
            return answer

        setattr(owner, name, trapped)

    around(Atomic, "__exit__")
    for name in ("send", "describe", "list_files"):
        around(FolderConnector, name)
    for name in ("link", "unlink", "fsync"):
        around(os, name)
    return lambda: passed


def _lines() -> str:
    """The program's own lines that lead here, the innermost first."""
    found, frame = [], sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(ROOT):
            found.append(f"{file[len(ROOT) + 1 :]}:{frame.f_lineno}")
        frame = frame.f_back
    return " ".join(found)
