"""The main job, measured: import, match and book N transactions against N open items.

    python -m bench.main_job [--sizes 10000 100000] [--database sqlite:///… | postgresql://…]

Runs the real command line in processes of its own, at each size, and prints wall time, peak
memory, the ratio to the control (lxml.etree.parse of the same statement file in the same run) and
the growth: ten times the work may take at most eleven times the time. The books are verified and
scored against the generator's own truth at the end of each size.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from avstem.testbank.bulk import write_bulk
from avstem.testbank.score import score_files

AVSTEM = [sys.executable, "-m", "avstem.cli"]
CONTROL = "import sys; from lxml import etree; etree.parse(sys.argv[1])"


@dataclass
class Measured:
    """One size's figures; seconds of wall time, peak in MiB."""

    transactions: int
    control_s: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    peak_mib: dict[str, float] = field(default_factory=dict)
    score: str = ""

    @property
    def job_s(self) -> float:
        """Statement import, matching and booking together."""
        return self.seconds["import"] + self.seconds["reconcile"]


def run(
    command: Sequence[str | Path], environment: dict[str, str], out: Path
) -> tuple[float, float]:
    """Wall seconds and peak MiB of one process; its answer goes to `out`."""
    before = time.perf_counter()
    with out.open("wb") as answer:
        process = subprocess.Popen(  # our own command
            [str(word) for word in command], env=environment, stdout=answer
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def measure(transactions: int, database: str | None, folder: Path) -> Measured:
    """Generate, run and check one size in a fresh database."""
    bulk = write_bulk(folder, seed=1, transactions=transactions, open_items=transactions)
    environment = {**os.environ, "AVSTEM_HOME": str(folder / "home")}
    environment["AVSTEM_DATABASE_URL"] = database or f"sqlite:///{folder / 'bench.sqlite3'}"
    measured = Measured(transactions)
    out = folder / "answer.json"

    def step(name: str, *words: str | Path) -> None:
        seconds, peak = run([*AVSTEM, *words], environment, out)
        measured.seconds[name], measured.peak_mib[name] = seconds, peak

    company = ["--company", bulk.orgnr]
    step("migrate", "migrate")
    step("company", "company", "add", "--orgnr", bulk.orgnr, "--name", bulk.company_name)
    step("account", "account", "add", *company, "--iban", bulk.iban, "--kind", "operating",
         "--ledger-account", "1920")  # fmt: skip
    step("invoices", "invoices", "import", *company, bulk.invoices)
    measured.control_s, _ = run([sys.executable, "-c", CONTROL, bulk.statement], environment, out)
    step("import", "statement", "import", *company, "--no-reconcile", bulk.statement)
    step("reconcile", "reconcile", *company)
    step("again", "statement", "import", *company, bulk.statement)
    step("verify", "verify")
    step("export", "export", "matches", *company)
    measured.score = str(score_files(bulk.truth, out))
    return measured


def report(results: Sequence[Measured]) -> None:
    """Print the table, the growth and the score."""
    steps = ["invoices", "import", "reconcile", "again", "verify"]
    print(
        f"{'N':>9} {'control':>8} "
        + " ".join(f"{name:>16}" for name in steps)
        + f" {'job/control':>12}"
    )
    for each in results:
        cells = " ".join(f"{each.seconds[n]:8.1f}s {each.peak_mib[n]:4.0f}MB" for n in steps)
        ratio = each.job_s / each.control_s
        print(f"{each.transactions:9} {each.control_s:7.2f}s {cells} {ratio:12.1f}")
    for less, more in pairwise(results):
        size = more.transactions / less.transactions
        grown = {
            name: more.seconds[name] / less.seconds[name]
            for name in ("invoices", "import", "reconcile")
        }
        grown["import + reconcile"] = more.job_s / less.job_s
        said = ", ".join(f"{name} {ratio:.1f}" for name, ratio in grown.items())
        print(f"{size:.0f} times the work took: {said} times the time")
    print(results[-1].score)


def main() -> None:
    """Measure each size in a folder of its own and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    arguments.add_argument("--database", help="an empty PostgreSQL for each size: {} is the size")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    results = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            url = asked.database.format(size) if asked.database else None
            results.append(measure(size, url, Path(folder)))
    if asked.json:
        print(json.dumps([vars(each) for each in results]))
    else:
        report(results)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
