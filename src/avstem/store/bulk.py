"""Writing many rows at once: COPY on PostgreSQL, one prepared statement on SQLite.

Ids are ours: they are reserved before the rows are built, so that rows can point at each other.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` ids that nobody else gets. Call it inside the transaction that uses them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # One writer at a time on SQLite (transactions are IMMEDIATE), so the highest id is ours.
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        newest: int = cursor.fetchone()[0]
    return range(newest + 1, newest + count + 1)


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows whose values stand in the order of `fields` (foreign keys by their `…_id`)."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    described = [by_name[name] for name in fields]
    columns = ", ".join(f'"{field.column}"' for field in described)
    convert = _converter(described)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(convert(row))
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',  # noqa: S608  # names are ours
                [convert(row) for row in rows],
            )


def _converter(fields: Sequence[Any]) -> Callable[[Row], Row]:
    """What a row's values must become for the database in use."""
    how = {place: kind for place, field in enumerate(fields) if (kind := _kind(field))}
    if not how:
        return tuple

    def convert(row: Row) -> Row:
        values = list(row)
        for place, change in how.items():
            if values[place] is not None:
                values[place] = change(values[place])
        return tuple(values)

    return convert


def _kind(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "sqlite":
        if isinstance(field, models.DateTimeField):
            return _sqlite_instant
        if isinstance(field, models.DateField):
            return date.isoformat
    return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite_instant(value: datetime) -> str:
    # The form in which Django keeps instants on SQLite: UTC without a zone.
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
