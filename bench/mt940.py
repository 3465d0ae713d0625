"""Reading MT940, measured against a loop that splits lines and runs one regex on each `:61:`.

    python -m bench.mt940 [--entries 100000] [--rounds 5] [--structured]

In this process, turn about; prints medians of processor time, and ratios. The control validates
nothing and keeps nothing: a floor. The library mt-940 is measured too where it is installed. Same
file on every run.
"""

import argparse
import importlib
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from avstem.domain.statement import BalanceProof
from avstem.formats import read_statements

ENTRY = re.compile(
    r":61:(\d{6})(\d{4})?(R?[CD])([A-Z])?(\d+,\d*)([NSF][A-Z0-9]{3})([^/\n]*)(?://(.*))?"
)
FREE = ":86:Innbetaling faktura {number} fra kunde {customer}\n"
STRUCTURED = (
    ":86:166?00GUTSCHRIFT?100004772?20EREF+E2E-{number:09d}?21SVWZ+Rechnun\n"
    "g {number}?30OLBODEH2XXX?31NO9386011117947?32Kunde nummer {customer} AS\n"
)


def write_file(path: Path, count: int, text: str) -> None:
    """One statement of so many entries, in and out, that adds up."""
    minor = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(":20:BENCH\n:25:NO9386011117947\n:28C:1/1\n:60F:C260101NOK0,00\n")
        for number in range(count):
            amount = 100 + number * 7_654_321 % 89_999_900
            mark = "CCCD"[number * 7 % 11 % 4]
            minor += amount if mark == "C" else -amount
            day = f"{1 + number % 12:02d}{1 + number % 28:02d}"
            shown = f"{amount // 100},{amount % 100:02d}"
            stream.write(f":61:26{day}{day}{mark}{shown}NTRFNONREF//2026{number:09d}\n")
            stream.write(text.format(number=number, customer=number % 5000))
        mark = "C" if minor >= 0 else "D"
        stream.write(f":62F:{mark}261231NOK{abs(minor) // 100},{abs(minor) % 100:02d}\n-\n")


def control(path: Path) -> int:
    """Split lines, one regex on each entry."""
    found = 0
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.startswith(":61:") and ENTRY.match(line):
                found += 1
    return found


def ours(path: Path) -> int:
    """Every entry read, and the balance proved."""
    found = 0
    with path.open("rb") as stream:
        for source in read_statements(stream, file=path.name):
            proof = BalanceProof(source.head)
            for entry in source.entries:
                proof.add(entry)
            if not proof.holds():
                raise SystemExit("the balance does not hold")
            found += proof.entry_count
    return found


def peer() -> Callable[[Path], int] | None:
    """The library mt-940, or None where it is not installed."""
    try:
        library = importlib.import_module("mt940")
    except ImportError:
        return None
    return lambda path: len(library.parse(str(path)).transactions)


def seconds(read: Callable[[Path], int], path: Path, count: int) -> float:
    """The processor time of one reading, which must find every entry."""
    before = time.process_time()
    found = read(path)
    taken = time.process_time() - before
    if found != count:
        raise SystemExit(f"{read}: {found} entries of {count}")
    return taken


def main() -> None:
    """Measure, turn about, and print the ratios of the medians."""
    arguments = argparse.ArgumentParser(description="Reading MT940 against a loop over its lines")
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--structured", action="store_true", help="with German subfields")
    asked = arguments.parse_args()
    readers = {"control (lines, one regex)": control, "avstem": ours}
    if (library := peer()) is not None:
        readers["mt-940"] = library
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.sta"
        write_file(path, asked.entries, STRUCTURED if asked.structured else FREE)
        size = path.stat().st_size / 1e6
        rounds = [
            {name: seconds(read, path, asked.entries) for name, read in readers.items()}
            for _ in range(asked.rounds)
        ]
    floor = statistics.median(each["control (lines, one regex)"] for each in rounds)
    print(f"{asked.entries} entries, {size:.1f} MB, {asked.rounds} rounds")
    for name in readers:
        taken = statistics.median(each[name] for each in rounds)
        print(f"{name:28}: {taken:6.2f} s   ratio {taken / floor:5.2f}")
    print("avstem must be at most 4, and faster than mt-940")


if __name__ == "__main__":
    main()
