"""kill -9 in the middle, and two at once: a file is in whole or not at all, nothing is booked twice."""

import subprocess
import time
from itertools import pairwise
from pathlib import Path

import pytest

from avstem.testbank.bulk import BulkFiles, write_bulk
from avstem.testbank.score import Score, score
from avstem.testbank.truth import read_lines
from tests.support.command import Avstem

pytestmark = [pytest.mark.database, pytest.mark.slow]

TRANSACTIONS = 1_500
# An overpayment that would settle another of the payer's invoices too is asked about.
CERTAIN_SHARE = 0.995
KILLS = 6


@pytest.fixture
def bulk(avstem: Avstem, tmp_path: Path) -> BulkFiles:
    """A company with its invoices, and a statement that has not been imported."""
    files = write_bulk(
        tmp_path / "bulk", seed=3, transactions=TRANSACTIONS, open_items=TRANSACTIONS
    )
    avstem("company", "add", "--orgnr", files.orgnr, "--name", files.company_name)
    avstem(
        "account", "add", "--company", files.orgnr, "--iban", files.iban, "--kind", "operating",
        "--ledger-account", "1920",
    )  # fmt: skip
    avstem("invoices", "import", "--company", files.orgnr, files.invoices)
    return files


def run_and_kill(avstem: Avstem, after_s: float, *words: object) -> bool:
    """Start the command and kill it -9 after so long; whether it was still running."""
    process = avstem.start(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def seconds_of(avstem: Avstem, *words: object) -> float:
    """How long the command takes to its end."""
    before = time.monotonic()
    avstem(*words)
    return time.monotonic() - before


def judged(avstem: Avstem, bulk: BulkFiles) -> Score:
    """What stands in the books against the truth."""
    matches = avstem("export", "matches", "--company", bulk.orgnr).lines
    with bulk.truth.open("rb") as truth:
        return score(read_lines(truth), matches)


def test_a_killed_import_leaves_all_of_the_file_or_nothing(avstem: Avstem, bulk: BulkFiles) -> None:
    importing = ("statement", "import", "--company", bulk.orgnr, "--no-reconcile", bulk.statement)
    startup_s = seconds_of(avstem, "company", "add", "--help")
    was_killed, counts = 0, []
    for step in range(1, KILLS + 1):
        was_killed += run_and_kill(avstem, startup_s + 0.2 * step, *importing)
        counts.append(len(avstem("export", "matches", "--company", bulk.orgnr).lines))
        assert counts[-1] in (0, TRANSACTIONS)
        avstem("verify")
    assert was_killed, "at least one import was killed before its end"
    assert all(before <= after for before, after in pairwise(counts)), "what is in stays in"

    avstem(*importing)
    again = avstem(*importing, "--json").json["files"][0]
    assert (again["added"], again["already_there"]) == (0, TRANSACTIONS)
    assert len(avstem("export", "matches", "--company", bulk.orgnr).lines) == TRANSACTIONS
    avstem("verify")


def test_a_killed_matching_is_taken_up_by_the_next_and_books_nothing_twice(
    avstem: Avstem, bulk: BulkFiles
) -> None:
    avstem("statement", "import", "--company", bulk.orgnr, "--no-reconcile", bulk.statement)
    startup_s = seconds_of(avstem, "company", "add", "--help")
    was_killed = 0
    for step in range(1, KILLS + 1):
        was_killed += run_and_kill(
            avstem, startup_s + 0.15 * step, "reconcile", "--company", bulk.orgnr
        )
        avstem("verify")
    assert was_killed, "at least one run was killed before its end"

    avstem("reconcile", "--company", bulk.orgnr)
    avstem("verify")
    found = judged(avstem, bulk)
    assert found.wrong_bookings == []
    assert found.total.certain_booked >= CERTAIN_SHARE * found.total.certain


def test_two_runs_at_once_settle_each_invoice_once(avstem: Avstem, bulk: BulkFiles) -> None:
    avstem("statement", "import", "--company", bulk.orgnr, "--no-reconcile", bulk.statement)
    runs = [
        avstem.start("reconcile", "--company", bulk.orgnr, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [run.wait(120) for run in runs] == [0, 0]
    avstem("verify")
    found = judged(avstem, bulk)
    assert found.wrong_bookings == []
    assert found.total.certain_booked >= CERTAIN_SHARE * found.total.certain
    vouchers = avstem("export", "vouchers", "--company", bulk.orgnr).lines
    assert len(vouchers) == found.total.booked
