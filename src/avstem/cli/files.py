"""Commands that take several files: each is named when it is refused, the rest are kept."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from avstem.cli.output import DONE, NOTHING_DONE, SOME_REFUSED, print_refusal
from avstem.domain.errors import FileNotOpenedError, RefusalError
from avstem.wording import sentence

T = TypeVar("T")


def each_file(
    paths: Iterable[Path], take: Callable[[Path], T]
) -> tuple[list[T], list[tuple[str, str]]]:
    """Take each file; answer what was taken, and (file, reason) of what was refused."""
    taken: list[T] = []
    refused: list[tuple[str, str]] = []
    for path in paths:
        try:
            require_file(path)
            taken.append(take(path))
        except RefusalError as refusal:
            print_refusal(refusal)
            refused.append((str(path), sentence(refusal)))
    return taken, refused


def require_file(path: Path) -> None:
    """Refuse what is not a file that can be read, in one line."""
    if path.is_dir():
        raise FileNotOpenedError("it is a directory", str(path))
    try:
        with path.open("rb"):
            return
    except OSError as wrong:
        found = (wrong.strerror or "an error").lower()
        raise FileNotOpenedError(found, str(path)) from wrong


def exit_code(*, taken: int, refused: int, partly: bool = False, nothing: bool = False) -> int:
    """0 all taken; 1 some of several refused; 3 nothing could be done."""
    if nothing or (refused and not taken):
        return NOTHING_DONE
    return SOME_REFUSED if refused or partly else DONE
