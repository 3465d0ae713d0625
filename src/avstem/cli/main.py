"""The command `avstem`: parses the request, calls a service, shows the answer.

Commands are imported when they are asked for, so that `statement read` starts without Django.
"""

import importlib
import sys

import click

from avstem import __version__
from avstem.cli.output import report_refusals

# Command -> module under avstem.cli that defines a click command of that name as `command`.
_COMMANDS = {
    "account": "account",
    "backup": "backup",
    "bank": "bank",
    "company": "company",
    "credits": "credits",
    "demo": "demo",
    "export": "export",
    "factor": "factor",
    "feed": "feed",
    "invoices": "invoices",
    "jobs": "jobs",
    "keys": "keys",
    "kid": "kid",
    "learnt": "learnt",
    "migrate": "migrate",
    "payments": "payments",
    "period": "period",
    "rates": "rates",
    "reconcile": "reconcile",
    "replay": "replay",
    "report": "report",
    "restore": "restore",
    "rule": "rule",
    "serve": "serve",
    "settings": "settings",
    "settlement": "settlement",
    "statement": "statement",
    "sync": "sync",
    "testbank": "testbank",
    "transaction": "transaction",
    "undo": "undo",
    "user": "user",
    "verify": "verify",
    "worker": "worker",
}


class _LazyGroup(click.Group):
    """A group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"avstem.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="avstem")
def main() -> None:
    """Bank integration for Norwegian small-business accounting."""


def run() -> None:
    """Entry point: no traceback ever reaches a user for what the user can act on."""
    sys.exit(report_refusals(main))
