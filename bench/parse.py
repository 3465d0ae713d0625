"""Reading, measured: `avstem statement read --json` against lxml.etree.parse of the same file.

    python -m bench.parse [--entries 100000] [--rounds 3]

Each in a process of its own, turn about; prints medians of wall time, peak memory and the ratio.
The file is the same on every run: one payment an entry, with every field of the contract.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from avstem.domain.kid import Modulus, with_check_digit
from avstem.domain.money import Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Reference,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.camt_write import write_camt

CONTROL = "import sys; from lxml import etree; etree.parse(sys.argv[1])"
START = date(2026, 1, 5)


def entries(count: int) -> Iterator[Entry]:
    """Payments in, each with reference, parties, message and ids."""
    for number in range(count):
        amount = Money(10_000 + number * 7 % 900_000, "NOK")
        day = START + timedelta(days=number * 200 // count)
        part = Transaction(
            amount=amount,
            bank_reference=f"2026{number:012d}",
            end_to_end_id=f"E2E-{number:09d}",
            instruction_id=f"I-{number:09d}",
            message_id=f"M-{number // 100:07d}",
            counterparty=f"Kunde nummer {number % 5000} AS",
            counterparty_account="NO9386011117947",
            references=(Reference("kid", with_check_digit(f"{number:09d}", Modulus.TEN)),),
            original_amount=amount,
        )
        yield Entry(
            amount=amount,
            status=EntryStatus.BOOKED,
            booking_date=day,
            value_date=day,
            reference=f"2026{number:012d}",
            entry_number=None,
            reversal=False,
            code="PMNT/RCDT/VCOM",
            text=f"Innbetaling {number}",
            transactions=(part,),
            has_details=True,
        )


def write_file(path: Path, count: int) -> None:
    """One statement of so many entries."""
    total = sum(entry.amount.minor for entry in entries(count))
    head = StatementHead(
        format="camt.053.001.08",
        kind=StatementKind.STATEMENT,
        id="BENCH",
        sequence="1",
        account="NO6115030001017",
        currency="NOK",
        from_date=START,
        to_date=START + timedelta(days=200),
        opening_balance=Money(0, "NOK"),
        closing_balance=Money(total, "NOK"),
        balances_booked=True,
    )
    with path.open("wb") as stream:
        source = StatementSource(head, entries(count))
        write_camt(
            stream, [source], format=head.format, message_id="B", created="2026-08-01T06:00:00Z"
        )


def run(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MiB of one process; its answer is thrown away."""
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def main() -> None:
    """Measure, turn about, and print the ratio of the medians."""
    arguments = argparse.ArgumentParser(description="Reading against lxml.etree.parse")
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--no-control", action="store_true", help="the control needs the memory")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.xml"
        write_file(file, asked.entries)
        ours = [sys.executable, "-m", "avstem.cli", "statement", "read", str(file), "--json"]
        control = [sys.executable, "-c", CONTROL, str(file)]
        rounds = [
            (run(control) if not asked.no_control else (0.0, 0.0), run(ours))
            for _ in range(asked.rounds)
        ]
        size = file.stat().st_size / 1e6
    control_s = statistics.median(each[0][0] for each in rounds)
    ours_s = statistics.median(each[1][0] for each in rounds)
    peak = max(each[1][1] for each in rounds)
    print(f"{asked.entries} entries, {size:.0f} MB, {asked.rounds} rounds")
    print(f"control (lxml.etree.parse): {control_s:6.2f} s {rounds[0][0][1]:7.0f} MiB")
    print(f"avstem statement read     : {ours_s:6.2f} s {peak:7.0f} MiB peak")
    if control_s:
        print(f"ratio                     : {ours_s / control_s:6.2f}   (must be at most 2.5)")


if __name__ == "__main__":
    main()
