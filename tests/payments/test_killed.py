"""kill -9 at every boundary between two steps of making and sending a file:
it reaches the bank exactly once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.payments.process import BILLS
from tests.support.command import Avstem

pytestmark = [pytest.mark.database, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("bank", ["leaves", "takes"])
def test_killed_at_every_boundary_it_is_paid_once(
    avstem: Avstem, tmp_path: Path, bank: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`takes`: the bank takes files away at once, so that nothing is left to be asked about."""
    folder = tmp_path / "companies"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.payments.process", folder, bank],
        env=avstem.environment(), cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    again = 0
    for each in told:
        assert each["states"] == ["sent"] * BILLS, each["step"]
        [[state, name, content]] = each["files"]
        assert state == "sent"
        came = [tuple(pair) for batch in each["came"] for pair in batch]
        # The same bytes under the same name and MsgId, or nothing: the bank refuses the second.
        assert set(came) == {(name, content)}, each["step"]
        again += len(came) - 1
        for id in each["ids"]:
            assert content.count(f"<EndToEndId>{id}</EndToEndId>") == 1
    assert len(told) > 15
    if bank == "leaves":
        assert again == 0, "delivered exactly once"
    with capsys.disabled():
        print(
            f"\nthe bank {bank} files: {len(told)} boundaries, {again} files came again, unchanged"
        )
