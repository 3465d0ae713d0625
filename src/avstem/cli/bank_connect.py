"""`avstem bank connect`: how files go by an agreement, and the secret to sign in with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.bank_agreement import CHANNELS, bank_option, find_agreement
from avstem.cli.common import actor, company_option, now, start
from avstem.cli.output import json_option, print_json
from avstem.domain.errors import FileNotOpenedError, InvalidValueError
from avstem.domain.secret import Secret

if TYPE_CHECKING:
    from avstem.connectors.sftp_keys import KeyKind

_LISTS = ("host_keys", "bank_certificates", "fetch_types")
#: A key or a password is no longer than this.
SECRET_BYTES_MAX = 64 * 1024


@click.command()
@company_option
@bank_option
@click.option("--channel", type=click.Choice(CHANNELS), required=True, help="How files go.")
@click.option(
    "--set", "values", multiple=True, metavar="NAME=VALUE",
    help="host, user, host_keys, fetch_folder, …; for host_keys and other lists repeat it.",
)  # fmt: skip
@click.option(
    "--secret", "secrets", multiple=True, metavar="KIND=FILE",
    help="sftp_private_key, sftp_password, …: the secret is what the file holds; - reads it typed.",
)  # fmt: skip
@click.option("--sender-id", default="", help="Who we are in the files, where the bank says.")
@click.option("--division-id", default="", help="The division, where the bank has them.")
@click.option("--generation", type=click.Choice(["1", "2"]), help="Of the files; else the bank's.")
@click.option(
    "--freshness", type=click.Choice(["same_day", "next_day"]),
    help="When the statement of a day comes; else as the directory says of the bank.",
)  # fmt: skip
@click.option(
    "--new-key", type=click.Choice(["rsa", "ed25519"]),
    help="Make a key for SFTP and print its public half, for the bank.",
)  # fmt: skip
@json_option
def connect(
    orgnr: str,
    slug: str | None,
    channel: str,
    values: tuple[str, ...],
    secrets: tuple[str, ...],
    sender_id: str,
    division_id: str,
    generation: str | None,
    freshness: str | None,
    new_key: "KeyKind | None",
    as_json: bool,
) -> None:
    """Say how files go. What is said takes the place of what was; secrets are never shown again."""
    start()
    from avstem.services.connect_agreement import Connection, connect_agreement

    company, agreement = find_agreement(orgnr, slug)
    wanted = Connection(
        channel,
        _place(values),
        {kind: _secret(kind, file) for kind, file in map(_pair, secrets)},
        sender_id,
        division_id,
        None if generation is None else int(generation),
        freshness,
        new_key,
    )
    done = connect_agreement(
        company_id=company.pk,
        agreement_id=agreement.pk,
        connection=wanted,
        actor=actor(),
        now=now(),
    )
    if as_json:
        print_json({"bank": done.bank, "channel": done.channel, "place": done.place})
    else:
        click.echo(f"{done.bank}: files go by {done.channel}.")
        if new_key:
            click.echo(done.place["public_key"])


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not value:
        raise InvalidValueError("setting", text[:60], "NAME=VALUE")
    return name, value


def _place(values: tuple[str, ...]) -> dict[str, Any]:
    place: dict[str, Any] = {}
    for name, value in map(_pair, values):
        if name in _LISTS:
            place.setdefault(name, []).append(value)
        elif name in place:
            raise InvalidValueError("setting", name[:60], "said once")
        else:
            place[name] = int(value) if name == "port" and value.isdecimal() else value
    return place


def _secret(kind: str, file: str) -> Secret:
    if file == "-":
        return Secret(click.prompt(kind, hide_input=True, err=True))
    try:
        with Path(file).open("rb") as stream:
            text = stream.read(SECRET_BYTES_MAX).decode("utf-8")
    except (OSError, UnicodeDecodeError) as refused:
        reason = getattr(refused, "strerror", None) or "not a text"
        raise FileNotOpenedError(reason, file) from refused
    return Secret(text if "KEY" in text else text.strip("\r\n"))
