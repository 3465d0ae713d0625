"""Start Django for a command, and make an empty SQLite file ready by itself."""

import contextlib
import fcntl
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext

from avstem import wording


def start(*, migrate: bool = True) -> None:
    """Set Django up; on SQLite the tables are made or upgraded where that has not been done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avstem.config.settings")
    django.setup()
    wording.translate = gettext
    if migrate and connection.vendor == "sqlite" and not is_current():
        _make_tables(str(connection.settings_dict["NAME"]))


def _make_tables(file: str) -> None:
    """Make or upgrade a SQLite file's tables; where another program does, wait for it."""
    if sys.stderr.isatty():
        print("Making the tables; the first time it takes some seconds …", file=sys.stderr)
    with _alone(file):
        if not is_current():
            call_command("migrate", verbosity=0)


@contextlib.contextmanager
def _alone(file: str) -> Iterator[None]:
    """Nobody else makes these tables meanwhile; where no lock can lie, SQLite's own must do."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            lock = held.enter_context(Path(f"{file}.lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_current() -> bool:
    """Whether the tables are made, to the newest migration.

    By the names alone: what Django's own executor would answer, without loading every migration
    each time a command starts.
    """
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    return all(migration in applied for migration in _migrations())


def _migrations() -> Iterator[tuple[str, str]]:
    """Every migration of the installed apps as (app, name)."""
    for app in apps.get_app_configs():
        folder = Path(app.path) / "migrations"
        for found in pkgutil.iter_modules([str(folder)]):
            yield app.label, found.name
