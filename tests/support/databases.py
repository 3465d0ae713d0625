"""Databases for tests: a fresh one each, copied from a template that is migrated once.

What is posted cannot be deleted, so no test database is ever emptied; it is thrown away.
"""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


def migrate(url: str, home: Path) -> None:
    """Make the tables by the real command."""
    environment = {**os.environ, "AVSTEM_DATABASE_URL": url, "AVSTEM_HOME": str(home)}
    command = [sys.executable, "-m", "avstem.cli", "migrate"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def fresh_sqlite(template: Path, folder: Path) -> Iterator[str]:
    """A copy of the template file."""
    target = folder / "avstem.sqlite3"
    shutil.copyfile(template, target)
    yield f"sqlite:///{target}"


@contextmanager
def fresh_postgresql(server: str, template: str | None = None) -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    import psycopg

    name = f"avstem_{uuid.uuid4().hex[:12]}"
    copied = f' TEMPLATE "{template}"' if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
    try:
        yield with_database(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def with_database(server: str, name: str) -> str:
    """The server's URL with another database."""
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{name}"))


def database_of(url: str) -> str:
    """The database's name in a URL."""
    return urlsplit(url).path.lstrip("/")
