"""`avstem settlement read|import`: what a payment provider's payout is made of."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.files import each_file, exit_code
from avstem.cli.output import json_option, print_json, print_notices

if TYPE_CHECKING:
    from avstem.domain.settlement import Settlement
    from avstem.services.import_settlement import SettlementImport
    from avstem.services.read_settlement import ReadSettlements

_currency_option = click.option(
    "--currency",
    metavar="CODE",
    help="The currency of reports that name none (Zettle's), as NOK.",
)
_files = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group()
def command() -> None:
    """Settlement reports of Vipps, Stripe and Zettle: read, import."""


@command.command()
@_files
@_currency_option
@json_option
def read(files: tuple[Path, ...], currency: str | None, as_json: bool) -> int:
    """Show what payouts are made of, without a database. With --json: one JSON line a payout.

    A file is taken whole or not at all: one that is refused leaves nothing on standard output.
    """
    from avstem.services.read_settlement import payout_document, read_settlement

    def take(path: Path) -> "ReadSettlements":
        with path.open("rb") as stream:
            found = read_settlement(stream, file=str(path), currency=currency)
        print_notices(str(path), found.notices)
        for payout in found.payouts:
            if as_json:
                print_json(payout_document(payout, file=found.file, format=found.format))
            else:
                click.echo(_line(found.file, payout))
        return found

    taken, refused = each_file(files, take)
    return exit_code(taken=len(taken), refused=len(refused))


def _line(file: str, payout: "Settlement") -> str:
    other = f" + other {payout.other.decimal()}" if payout.other.minor else ""
    left = payout.unexplained
    explained = f"; UNEXPLAINED {left.decimal()}" if left.minor else ""
    return (
        f"{file}: {payout.provider} {payout.id} {payout.payout_date or 'no day of payment'}: "
        f"gross {payout.gross.decimal()} - fee {payout.fees.decimal()} - refunds "
        f"{payout.refunds.decimal()}{other} = net {payout.net}, "
        f"{len(payout.lines)} lines{explained}"
    )


@command.command("import")
@click.option(
    "--company", "orgnr", required=True, metavar="ORGNR", help="The company's organisation number."
)
@_files
@_currency_option
@json_option
def import_(orgnr: str, files: tuple[Path, ...], currency: str | None, as_json: bool) -> int:
    """Store payouts with their lines, and skip what is there already.

    A payout that is told of again with other sums is refused. Where a report names no currency and
    none is given, the company's own is taken, with a notice.
    """
    from avstem.cli.common import actor, get_company, now, start

    start()
    from avstem.services.import_settlement import import_settlement

    company = get_company(orgnr)

    def take(path: Path) -> "SettlementImport":
        return import_settlement(
            company_id=company.pk,
            path=path,
            name=path.name,
            source="cli",
            actor=actor(),
            now=now(),
            currency=currency,
        )

    answers, refused = each_file(files, take)
    for answer in answers:
        print_notices(answer.file, answer.notices)
        if not as_json:
            _say(answer)
    if as_json:
        print_json(_document(answers, refused))
    return exit_code(taken=len(answers), refused=len(refused))


def _say(answer: "SettlementImport") -> None:
    click.echo(
        f"{answer.file}: {answer.added} payouts added, {answer.already_there} already there, "
        f"{answer.lines} lines."
    )
    for payout in answer.unexplained:
        click.echo(f"{answer.file}: a part of payout {payout} is not explained.", err=True)


def _document(answers: "list[SettlementImport]", refused: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "files": [asdict(answer) for answer in answers],
        "refused_files": [{"file": file, "reason": reason} for file, reason in refused],
    }
