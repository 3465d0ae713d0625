"""AVSTEM_DATABASE_URL as Django's settings: SQLite (the default) or PostgreSQL."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from avstem.config.paths import home

# WAL lets pages be read while a file is imported; FULL keeps a commit through a power cut. The
# default cache of 2 MB makes ten times the rows cost more than ten times the time.
_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
    " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
)


def from_environment() -> dict[str, Any]:
    """The database that AVSTEM_DATABASE_URL names."""
    return from_url(
        os.environ.get("AVSTEM_DATABASE_URL") or f"sqlite:///{home() / 'avstem.sqlite3'}"
    )


def from_url(url: str) -> dict[str, Any]:
    """`sqlite:///PATH` or `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(url.removeprefix("sqlite:///")))
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(parts)
    raise SystemExit(
        f"avstem: AVSTEM_DATABASE_URL begins with “{parts.scheme or url[:20]}”; "
        "use sqlite:///PATH or postgresql://USER@HOST/NAME."
    )


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # IMMEDIATE: a writer waits for its turn at the start, never fails in the middle.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": _SQLITE_START,
            "timeout": 60,
        },
    }


def _postgresql(parts: Any) -> dict[str, Any]:
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
    }
