"""All tests: on SQLite with the browser, and those of the tables again on PostgreSQL.

Two rounds run at once, the longest first; what a round says is shown when it ends, so that no line
stands among another's. AVSTEM_COVERAGE=1 counts the lines that run, which takes longer.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

#: Nothing of these touches a table, a network or a browser.
CORE = [
    f"tests/{room}"
    for room in ("banks", "domain", "formats", "formats_roundtrip", "fuzz", "house", "matching")
]
#: The rest in parts of about the same length.
COMMANDS = ["tests/cli", "tests/jobs"]
PAGES = ["tests/web", "tests/connectors", "tests/races"]
AT_ONCE = 2
COVERAGE = ["coverage", "run", "-m"] if os.environ.get("AVSTEM_COVERAGE") else []


@dataclass(frozen=True)
class Round:
    """One run of pytest: what it is called, its database, its arguments."""

    name: str
    database: str
    arguments: Sequence[str]


def main() -> int:
    """Run all rounds and print one coverage table; the worst exit code is the answer."""
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "AVSTEM_HOME": home, "COVERAGE_PROCESS_START": ""}
        rounds = _rounds(arguments, has_postgresql="AVSTEM_TEST_PG" in environment)
        with ThreadPoolExecutor(AT_ONCE if not arguments else 1) as at_once:
            codes = list(at_once.map(lambda each: _run(each, environment), rounds))
    if "AVSTEM_TEST_PG" not in os.environ and os.environ.get("CI"):
        print("PostgreSQL is not here: its tests did not run.", file=sys.stderr)
        codes.append(1)
    if COVERAGE:
        subprocess.run([sys.executable, "-m", "coverage", "combine", "--quiet"], check=False)
        subprocess.run([sys.executable, "-m", "coverage", "report"], check=False)
    return max(codes)


def _rounds(arguments: Sequence[str], *, has_postgresql: bool) -> list[Round]:
    """The longest first. Tests that were asked for by name run in one round a database."""
    again = Round("the tables on PostgreSQL", "postgresql", ["-m", "database", *arguments])
    postgresql = [again] if has_postgresql else []
    if arguments:
        return [Round("SQLite", "sqlite", arguments), *postgresql]
    elsewhere = [f"--ignore={room}" for room in (*CORE, *COMMANDS, *PAGES)]
    # What the pages ask of the tables is asked in their rooms too; here it is PostgreSQL's own.
    tables = [
        Round(each.name, each.database, [*each.arguments, "--ignore=tests/web"])
        for each in postgresql
    ]
    return [
        *tables,
        Round("all else on SQLite", "sqlite", ["tests", *elsewhere]),
        Round("the commands on SQLite", "sqlite", COMMANDS),
        Round("the pages on SQLite", "sqlite", PAGES),
        Round("the core", "sqlite", CORE),
    ]


def _run(each: Round, environment: Mapping[str, str]) -> int:
    """One round in a process of its own."""
    # Django's settings are read before any test is: the database stands in the environment.
    own = {**environment, "AVSTEM_TEST_DATABASE": each.database}
    if each.database == "postgresql":
        own["AVSTEM_DATABASE_URL"] = environment["AVSTEM_TEST_PG"]
    print(f"== {each.name}: running ==", flush=True)
    command = [sys.executable, "-m", *COVERAGE, "pytest", "-q", *each.arguments]
    done = subprocess.run(
        command, env=own, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(f"\n== {each.name} ==\n{done.stdout}", flush=True)
    # Five: none of the tests that were asked for by name touches a table.
    return 0 if done.returncode == 5 and each.database == "postgresql" else done.returncode


if __name__ == "__main__":
    sys.exit(main())
