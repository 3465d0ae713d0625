"""`avstem kid make` and `avstem kid check`."""

import click

from avstem.cli.output import json_option, print_json
from avstem.domain import kid as kids


@click.group()
def command() -> None:
    """KID, the payment reference on Norwegian invoices."""


@command.command()
@click.option("--number", required=True, type=int, help="Customer or invoice number.")
@click.option("--length", default=8, show_default=True, help="The length in your agreement.")
@click.option("--modulus", type=click.Choice(["10", "11"]), default="10", show_default=True)
@json_option
def make(number: int, length: int, modulus: str, as_json: bool) -> None:
    """Make the KID of a number, zero-padded to the length of your agreement with the bank."""
    kid = kids.make_kid(number, length, kids.Modulus(int(modulus)))
    if as_json:
        print_json({"number": number, "kid": kid})
    else:
        click.echo(kid or "Modulus 11 gives “-” for this number; use the next one.")


@command.command()
@click.argument("kid")
@json_option
def check(kid: str, as_json: bool) -> int:
    """Check a KID's check digit. Exit code 1 where it fails."""
    valid = kids.is_valid("".join(kid.split()))
    if as_json:
        print_json({"kid": kid, "valid": valid})
    else:
        click.echo(f"{kid}: {'right' if valid else 'the check digit does not fit'}")
    return 0 if valid else 1
