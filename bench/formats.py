"""Reading every format that has a peer or a floor, in one table.

    python -m bench.formats [--rounds 5]

In this process, turn about, the same file: a line for each reader with its median of processor
time, its ratio to the control (`lxml.etree.parse`, or a loop of one regex over the lines) and how
many times our time a peer takes. Ours gives every value of `read_statements`.
"""

import argparse
import importlib
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from avstem.formats import read_statements
from bench import mt940, parse
from bench.peers import write_ocr

Reader = Callable[[Path], object]
_OCR_LINE = re.compile(r"NY(\d\d)(\d\d)(\d\d)(\d{7})(.{66})")


def ours(path: Path) -> int:
    """Every entry and transaction read."""
    with path.open("rb") as stream:
        return sum(
            len(entry.transactions)
            for source in read_statements(stream, file=path.name)
            for entry in source.entries
        )


def ocr_lines(path: Path) -> int:
    """The control of fixed records: split lines, one regex on each."""
    with path.open(encoding="iso-8859-1") as stream:
        return sum(1 for line in stream if _OCR_LINE.match(line))


def pyiso20022(path: Path) -> object:
    """The peer of camt."""
    parser = importlib.import_module("xsdata.formats.dataclass.parsers").XmlParser()
    message = importlib.import_module("pyiso20022.camt.camt_053_001_08").Document
    return parser.parse(str(path), message)


def netsgiro(path: Path) -> object:
    """The peer of OCR giro."""
    library = importlib.import_module("netsgiro")
    return library.parse(path.read_text(encoding="iso-8859-1"))


def table(folder: Path) -> list[tuple[str, Path, dict[str, Reader]]]:
    """Each file with who reads it: the control first, then ours, then the peer."""
    camt, ocr = folder / "camt.xml", folder / "ocr.txt"
    parse.write_file(camt, 10_000)
    write_ocr(ocr, 50_000)
    library = mt940.peer()
    texts = []
    for name, text in (("plain", mt940.FREE), ("German", mt940.STRUCTURED)):
        path = folder / f"{name}.sta"
        mt940.write_file(path, 30_000, text)
        peers: dict[str, Reader] = {} if library is None else {"mt-940": library}
        readers: dict[str, Reader] = {"control": mt940.control, "avstem": ours, **peers}
        texts.append((f"mt940 {name}", path, readers))
    return [
        (
            "camt.053",
            camt,
            {"control": etree.parse, "avstem": ours, "pyiso20022": pyiso20022},
        ),
        *texts,
        ("ocr_giro", ocr, {"control": ocr_lines, "avstem": ours, "netsgiro": netsgiro}),
    ]


def seconds(read: Reader, path: Path) -> float:
    """The processor time of one reading."""
    began = time.process_time()
    read(path)
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="Reading, each format against its peer")
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    print(f"{'format':14} {'reader':12} {'seconds':>8} {'of control':>10} {'of ours':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, path, readers in table(Path(folder)):
            taken = [
                {who: seconds(read, path) for who, read in readers.items()} for _ in range(rounds)
            ]
            middle = {who: statistics.median(each[who] for each in taken) for who in readers}
            for who, each in middle.items():
                control, mine = each / middle["control"], each / middle["avstem"]
                print(f"{name:14} {who:12} {each:8.2f} {control:10.2f} {mine:8.2f}")


if __name__ == "__main__":
    main()
