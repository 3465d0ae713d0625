"""`python -m bench.families [--transactions 10000] [--seeds 10]`: how right is the engine?

Runs the engine alone, in memory, over labelled ledgers of all families, and prints a table. Ends
with 1 when a goal is missed: no wrong booking, 97 % of what is certain booked, the right answer
first in 95 % of the proposals that have one. `--database` takes one seed through the real import
and matching instead (an empty database's URL, or nothing for SQLite); 1 at a wrong booking.
"""

import argparse
import gc
import sys

from avstem.matching.engine import decide
from avstem.matching.policy import Policy
from avstem.testbank.families.mix import FAMILIES, make_ledger
from bench.families_database import score_in_database
from bench.family_score import FamilyScores, judge, render
from bench.ledger_in_memory import lay_out


def score_seeds(transactions: int, seeds: int) -> FamilyScores:
    """The scores of the seeds 1 to `seeds`, families in the order in which they are written."""
    scores = FamilyScores()
    for seed in range(1, seeds + 1):
        ledger = make_ledger(seed, transactions)
        table = lay_out(ledger)
        decisions = decide(table.lines, table.candidates(), Policy())
        judge(scores, table, [line.label for line in ledger.lines], decisions)
        gc.collect()
    scores.families = {name: scores.families[name] for name in FAMILIES if name in scores.families}
    return scores


def by_database(transactions: int, database: str | None) -> int:
    """Seed 1 through the database: the table, and what was booked wrong."""
    found = score_in_database(transactions, 1, database)
    print(found)
    for truth, match in found.wrong_bookings[:20]:
        print(f"WRONG {truth['family']} {truth['bank_reference']}: {match['allocations']}")
    return 1 if found.total.wrong or found.total.missing else 0


def main() -> int:
    """Print the table and what went wrong; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="bench.families", description=__doc__)
    parser.add_argument("--transactions", type=int, default=10_000, help="a seed; default 10000")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--tell", metavar="FAMILY", help="show its lines without the right answer")
    parser.add_argument("--tell-max", type=int, default=20)
    parser.add_argument("--database", nargs="?", const="", help="an empty one, or SQLite")
    chosen = parser.parse_args()
    if chosen.database is not None:
        return by_database(chosen.transactions, chosen.database or None)
    scores = score_seeds(chosen.transactions, chosen.seeds)
    print(render(scores))
    for told in scores.wrong[: chosen.tell_max]:
        print("WRONG", told)
    for told in scores.not_first.get(chosen.tell or "", ())[: chosen.tell_max]:
        print(told)
    missed = scores.missed()
    print("\n".join(f"MISSED: {each}" for each in missed) or "all goals are met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
