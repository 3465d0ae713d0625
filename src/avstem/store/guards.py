"""Runs the guards' SQL of the database in use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SQL = Path(__file__).parent / "migrations" / "sql"


def install(_apps: Any, schema_editor: Any) -> None:
    """Create the triggers (and on PostgreSQL the walls between companies)."""
    _run("guards", schema_editor)


def install_values(_apps: Any, schema_editor: Any) -> None:
    """The seal of vouchers in the company's currency takes the place of the one before."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER voucher_seal")
    _run("values", schema_editor)


@contextmanager
def postings_open(schema_editor: Any) -> Iterator[None]:
    """For a migration that gives old postings a new column's value: unguarded within it alone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE store_posting DISABLE TRIGGER posting_unchanged")
        yield
        schema_editor.execute("ALTER TABLE store_posting ENABLE TRIGGER posting_unchanged")
        return
    schema_editor.execute("DROP TRIGGER posting_unchanged")
    yield
    schema_editor.execute(
        "CREATE TRIGGER posting_unchanged BEFORE UPDATE ON store_posting"
        " BEGIN SELECT RAISE(ABORT, 'posting.immutable: a posting is not changed'); END",
        params=None,
    )


def _run(stem: str, schema_editor: Any) -> None:
    name = f"{stem}_{schema_editor.connection.vendor}.sql"
    sql = (_SQL / name).read_text(encoding="utf-8")
    if schema_editor.connection.vendor == "sqlite":
        _execute_each(schema_editor, sql)
    else:
        schema_editor.execute(sql, params=None)


def _execute_each(schema_editor: Any, sql: str) -> None:
    # A trigger's body has semicolons of its own: a statement ends with a line that ends in "END;".
    statement: list[str] = []
    for line in sql.splitlines():
        statement.append(line)
        if line.endswith("END;"):
            schema_editor.execute("\n".join(statement), params=None)
            statement = []


def build_wall(table: str) -> Any:
    """For a table that came after the guards: the wall between companies, on PostgreSQL."""

    def build(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            schema_editor.execute(
                f"CREATE POLICY company_wall ON {table} USING"
                " (company_id = nullif(current_setting('avstem.company', true), '')::bigint)"
            )

    return build


def build_queue_wall(table: str) -> Any:
    """For the queue's tables: a company sees its own rows, the worker those of all.

    A session says that it works on the queue (`tenancy.queue_scope`); rows without a company are
    seen by it alone.
    """

    def build(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            schema_editor.execute(
                f"CREATE POLICY company_wall ON {table} USING"
                " (company_id = nullif(current_setting('avstem.company', true), '')::bigint"
                " OR current_setting('avstem.queue', true) = 'on')"
            )

    return build


def keep_unchanged(table: str) -> Any:
    """For a table that came after the guards: what was said is not changed or deleted."""
    name = table.removeprefix("store_")
    said = f"{name}.immutable: what was said is not changed or deleted"

    def build(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            refuse = f"EXECUTE FUNCTION avstem_refuse('{said}')"
            changes = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}"
            schema_editor.execute(f"CREATE TRIGGER {name}_unchanged {changes}", params=None)
            emptying = f"BEFORE TRUNCATE ON {table} {refuse}"
            schema_editor.execute(f"CREATE TRIGGER {name}_kept {emptying}", params=None)
            return
        for suffix, action in (("unchanged", "UPDATE"), ("kept", "DELETE")):
            schema_editor.execute(
                f"CREATE TRIGGER {name}_{suffix} BEFORE {action} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{said}'); END",
                params=None,
            )

    return build


def open_office_window(table: str) -> Any:
    """On PostgreSQL: a session that names a user may look at the rows of all that user's companies.

    To look, not to write: the policy is for SELECT alone, beside the wall.
    """

    def build(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE POLICY office_window ON {table} FOR SELECT USING"  # noqa: S608  # our own
                " (company_id IN (SELECT m.company_id FROM store_membership m WHERE m.user_id"
                " = nullif(current_setting('avstem.office', true), '')::bigint))"
            )

    return build
