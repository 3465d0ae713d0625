"""Start Django for a command, and make an empty SQLite file ready by itself."""

import os

import django
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
        call_command("migrate", verbosity=0)


def is_current() -> bool:
    """Whether the tables are made, to the newest migration."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
