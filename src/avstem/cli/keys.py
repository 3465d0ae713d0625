"""`avstem keys`: what companies' secrets are sealed with."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from avstem.cli.common import actor, now, start
from avstem.cli.output import DONE, SOME_REFUSED, json_option, print_json

if TYPE_CHECKING:
    from avstem.services.rotate_keys import KeysRotated


@click.group()
def command() -> None:
    """The keys that secrets are sealed with."""


@command.command()
def make() -> None:
    """Print a new key for AVSTEM_SECRET_KEYS. It is kept nowhere."""
    from avstem.store.key_ring import make_key

    click.echo(make_key())


@command.command()
@json_option
def rotate(as_json: bool) -> int:
    """Seal all secrets with a new key and drop the old ones.

    Keys in AVSTEM_SECRET_KEYS are yours to change: put the new one first, restart, rotate, and take
    the old ones away. Killed in the middle, run it again.
    """
    start()
    from avstem.services.rotate_keys import rotate_keys

    done = rotate_keys(actor=actor(), now=now())
    if as_json:
        print_json(asdict(done))
    else:
        _say(done)
    for name in done.unreadable:
        click.echo(f"avstem: {name}: no key opens this secret; enter it again.", err=True)
    return SOME_REFUSED if done.unreadable else DONE


def _say(done: "KeysRotated") -> None:
    made = "a new key" if done.key_was_made else "the newest key"
    click.echo(f"{done.secrets} secrets sealed with {made}.")
    if done.keys_in_environment and done.old_keys:
        click.echo("Only the first key in AVSTEM_SECRET_KEYS is needed now.")
    elif done.keys_in_environment:
        click.echo("To change the key, put a new one (`avstem keys make`) before the old one.")
