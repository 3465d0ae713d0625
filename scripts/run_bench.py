"""All measurements: reading, matching, pages, and the main job on SQLite and on PostgreSQL."""

import os
import subprocess
import sys

import psycopg

SIZES = ["10000", "100000"]


def main() -> None:
    """Run each and let it print its table."""
    bench("bench.parse")
    bench("bench.formats")
    bench("bench.peers")
    bench("bench.mt940")
    bench("bench.mt940", "--structured")
    bench("bench.engine_million")
    bench("bench.pages_demo")
    bench("bench.pages_million")
    print("\nThe main job on SQLite")
    bench("bench.main_job", "--sizes", *SIZES)
    server = os.environ.get("AVSTEM_TEST_PG")
    if not server:
        print("PostgreSQL is not here: not measured.")
        return
    print("\nThe main job on PostgreSQL")
    with psycopg.connect(server, autocommit=True) as connection:
        for size in SIZES:
            connection.execute(f"DROP DATABASE IF EXISTS bench_{size}")
            connection.execute(f"CREATE DATABASE bench_{size}")
    database = server.replace("/postgres?", "/bench_{}?")
    bench("bench.main_job", "--sizes", *SIZES, "--database", database)


def bench(*words: str) -> None:
    """One measurement in a process of its own."""
    subprocess.run([sys.executable, "-m", *words], check=True)


if __name__ == "__main__":
    main()
