"""`avstem user add`."""

import sys

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """People who sign in."""


@command.command()
@company_option
@click.option("--email", required=True, help="What the person signs in with.")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["owner", "accountant", "bookkeeper", "approver", "reader"]),
)
@click.option("--name", default="", help="The person's name.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input.")
@click.option("--base-url", default="http://localhost:8000", show_default=True)
@json_option
def add(
    orgnr: str,
    email: str,
    role: str,
    name: str,
    password_stdin: bool,
    base_url: str,
    as_json: bool,
) -> None:
    """Add a person to a company, and print a link that signs them in once."""
    start()
    from avstem.services.add_user import add_user
    from avstem.web.sign_in import sign_in_link

    user = add_user(
        company_id=get_company(orgnr).pk,
        email=email,
        role=role,
        name=name,
        password=_password() if password_stdin else None,
        actor=actor(),
        now=now(),
    )
    link = sign_in_link(user, base_url)
    if as_json:
        print_json({"email": user.email, "role": role, "sign_in_link": link})
    else:
        click.echo(f"{user.email} is {role}. The link works once, for a day:\n\n    {link}")


def _password() -> str:
    """The first line of standard input, held against the same rules as on the screen."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    password = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password)
    except ValidationError as wrong:
        raise click.UsageError(" ".join(wrong.messages)) from wrong
    return password
