"""`avstem bank`: the bank directory, without a database; agreements are imported on use."""

import importlib
from typing import Any

import click

from avstem.banks.directory import Bank, search
from avstem.cli.output import json_option, print_json
from avstem.wording.banks import bank_text

# Commands of `cli.bank_agreement`, which need the tables.
_AGREEMENT = (
    "approval", "confirm", "connect", "deactivate", "letter", "order", "reject", "sent", "status",
)  # fmt: skip


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_AGREEMENT])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _AGREEMENT:
            return super().get_command(ctx, cmd_name)
        module = "bank_connect" if cmd_name == "connect" else "bank_agreement"
        found: click.Command = getattr(importlib.import_module(f"avstem.cli.{module}"), cmd_name)
        return found


@click.group(cls=_LazyGroup)
def command() -> None:
    """Banks, and the agreements with them."""


@command.command("list")
@click.option(
    "--search",
    "text",
    default="",
    metavar="T",
    help="A name, old or new, an alliance, a BIC or an account.",
)
@json_option
def list_banks(text: str, as_json: bool) -> None:
    """Every bank with Norwegian account numbers, or those a text may mean, best first."""
    found = search(text)
    if as_json:
        print_json([as_document(each) for each in found])
        return
    for each in found:
        click.echo(_line(each))
    click.echo(f"{len(found)} banks.", err=True)


def as_document(bank: Bank) -> dict[str, Any]:
    """A bank as `bank list --json` promises it; no channels are channels that are not known."""
    return {
        "slug": bank.slug,
        "name": bank.name,
        "aliases": bank.aliases,
        "former_names": bank.former_names,
        "alliance": bank.alliance,
        "bic": bank.bic,
        "bics": bank.bics,
        "register_numbers": bank.register_numbers,
        "channels": bank.channels,
        "order": bank.order,
        "freshness": bank.freshness,
        "sources": bank.sources,
    }


def _line(bank: Bank) -> str:
    former = f" (formerly {', '.join(bank.former_names)})" if bank.former_names else ""
    alliance = bank_text(bank.alliance, "alliance")
    channels = ", ".join(bank.channels) or "channels not known"
    return f"{bank.slug}: {bank.name}{former} · {alliance} · {channels}"
