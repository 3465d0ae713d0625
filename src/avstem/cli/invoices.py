"""`avstem invoices import`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.files import each_file, exit_code
from avstem.cli.output import json_option, print_json, print_refusal
from avstem.wording import sentence

if TYPE_CHECKING:
    from avstem.services.import_invoices import InvoiceImport, LikeBill, PackedImport


@click.group()
def command() -> None:
    """Customer and supplier invoices."""


@command.command("import")
@company_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def import_(orgnr: str, files: tuple[Path, ...], as_json: bool) -> int:
    """Take in invoices and credit notes: invoices.csv, EHF or Peppol (UBL), SAF-T open items.

    What is there already is skipped. ZIP and gzip archives are opened: each file inside is taken,
    or refused by its name.
    """
    start()
    from avstem.services.import_invoices import import_packed_invoices

    company = get_company(orgnr)

    def take(path: Path) -> "PackedImport":
        return import_packed_invoices(
            company_id=company.pk, path=path, name=path.name, actor=actor(), now=now()
        )

    packed, refused = each_file(files, take)
    answers = [answer for each in packed for answer in each.answers]
    for name, refusal in (found for each in packed for found in each.refused):
        print_refusal(refusal)
        refused.append((name, sentence(refusal)))
    some_rows = False
    for answer in answers:
        some_rows = some_rows or bool(answer.refused)
        for row in answer.refused:
            click.echo(f"{answer.file}: line {row.line}: {sentence(row.refusal)}", err=True)
        for line, warning in answer.warnings:
            taken = "; it was taken" if answer.added else ""
            click.echo(f"{answer.file}: line {line}: {warning}{taken}.", err=True)
        for like in answer.likes:
            click.echo(f"{answer.file}: {_twin(like)}", err=True)
        if not as_json:
            click.echo(
                f"{answer.file}: {answer.added} added, {answer.already_there} already there, "
                f"{len(answer.refused)} refused."
            )
    if as_json:
        print_json(_document(answers, refused))
    nothing = all(answer.added + answer.already_there == 0 for answer in answers) and some_rows
    return exit_code(taken=len(answers), refused=len(refused), partly=some_rows, nothing=nothing)


def _twin(like: "LikeBill") -> str:
    return (
        f"line {like.line}: {like.bill.number} of {like.bill.party.name} is like "
        f"{like.other.number}, with the same amount; did it come twice?"
    )


def _document(answers: "list[InvoiceImport]", refused: list[tuple[str, str]]) -> dict[str, object]:
    files = [
        {
            "file": answer.file,
            "added": answer.added,
            "already_there": answer.already_there,
            "refused": [
                {
                    "line": row.line,
                    "code": row.refusal.code,
                    "reason": sentence(row.refusal),
                }
                for row in answer.refused
            ],
            "warnings": [{"line": line, "reason": warning} for line, warning in answer.warnings],
            "like": [
                {"line": each.line, "number": each.bill.number, "other": each.other.number}
                for each in answer.likes
            ],
        }
        for answer in answers
    ]
    return {
        "files": files,
        "refused_files": [{"file": f, "reason": r} for f, r in refused],
    }
