"""`avstem rates import`: published exchange rates."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from avstem.cli.files import each_file, exit_code
from avstem.cli.output import json_option, print_json, print_refusal

if TYPE_CHECKING:
    from avstem.services.import_rates import RatesImport


@click.group()
def command() -> None:
    """Exchange rates."""


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def import_(files: tuple[Path, ...], as_json: bool) -> int:
    """Take in files of Norges Bank (CSV or SDMX-JSON), for all companies.

    A rate that is there already is skipped; the same day with another price is refused.
    """
    from avstem.cli.common import actor, now, start

    start()
    from avstem.services.import_rates import import_rates

    def take(path: Path) -> "RatesImport":
        return import_rates(path=path, name=path.name, actor=actor(), now=now())

    answers, refused = each_file(files, take)
    for answer in answers:
        for refusal in answer.refused:
            print_refusal(refusal)
        if not as_json:
            _say(answer)
    if as_json:
        print_json(_document(answers, refused))
    partly = any(answer.refused for answer in answers)
    return exit_code(taken=len(answers), refused=len(refused), partly=partly)


def _say(answer: "RatesImport") -> None:
    click.echo(
        f"{answer.file}: {answer.added} rates added, {answer.already_there} already there; "
        f"{answer.valued} documents got their value."
    )


def _document(answers: "list[RatesImport]", refused: list[tuple[str, str]]) -> dict[str, object]:
    from avstem.wording import sentence

    return {
        "files": [
            {
                "file": answer.file,
                "added": answer.added,
                "already_there": answer.already_there,
                "valued": answer.valued,
                "refused": [sentence(each) for each in answer.refused],
            }
            for answer in answers
        ],
        "refused_files": [{"file": file, "reason": reason} for file, reason in refused],
    }
