"""Two workers, ten thousand jobs, kill -9 at random: every job is done, none has two effects."""

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.process import LEASE_S
from tests.support.command import Avstem

pytestmark = [pytest.mark.database, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
JOBS = int(os.environ.get("AVSTEM_TEST_JOBS", "10000"))
COMPANIES, WORKERS, KILLS = 25, 2, 10
SEED = int(os.environ.get("AVSTEM_TEST_SEED", "20261124"))
PATIENCE_S = 300


def ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Read past everything of ours, from the database itself."""
    if url.startswith("sqlite"):
        import sqlite3

        lite = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60, isolation_level=None)
        try:
            return lite.execute(sql).fetchall()
        finally:
            lite.close()
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        return server.execute(sql).fetchall()


def process(avstem: Avstem, *words: object, **more: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.process", *map(str, words)],
        env=avstem.environment(), cwd=ROOT, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


@dataclass
class Crew:
    """Workers of which now and then one is killed and another takes its place."""

    avstem: Avstem
    chance: random.Random
    killed: int = 0
    killed_holding: int = 0
    running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def hire(self) -> None:
        while len(self.running) < WORKERS:
            self.running.append(process(self.avstem, "work"))

    def kill_one(self) -> None:
        victim = self.running.pop(self.chance.randrange(len(self.running)))
        victim.kill()
        victim.wait()
        assert victim.stderr is not None
        victim.stderr.close()
        held = "SELECT count(*) FROM store_job WHERE state = 'running' AND owner LIKE"
        [(left,)] = ask(self.avstem.url, f"{held} '%:{victim.pid}:%'")
        self.killed += 1
        self.killed_holding += left > 0

    def dismiss(self) -> None:
        for each in self.running:
            each.terminate()
        for each in self.running:
            _, said = each.communicate(timeout=60)
            assert each.returncode == 0, said.decode()
            assert b"Traceback" not in said, said.decode()


def done(url: str) -> int:
    return int(ask(url, "SELECT count(*) FROM store_job WHERE state = 'done'")[0][0])


def test_every_job_is_done_and_none_has_two_effects(
    avstem: Avstem, capsys: pytest.CaptureFixture[str]
) -> None:
    filling = process(avstem, "fill", JOBS, COMPANIES)
    assert filling.wait(120) == 0, filling.communicate()[1]
    crew, began = Crew(avstem, random.Random(SEED)), time.monotonic()
    crew.hire()
    while (finished := done(avstem.url)) < JOBS:
        assert time.monotonic() - began < PATIENCE_S, f"{finished} of {JOBS} done"
        time.sleep(crew.chance.uniform(0.1, 0.5))
        # The kills are spread over the whole of the work.
        if crew.killed < KILLS and finished > JOBS * (crew.killed + 0.5) / (KILLS + 1):
            crew.kill_one()
            crew.hire()
    took_s = time.monotonic() - began
    crew.dismiss()

    [(attempts, most)] = ask(avstem.url, "SELECT sum(attempts), max(attempts) FROM store_job")
    with capsys.disabled():
        print(
            f"\n{JOBS} jobs, {WORKERS} workers, seed {SEED}: {took_s:.1f} s, "
            f"{crew.killed} killed, {crew.killed_holding} of them holding jobs, "
            f"{int(attempts) - JOBS} jobs begun again (lease {LEASE_S:g} s, most {most} times)"
        )
    assert ask(avstem.url, "SELECT DISTINCT state FROM store_job") == [("done",)]
    for table in ("effect_exact", "effect_repeatable"):
        effects = f"SELECT count(*), count(DISTINCT job) FROM {table}"
        assert ask(avstem.url, effects) == [(JOBS // 2, JOBS // 2)], table
    assert crew.killed_holding >= 3, "the kills came while jobs were held"
    assert int(attempts) > JOBS, "what was held was taken over"
