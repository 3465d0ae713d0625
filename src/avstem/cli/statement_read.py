"""`avstem statement read`: a bank file's content, without a database."""

import gc
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from avstem.cli.files import each_file, exit_code
from avstem.cli.output import json_option, print_notices
from avstem.domain.money import Money
from avstem.services.read_statement import ReadFile, StatementSummary, read_statement

_SPOOL_BYTES = 1 << 20


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def read(files: tuple[Path, ...], as_json: bool) -> int:
    """Show what is in bank files. With --json: one JSON line a statement.

    A file is taken whole or not at all: one that is refused leaves nothing on standard output.
    """
    # Millions of short-lived values without a cycle among them: looking for cycles is waste.
    gc.disable()
    taken, refused = each_file(files, _print_json if as_json else _print_table)
    return exit_code(taken=len(taken), refused=len(refused))


def _print_json(path: Path) -> ReadFile:
    with tempfile.TemporaryFile("w+b", buffering=_SPOOL_BYTES) as spool:
        text = io.TextIOWrapper(spool, encoding="utf-8", newline="\n")
        found = _read(path, text)
        text.flush()
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout.buffer, _SPOOL_BYTES)
        text.detach()
    sys.stdout.buffer.flush()
    return found


def _print_table(path: Path) -> ReadFile:
    found = _read(path, None)
    for statement in found.statements:
        click.echo(_line(path, statement))
    return found


def _read(path: Path, spool: io.TextIOWrapper | None) -> ReadFile:
    with path.open("rb") as stream, _with_progress(stream, path) as watched:
        found = read_statement(watched, file=str(path), write_json=spool)
    print_notices(str(path), found.notices)
    return found


@contextmanager
def _with_progress(stream: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    """The stream, with a bar by bytes where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield stream
        return
    size = path.stat().st_size
    with click.progressbar(length=size, label=path.name, file=sys.stderr) as bar:
        yield cast(BinaryIO, _Watched(stream, bar.update))


class _Watched:
    """A stream that tells how many bytes were read."""

    def __init__(self, stream: BinaryIO, tell: "object") -> None:
        self._stream, self._tell = stream, tell

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._tell(len(piece))  # type: ignore[operator]  # click's update
        return piece

    def seek(self, place: int, whence: int = 0) -> int:
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _line(path: Path, statement: StatementSummary) -> str:
    head = statement.head
    proof = {True: "adds up", False: "DOES NOT ADD UP", None: "nothing to prove"}
    return (
        f"{path}: {head.format} {head.kind.value} {head.id or ''}: account "
        f"{head.account or '?'}, {head.from_date or '?'} to {head.to_date or '?'}, "
        f"{_balance(head.opening_balance)} to {_balance(head.closing_balance)} "
        f"({proof[statement.balance_ok]}), {statement.entries} entries"
    )


def _balance(amount: Money | None) -> str:
    return "?" if amount is None else str(amount)
