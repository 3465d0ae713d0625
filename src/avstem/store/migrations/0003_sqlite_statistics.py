"""Tells SQLite's planner how large the tables may grow, before they do.

Every index begins with the company. Without statistics SQLite takes "company = ?" for a rare hit,
and reads everything a company has for each list of a thousand ids. With these it goes by the ids.
PostgreSQL gathers its own.

Source: https://www.sqlite.org/fileformat2.html#stat1tab
"""

from typing import Any

from django.db import migrations

ROWS = 1_000_000
TABLES = (
    "store_allocation", "store_bankfile", "store_banktransaction", "store_decision", "store_entry",
    "store_openitem", "store_party", "store_partyaccount", "store_posting", "store_referencekey",
    "store_sentpayment", "store_voucher",
)  # fmt: skip
#: Columns that few rows share; of the others, many do.
FEW_ROWS_EACH = {
    "id", "entry_id", "transaction_id", "voucher_id", "item_id", "decision_id", "party_id",
    "reverses_id", "sha256", "account_key", "value", "number",
}  # fmt: skip


def stat_of(columns: list[str], unique: bool) -> str:
    """How many rows share the first column, the first two, and so on: `1000000 1000000 300 1`."""
    shared, told = ROWS, []
    for column in columns:
        if column in FEW_ROWS_EACH:
            shared = min(shared, 4)
        elif column != "company_id":
            shared = max(shared // 30, 1)
        told.append(shared)
    if unique:
        told[-1] = 1
    return " ".join(map(str, [ROWS, *told]))


def tell_planner(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for table in TABLES:
            cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
            cursor.execute(f"PRAGMA index_list({table})")
            for _, index, unique, _, _ in cursor.fetchall():
                cursor.execute(f"PRAGMA index_info({index})")
                columns = [row[2] for row in cursor.fetchall()]
                cursor.execute(
                    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)",
                    [table, index, stat_of(columns, unique)],
                )
        cursor.execute("ANALYZE sqlite_schema")


class Migration(migrations.Migration):
    dependencies = [("store", "0002_guards")]
    operations = [migrations.RunPython(tell_planner, migrations.RunPython.noop)]
