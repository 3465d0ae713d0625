"""`avstem statement …`: bank files and statements; what needs a database is imported on use."""

import importlib

import click

_COMMANDS = {
    "explain": ("avstem.cli.statement_import", "explain"),
    "import": ("avstem.cli.statement_import", "import_"),
    "map": ("avstem.cli.statement_map", "map_"),
    "restore": ("avstem.cli.statement_retire", "restore"),
    "retire": ("avstem.cli.statement_retire", "retire"),
    "read": ("avstem.cli.statement_read", "read"),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_LazyGroup)
def command() -> None:
    """Bank files: read, import, explain, retire; map a table of an unknown layout."""
