"""Runs the command line in processes that need not load their libraries anew.

Half a second of every `avstem …` in a process of its own goes to loading Django and its like, and the
tests call the command thousands of times. This server has loaded what no setting and no database
touches; for each call it forks, and the child reads its environment, sets Django up and runs the
command as `python -m avstem.cli` does: its own memory, folder, streams, signals and exit code.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import socket
import sys
import time
from typing import TypedDict

#: Libraries that read no settings while they load, and the parts of avstem that never do.
_LIBRARIES = (
    "click",
    "cryptography.hazmat.primitives.ciphers.aead",
    "django.contrib.auth.hashers",
    "django.core.management.commands.migrate",
    "django.core.serializers.json",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.http",
    "django.template",
    "django.urls",
    "django.utils.translation",
    "lxml.etree",
    "psycopg",
)
_CORE = ("avstem.domain", "avstem.formats", "avstem.matching", "avstem.banks")
_REQUEST_BYTES = 1 << 22


class Request(TypedDict):
    """What to run: the command with its words, or a script in its place."""

    words: list[str]
    script: str
    environment: dict[str, str]
    folder: str


def main(address: str) -> None:
    """Load, listen at a Unix socket, say so, and answer until killed."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    for package in map(importlib.import_module, _CORE):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    # What is loaded stays in pages that parent and children share.
    gc.collect()
    gc.freeze()
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(64)
    print("ready", flush=True)
    while True:
        caller, _ = server.accept()
        if os.fork() == 0:
            server.close()
            _answer(caller)
        caller.close()
        _bury()


def _bury() -> None:
    """Take the exit codes of the waiters that are done."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _answer(caller: socket.socket) -> None:
    """In a child: run the command in a child of its own, wait for it, tell its exit code."""
    data, streams, _, _ = socket.recv_fds(caller, _REQUEST_BYTES, 3)
    while not data.endswith(b"\n"):
        data += caller.recv(_REQUEST_BYTES)
    pid = os.fork()
    if pid == 0:
        caller.close()
        _become(json.loads(data), streams)
    caller.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    caller.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(asked: Request, streams: list[int]) -> None:
    """In the command's process: its streams, folder, environment and words, then it or the script."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = ["avstem", *asked["words"]]
    if asked["script"]:
        exec(compile(asked["script"], "script", "exec"), {"__name__": "__main__"})
        sys.exit(0)
    runpy.run_module("avstem.cli", run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
