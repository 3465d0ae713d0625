"""The real command line in a process of its own."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 300


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
        answer = _run([str(word) for word in words], self.environment())
        assert "Traceback" not in answer.err, answer.err
        assert code is None or answer.code == code, f"{answer.code}: {answer.err}{answer.out}"
        return answer

    def script(self, code: str, given: str = "") -> str:
        """What a Python script prints that is given something to read; it must end well."""
        answer = _run([], self.environment(), script=code, given=given)
        assert answer.code == 0, answer.err[-2000:]
        return answer.out

    def start(self, *words: object, **more: Any) -> "subprocess.Popen[bytes]":
        """Start without waiting."""
        return subprocess.Popen(
            [sys.executable, "-m", "avstem.cli", *map(str, words)], env=self.environment(), **more
        )


def _run(
    words: list[str], environment: dict[str, str], *, script: str = "", given: str = ""
) -> Answer:
    """What the command, or the script, answered; the code is minus the signal that ended it."""
    asked = {
        "words": words, "environment": environment, "script": script, "folder": str(Path.cwd()),
    }  # fmt: skip
    with (
        tempfile.TemporaryFile("w+") as read,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        read.write(given)
        streams = [read, out, err]
        read.seek(0)
        code = _ask(json.dumps(asked).encode() + b"\n", [each.fileno() for each in streams])
        out.seek(0)
        err.seek(0)
        return Answer(code, out.read(), err.read())


def _ask(request: bytes, streams: list[int]) -> int:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(_server())
        server.settimeout(_SECONDS)
        sent = socket.send_fds(server, [request], streams)
        server.sendall(request[sent:])
        with server.makefile() as answers:
            pid = int(answers.readline())
            try:
                return int(answers.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise


@cache
def _server() -> str:
    """The address of this run's command server, which ends with the run."""
    folder = tempfile.mkdtemp(prefix="avstem-command-")
    address = str(Path(folder) / "socket")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    # What is loaded before the command is known must not have read any settings.
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.command_server", address],
        env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    atexit.register(server.kill)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n", "the command server did not start"
    return address
