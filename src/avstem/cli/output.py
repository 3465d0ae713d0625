"""Exit codes, errors and output as docs/cli.md promises them.

0 done; 1 done, but some inputs were refused; 2 wrong usage; 3 nothing could be done.
Answers go to standard output; progress, warnings and errors to standard error.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import click

from avstem.domain.errors import RefusalError
from avstem.domain.statement import Notice
from avstem.wording import notice_place, notice_text, sentence

DONE, SOME_REFUSED, WRONG_USAGE, NOTHING_DONE = 0, 1, 2, 3
#: A file that is odd in every line says so this often; `--json` has them all.
NOTICES_SHOWN = 20

T = TypeVar("T")

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def report_refusals(command: Callable[..., Any]) -> int:
    """Run the command line; a refusal becomes one line and an exit code.

    With click's standalone mode off, a command's own return value is its exit code.
    """
    try:
        code = command(standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        click.echo("Avbrutt. / Stopped.", err=True)
        return NOTHING_DONE
    except click.ClickException as wrong:
        wrong.show()
        return WRONG_USAGE
    except RefusalError as refusal:
        print_refusal(refusal)
        return NOTHING_DONE
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    return code if isinstance(code, int) else DONE


def print_refusal(refusal: RefusalError) -> None:
    """One line on standard error: what is wrong, where, and how to mend it."""
    click.echo(f"avstem: {sentence(refusal)}", err=True)


def print_notices(file: str, notices: Sequence[Notice]) -> None:
    """What was odd but usable in a file, a line each on standard error."""
    for each in notices[:NOTICES_SHOWN]:
        click.echo(f"{file}: {notice_place(each)}: {notice_text(each)}.", err=True)
    if len(notices) > NOTICES_SHOWN:
        click.echo(f"{file}: {len(notices) - NOTICES_SHOWN} more notices.", err=True)


def print_json(document: Any) -> None:
    """One JSON document, or one JSON line, on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False))


def progress(values: Iterable[T], *, length: int, label: str) -> Iterator[T]:
    """Pass the values on, with a progress bar where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield from values
        return
    with click.progressbar(values, length=length, label=label, file=sys.stderr) as bar:
        yield from bar
