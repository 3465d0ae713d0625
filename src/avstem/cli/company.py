"""`avstem company add`."""

import click

from avstem.cli.common import actor, now, start
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """Companies."""


@command.command()
@click.option("--orgnr", required=True, help="Organisation number, nine digits.")
@click.option("--name", required=True, help="The company's name.")
@click.option("--currency", default="NOK", show_default=True, help="The currency of its books.")
@json_option
def add(orgnr: str, name: str, currency: str, as_json: bool) -> None:
    """Take in a company, with the ledger accounts that avstem books to."""
    start()
    from avstem.services.add_company import add_company

    company = add_company(orgnr=orgnr, name=name, currency=currency, actor=actor(), now=now())
    if as_json:
        print_json({"orgnr": company.orgnr, "name": company.name, "currency": company.currency})
    else:
        click.echo(f"{company.name} ({company.orgnr}) is here.")
