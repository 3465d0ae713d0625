"""The real command line in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Avstem:
    """`avstem(…)` runs the command against one database; with `ok` it must end with 0."""

    url: str
    home: Path

    def environment(self) -> dict[str, str]:
        """What the command's process sees."""
        return {
            **os.environ,
            "AVSTEM_DATABASE_URL": self.url,
            "AVSTEM_HOME": str(self.home),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def __call__(self, *words: object, code: int | None = 0) -> Answer:
        """Run and require the exit code (None: any)."""
        done = subprocess.run(
            [sys.executable, "-m", "avstem.cli", *map(str, words)],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        answer = Answer(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in answer.err, answer.err
        assert code is None or answer.code == code, f"{answer.code}: {answer.err}{answer.out}"
        return answer

    def start(self, *words: object, **more: Any) -> "subprocess.Popen[bytes]":
        """Start without waiting."""
        return subprocess.Popen(
            [sys.executable, "-m", "avstem.cli", *map(str, words)], env=self.environment(), **more
        )
