"""Writing many rows at once: COPY on PostgreSQL, one prepared statement on SQLite.

PostgreSQL lets nobody COPY into a table that has walls (row-level security), so that the rows go
into a table of this session first and from there, through the walls, to where they belong.

Ids are ours: they are reserved before the rows are built, so that rows can point at each other.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from typing import Any

from django.db import connection, models, transaction

Row = tuple[Any, ...]

#: So few rows are sent as they are on PostgreSQL: a table of their own costs more.
_FEW = 50


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
    table, converted = model._meta.db_table, map(_converter(described), rows)
    if connection.vendor == "postgresql":
        _insert_on_postgresql(table, columns, described, converted)
        return
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',  # noqa: S608  # names are ours
            list(converted),
        )


def _insert_on_postgresql(
    table: str, columns: str, fields: Sequence[Any], rows: Iterable[Row]
) -> None:
    left = iter(rows)
    first = list(islice(left, _FEW + 1))
    if len(first) > _FEW:
        _copy(table, columns, chain(first, left))
    elif first:
        _send(table, columns, fields, first)


def _send(table: str, columns: str, fields: Sequence[Any], rows: Sequence[Row]) -> None:
    """One statement with a list for each column."""
    lists = ", ".join(f"%s::{_sent_as(field)}[]" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT * FROM unnest({lists})',  # noqa: S608  # names are ours
            [list(column) for column in zip(*rows, strict=True)],
        )


def _sent_as(field: Any) -> str:
    """Text goes as text: turned into a shorter type on the way it would be cut without a word."""
    kind: str = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return "text" if kind.startswith("varchar") else kind


def _copy(table: str, columns: str, rows: Iterable[Row]) -> None:
    """Through a table that this session alone has, in the order given: vouchers have numbers."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE IF NOT EXISTS "new_{table}" ON COMMIT DELETE ROWS'  # noqa: S608  # names are ours
            f' AS SELECT * FROM "{table}" WITH NO DATA'
        )
        with cursor.copy(f'COPY "new_{table}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "new_{table}" ORDER BY ctid'  # noqa: S608  # names are ours
        )
        cursor.execute(f'TRUNCATE "new_{table}"')


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
