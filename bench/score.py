"""`python -m bench.score TRUTH MATCHES`: the score of `export matches` against the truth."""

import argparse
import sys
from pathlib import Path

from avstem.testbank.score import score_files

WRONG_SHOWN_MAX = 20


def main() -> int:
    """Print the table; 1 if any booking is wrong."""
    parser = argparse.ArgumentParser(prog="bench.score", description=__doc__)
    parser.add_argument("truth", type=Path, help="truth.jsonl")
    parser.add_argument("matches", type=Path, help="what `avstem export matches` wrote")
    chosen = parser.parse_args()
    found = score_files(chosen.truth, chosen.matches)
    print(found)
    for truth_line, match_line in found.wrong_bookings[:WRONG_SHOWN_MAX]:
        print(f"WRONG {truth_line['family']} {truth_line['bank_reference']}")
        print(f"  true:   {truth_line['allocations']}")
        print(f"  booked: {match_line['allocations']} by {match_line['rule']}")
    return 1 if found.total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
