"""A copy of the whole database in one file, taken while it is in use, and the way back.

SQLite by its own online copy, PostgreSQL by its own programs `pg_dump` and `pg_restore`. A copy
goes back into a database of the same kind. Secrets in it stay sealed: their key is elsewhere.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from avstem.domain.errors import FileNotOpenedError, InvalidValueError, StateError
from avstem.store.models import Company

_SQLITE, _POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"


@dataclass(frozen=True)
class Backup:
    """A copy: where, of what kind of database (`sqlite`, `postgresql`), how large, whose."""

    file: str
    database: str
    size_bytes: int
    companies: int


def write_backup(path: Path) -> Backup:
    """Copy the database to `path`, which is there whole or not at all.

    What is committed while it runs may or may not be in it; nothing half-written is.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        # Nobody else on the machine may read the books in it.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _dump(part)
        with part.open("rb+") as done:
            os.fsync(done.fileno())
        part.replace(path)
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(path)) from refused
    finally:
        part.unlink(missing_ok=True)
    return Backup(str(path), connection.vendor, path.stat().st_size, Company.objects.count())


def read_kind(path: Path) -> str:
    """`sqlite` or `postgresql`; a file that is no backup is refused."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(path)) from refused
    if head.startswith(_SQLITE):
        return "sqlite"
    if head.startswith(_POSTGRESQL):
        return "postgresql"
    raise InvalidValueError("backup", path.name, "a file that `avstem backup` has written")


def restore_backup(path: Path, *, aside: Path | None = None) -> Backup:
    """Put the copy in the place of the database's content.

    A database that has companies is replaced only where `aside` says where to keep what it holds
    now; that copy is made first. A backup that does not hold together is refused beforehand.
    """
    kind = read_kind(path)
    if kind != connection.vendor:
        raise InvalidValueError("backup", f"{path.name} ({kind})", f"one of {connection.vendor}")
    _check(path)
    if _has_companies():
        if aside is None:
            raise StateError("database", str(connection.settings_dict["NAME"]), "in use", "empty")
        write_backup(aside)
    _load(path)
    return Backup(str(path), kind, path.stat().st_size, Company.objects.count())


def _has_companies() -> bool:
    return "store_company" in connection.introspection.table_names() and Company.objects.exists()


def _dump(part: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(part)) as target:
            connection.connection.backup(target)
        return
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={part}")


def _check(path: Path) -> None:
    """Refuse a copy that is damaged, or is of another program's database."""
    if connection.vendor == "postgresql":
        listed = _run("pg_restore", "--list", str(path), connected=False)
        if "store_company" not in listed:
            raise InvalidValueError("backup", path.name, "a copy of avstem's database")
        return
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source:
            [found] = source.execute("PRAGMA integrity_check(1)").fetchone()
            source.execute("SELECT count(*) FROM store_company").fetchone()
    except sqlite3.DatabaseError as wrong:
        raise InvalidValueError("backup", path.name, f"a whole copy ({wrong})") from wrong
    if found != "ok":
        raise InvalidValueError("backup", path.name, f"a whole copy ({found})")


def _load(path: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source:
            source.backup(connection.connection)
        return
    # One transaction: what was there stays if anything of the copy cannot be put in.
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(path))


def _run(program: str, *words: str, connected: bool = True) -> str:
    """PostgreSQL's own program on our database; what it says is the reason of the refusal."""
    found = shutil.which(program)
    if found is None:
        raise FileNotOpenedError(f"{program} is not installed (postgresql-client)", program)
    settings: dict[str, Any] = connection.settings_dict
    environment = {**os.environ, **(_environment(settings) if connected else {})}
    target = [f"--dbname={settings['NAME']}"] if connected else []
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own program, and no shell
        [found, *target, *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr)
        raise FileNotOpenedError(reason.strip()[:300], program)
    return done.stdout


def _environment(settings: dict[str, Any]) -> dict[str, str]:
    """The connection as libpq reads it: a password is never among a program's words."""
    said = {
        "PGUSER": settings.get("USER"),
        "PGPASSWORD": settings.get("PASSWORD"),
        "PGHOST": settings.get("HOST"),
        "PGPORT": settings.get("PORT"),
        "PGSSLMODE": settings.get("OPTIONS", {}).get("sslmode"),
    }
    return {name: str(value) for name, value in said.items() if value}
