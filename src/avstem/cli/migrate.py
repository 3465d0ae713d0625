"""`avstem migrate`."""

import click

from avstem.cli.output import json_option, print_json


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Create the database's tables, or upgrade them."""
    from avstem.config.startup import start

    start(migrate=False)
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    if as_json:
        print_json({"database": connection.vendor, "state": "current"})
    else:
        click.echo(f"The database ({connection.vendor}) is up to date.")
