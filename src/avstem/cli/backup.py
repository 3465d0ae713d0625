"""`avstem backup`: the whole database in one file."""

from pathlib import Path

import click

from avstem.cli.common import start
from avstem.cli.output import json_option, print_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Copy the whole database to FILE, also while it is in use.

    A FILE that is there is replaced, once the new copy is whole.
    """
    start()
    from avstem.store.backups import write_backup

    done = write_backup(file)
    if as_json:
        print_json(
            {
                "file": done.file,
                "database": done.database,
                "bytes": done.size_bytes,
                "companies": done.companies,
            }
        )
    else:
        click.echo(f"{done.file}: {done.companies} companies, {done.size_bytes:,} bytes.")
    click.echo(
        "Secrets in it open only with the key they were sealed with: keep that too, elsewhere"
        " (AVSTEM_SECRET_KEYS, or the key file in the data directory).",
        err=True,
    )
