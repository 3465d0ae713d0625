"""`avstem period close`."""

from datetime import date

import click

from avstem.cli.common import Day, actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """Open and closed periods."""


@command.command()
@company_option
@click.option("--to", "to", type=Day(), required=True, help="The last closed day.")
@json_option
def close(orgnr: str, to: date, as_json: bool) -> None:
    """Close the books up to a day; an earlier day than before opens them again."""
    start()
    from avstem.services.close_period import close_period

    close_period(company_id=get_company(orgnr).pk, to=to, actor=actor(), now=now())
    if as_json:
        print_json({"closed_to": str(to)})
    else:
        click.echo(f"The books are closed to {to}.")
