"""Reading against the best libraries of each format, on the same file in the same run.

    python -m bench.peers [--rounds 3]

In processes of their own, turn about; prints medians, and how many times our time each peer takes.
Ours gives every field of `statement read`; pyiso20022 and netsgiro build their own objects, so that
it is not like for like. `bench.mt940` does the same for mt-940, `bench.parse` against lxml alone.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.parse import write_file
from tests.support.ocr_giro_files import Paid, file_of

OURS = "import sys; from avstem.cli.main import run; sys.argv[1:1] = ['statement', 'read']; run()"
PYISO20022 = """
import sys
from xsdata.formats.dataclass.parsers import XmlParser
from pyiso20022.camt.camt_053_001_08 import Document
XmlParser().parse(sys.argv[1], Document)
"""
NETSGIRO = """
import sys, netsgiro
netsgiro.parse(open(sys.argv[1], encoding='iso-8859-1', newline='').read())
"""
CAMT_ENTRIES, OCR_PAYMENTS = 10_000, 50_000


def write_ocr(path: Path, count: int) -> None:
    """One assignment of so many payments, a lump sum each hundred."""
    paid = tuple(
        Paid(10_000 + number % 900_000, lump=f"05231{number // 100:05d}", archive=f"{number + 1}")
        for number in range(count)
    )
    path.write_bytes(file_of(*paid).encode())


def measure(name: str, peer: str, path: Path, rounds: int) -> None:
    """Ours and the peer's, turn about."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_seconds(OURS, path, "--json"))
        theirs.append(_seconds(peer, path))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{name:40} ours {mine:6.2f} s   peer {other:6.2f} s   {other / mine:5.1f} times ours")


def _seconds(code: str, path: Path, *words: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-c", code, str(path), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Write the files, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        camt, ocr = Path(folder) / "camt.xml", Path(folder) / "ocr.txt"
        write_file(camt, CAMT_ENTRIES)
        write_ocr(ocr, OCR_PAYMENTS)
        measure(f"camt.053.001.08, {CAMT_ENTRIES} entries: pyiso20022", PYISO20022, camt, rounds)
        measure(f"OCR giro, {OCR_PAYMENTS} payments: netsgiro", NETSGIRO, ocr, rounds)


if __name__ == "__main__":
    main()
