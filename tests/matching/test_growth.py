"""Four times the payments are at most five times the work: counted, not timed.

Every line of our own code that runs is counted, each turn of a loop too, so that the answer is the
same on any machine and under any load. The practice ledger has decoys, namesakes, equal amounts.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import avstem
from avstem.matching import lookup
from avstem.matching.engine import decide
from avstem.matching.facts import Candidates, Line
from avstem.matching.keys import normalise_number
from avstem.matching.policy import Policy
from avstem.testbank.families.mix import make_ledger
from bench.ledger_in_memory import lay_out

OURS = str(Path(avstem.__file__).parent)
SMALL = 500


class Steps:
    """How many lines of our code have run."""

    count = 0


@contextmanager
def counted() -> Iterator[Steps]:
    """Count within it; whatever looked on before looks on again afterwards."""
    steps = Steps()

    def each(_frame: FrameType, event: str, _arg: Any) -> Any:
        steps.count += event == "line"
        return each

    def enter(frame: FrameType, _event: str, _arg: Any) -> Any:
        return each if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield steps
    finally:
        sys.settrace(before)


def work_of(do: Callable[[list[Line], Candidates], object], size: int) -> int:
    table = lay_out(make_ledger(11, size))
    candidates = table.candidates()
    with counted() as steps:
        do(table.lines, candidates)
    return steps.count


def match(lines: list[Line], candidates: Candidates) -> object:
    return decide(lines, candidates, Policy())


def look_up(lines: list[Line], candidates: Candidates) -> object:
    doubtful = lookup.lines_in_doubt(lines, candidates.by_key, candidates.items)
    return lookup.parties_to_load(
        doubtful, candidates.by_key, candidates.items, candidates.party_accounts
    )


@pytest.mark.parametrize("do", [match, look_up])
def test_four_times_the_payments_are_less_than_five_times_the_work(
    do: Callable[[list[Line], Candidates], object],
) -> None:
    small, large = work_of(do, SMALL), work_of(do, 4 * SMALL)
    assert small > 5 * SMALL, "it is counted"
    assert large < 5 * small


def test_a_loop_in_a_loop_is_found() -> None:
    """The count would show a scan of everything for each payment."""

    def scan(lines: list[Line], candidates: Candidates) -> int:
        del candidates
        return sum(len(normalise_number(each.text)) for each in lines for _ in lines[::20])

    assert work_of(scan, 4 * SMALL) > 10 * work_of(scan, SMALL)
