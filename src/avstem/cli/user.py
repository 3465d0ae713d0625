"""`avstem user add`."""

import sys

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """People who sign in."""


@command.command()
@click.option("--email", required=True, help="The e-mail address to sign in with.")
@company_option
@click.option(
    "--role",
    required=True,
    type=click.Choice(["owner", "accountant", "bookkeeper", "approver", "reader"]),
    help="What the person may do in the company.",
)
@click.option("--name", default="", help="The person's name.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input.")
@click.option("--base-url", default="http://127.0.0.1:8000", show_default=True,
              help="Where the screens are served; the link begins with it.")  # fmt: skip
@json_option
def add(
    email: str,
    orgnr: str,
    role: str,
    name: str,
    password_stdin: bool,
    base_url: str,
    as_json: bool,
) -> None:
    """Give a person a role, and print a link that signs in once, within a day."""
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
        click.echo(f"{user.email} is {role}. Sign in once, within a day, at:\n{link}")


def _password() -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from avstem.domain.errors import InvalidValueError

    password = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password)
    except ValidationError as wrong:
        raise InvalidValueError("password", "…", " ".join(wrong.messages)) from wrong
    return password
