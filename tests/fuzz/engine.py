"""Coverage-guided: what reaches a line that nothing reached before is kept and damaged further."""

import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from avstem import formats
from avstem.domain.errors import RefusalError
from tests.fuzz.mutate import mutate

READERS = str(Path(formats.__file__).parent)
SECONDS_MAX = 5
Target = Callable[[bytes], object]
Lines = set[tuple[str, int]]


class TooSlowError(Exception):
    """One small file took longer than `SECONDS_MAX` of processor time."""


@dataclass
class Fuzzed:
    """What a run came to. `faults` are inputs with what escaped."""

    tried: int = 0
    refused: int = 0
    lines: Lines = field(default_factory=set)
    kept: list[bytes] = field(default_factory=list)
    faults: list[tuple[bytes, str]] = field(default_factory=list)


def fuzz(target: Target, seeds: Sequence[bytes], *, seconds: float, seed: int) -> Fuzzed:
    """Damage the seeds and what grows out of them until the time is up."""
    rng, run = random.Random(seed), Fuzzed()
    for content in seeds:
        _try(target, content, run)
    run.kept = list(seeds)
    until = time.process_time() + seconds
    while time.process_time() < until and len(run.faults) < 5:
        content = mutate(rng, rng.choice(run.kept), rng.choice(run.kept))
        before = len(run.lines)
        _try(target, content, run)
        if len(run.lines) > before:
            run.kept.append(content)
    return run


def _try(target: Target, content: bytes, run: Fuzzed) -> None:
    run.tried += 1
    try:
        with _traced(run.lines), _limited():
            target(content)
    except RefusalError:
        run.refused += 1
    except Exception as escaped:  # whatever escapes is what we look for
        run.faults.append((content, f"{type(escaped).__name__}: {escaped}"[:300]))


@contextmanager
def _traced(reached: Lines) -> Any:
    def on_line(frame: FrameType, event: str, _arg: object) -> Any:
        reached.add((frame.f_code.co_filename, frame.f_lineno))
        return on_line

    def on_call(frame: FrameType, _event: str, _arg: object) -> Any:
        return on_line if frame.f_code.co_filename.startswith(READERS) else None

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def _limited() -> Any:
    def ring(_number: int, _frame: object) -> None:
        raise TooSlowError(f"more than {SECONDS_MAX} s")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
