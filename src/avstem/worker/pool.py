"""Several workers on one machine: a process each, started again when one dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)
RESTART_S = 1.0
#: A worker ends after the job in hand; what takes longer is killed, and its lease runs out.
STOP_S = 60.0


def run_workers(count: int, *, once: bool, stop: threading.Event) -> int:
    """Keep `count` workers running until `stop`; the worst of their exit codes."""
    running = [_start(once=once) for _ in range(count)]
    while running and not stop.wait(0.2):
        running = [_keep(each, once=once) for each in running]
        if once and all(each.poll() is not None for each in running):
            break
    return _end(running)


def is_parent_there() -> Callable[[], bool]:
    """A question to ask of the process that started this one: are you still there?"""
    parent = os.getppid()
    return lambda: os.getppid() == parent


def _start(*, once: bool) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "avstem.cli", "worker", "--of-pool"]
    return subprocess.Popen([*command, "--once"] if once else command)  # noqa: S603  # our own


def _keep(worker: "subprocess.Popen[bytes]", *, once: bool) -> "subprocess.Popen[bytes]":
    if once or worker.poll() is None:
        return worker
    _log.warning("a worker ended with %s and is started again", worker.returncode)
    threading.Event().wait(RESTART_S)
    return _start(once=False)


def _end(workers: "list[subprocess.Popen[bytes]]") -> int:
    for each in workers:
        if each.poll() is None:
            each.terminate()
    for each in workers:
        try:
            each.wait(STOP_S)
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()
    # Stopped before it had begun, a worker ends by the signal itself.
    codes = [each.returncode for each in workers if each.returncode != -signal.SIGTERM]
    return max(map(abs, codes), default=0)
