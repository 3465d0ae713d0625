"""`python -m bench.generate FOLDER --transactions 100000 --seed 1`: a labelled bulk set."""

import argparse
from pathlib import Path

from avstem.testbank.bulk import write_bulk


def main() -> None:
    """Write the set and tell how to import it."""
    parser = argparse.ArgumentParser(prog="bench.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--transactions", type=int, default=100_000)
    parser.add_argument("--open-items", type=int, help="default: a fifth more than transactions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--daily", action="store_true", help="a file for each bank day")
    chosen = parser.parse_args()
    if chosen.transactions < 1:
        parser.error("--transactions must be 1 or more")
    bulk = write_bulk(
        chosen.folder, seed=chosen.seed, transactions=chosen.transactions,
        open_items=chosen.open_items or chosen.transactions * 6 // 5, is_daily=chosen.daily,
    )  # fmt: skip
    print(f"{bulk.documents} documents, {bulk.transactions} transactions in {chosen.folder}")
    print(f"company {bulk.orgnr}, account {bulk.iban}, {len(bulk.statements)} bank file(s)")


if __name__ == "__main__":
    main()
