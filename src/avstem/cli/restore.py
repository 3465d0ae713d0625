"""`avstem restore`: a backup back into the database."""

from pathlib import Path

import click

from avstem.cli.common import now, start
from avstem.cli.output import json_option, print_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--replace", is_flag=True,
    help="Also where the database has companies; what it holds is kept beside FILE first.",
)  # fmt: skip
@json_option
def command(file: Path, replace: bool, as_json: bool) -> None:
    """Put a backup in the place of the database's content, and upgrade its tables.

    Stop `avstem serve` and `avstem worker` first.
    """
    start(migrate=False)
    from django.core.management import call_command

    from avstem.store.backups import restore_backup

    aside = file.with_name(f"{file.name}.before-{now():%Y%m%dT%H%M%S}") if replace else None
    done = restore_backup(file, aside=aside)
    call_command("migrate", verbosity=0)
    kept = str(aside) if aside is not None and aside.exists() else None
    if as_json:
        print_json(
            {
                "file": done.file,
                "database": done.database,
                "companies": done.companies,
                "kept": kept,
            }
        )
    else:
        click.echo(f"{done.file}: {done.companies} companies are back.")
    if kept:
        click.echo(f"What was there before: {kept}", err=True)
    click.echo("Run `avstem verify` before anybody works in it.", err=True)
