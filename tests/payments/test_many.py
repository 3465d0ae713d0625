"""Many payments at a bank that misbehaves, with workers that are killed at every boundary.

AVSTEM_PAYMENTS="companies bills every" runs more: docs/payments.md has the figures of 2 000 payments.
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
SMALL = "4 15 90"


def test_each_bill_is_paid_exactly_once_whatever_happens(
    avstem: Avstem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = os.environ.get("AVSTEM_PAYMENTS", SMALL).split()
    companies, bills, _ = map(int, asked)
    folder = tmp_path / "town"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.payments.many", folder, *asked],
        env=avstem.environment(), cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=500 if asked == SMALL.split() else None,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    with capsys.disabled():
        print("\n", told)
    assert (told["wrong"], told["faults"]) == ([], [])
    assert told["bills_by_times_paid"] == {"1": companies * bills}
    assert set(told["states"]) <= {
        "settled here, executed there", "rejected here, rejected there",
        "returned here, returned there",
    }  # fmt: skip
    assert told["kills"] >= companies
    assert told["misdeeds"]["rejection"] >= 1
