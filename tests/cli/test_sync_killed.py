"""kill -9 at the boundaries between the steps of `avstem sync`: nothing is lost, nothing is twice.

AVSTEM_EVERY_BOUNDARY=1 kills at each of them; the ordinary run at every seventh.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Avstem

pytestmark = [pytest.mark.database, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
STRIDE = 1 if os.environ.get("AVSTEM_EVERY_BOUNDARY") else 7


def test_killed_anywhere_the_next_round_makes_it_whole(
    avstem: Avstem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "companies"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.sync_process", folder, str(STRIDE)],
        env=avstem.environment(), cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    boundaries = [each.pop("boundary") for each in told]
    for where, each in zip(boundaries, told, strict=True):
        assert each["faults"] == [], where
        assert each["money"] == [[100_00, "booked"], [200_00, "booked"]], where
        assert each["remaining"] == [["1", 0], ["2", 0]], where
        states = [state for _, state, _ in each["files"]]
        assert sorted(states) == ["imported", "imported", "set_aside"], where
        assert each["set_aside_told"] == 1, where
        assert each == told[-1], where
    assert len(told) > 5
    with capsys.disabled():
        print(f"\navstem sync: killed at {len(told) - 1} boundaries (every {STRIDE}. of them)")
