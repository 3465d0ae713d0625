"""What keeps the lists quick where an account has a million transactions."""

from typing import Any

from django.db import migrations, models

from avstem.store import guards
from avstem.store.tenancy import company_scope

#: As in 0003: what SQLite's planner is told of the indexes.
TOLD = {
    "posting_by_account": ("store_posting", "1000000 1000000 33333 1"),
    "transaction_waiting": ("store_banktransaction", "30000 30000 10000 300 1"),
    "transaction_set_aside": ("store_banktransaction", "10000 10000 3000"),
}


def tell_planner(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    for index, (table, stat) in TOLD.items():
        schema_editor.execute("DELETE FROM sqlite_stat1 WHERE idx = %s", [index])
        schema_editor.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", [table, index, stat]
        )
    schema_editor.execute("ANALYZE sqlite_schema")


def keep_totals(apps: Any, schema_editor: Any) -> None:
    """Books that are kept already begin with a total of all that is posted."""
    for company in apps.get_model("store", "Company").objects.all():
        with company_scope(company.pk):
            schema_editor.execute(
                "INSERT INTO store_ledgertotal (company_id, account, currency, last_posting,"
                " moved_minor, value_minor, unvalued)"
                " SELECT p.company_id, p.account, p.currency, (SELECT max(id) FROM store_posting),"
                " sum(p.amount_minor), coalesce(sum(p.value_minor), 0),"
                " count(p.id) - count(p.value_minor)"
                " FROM store_posting p JOIN store_bankaccount b"
                " ON b.company_id = p.company_id AND b.ledger_account = p.account"
                " WHERE p.company_id = %s GROUP BY p.company_id, p.account, p.currency",
                [company.pk],
            )


class Migration(migrations.Migration):
    dependencies = [("store", "0024_debits_undone")]
    operations = [
        migrations.RemoveIndex("posting", "posting_by_account"),
        migrations.AddIndex(
            "posting",
            models.Index(fields=["company", "account", "id"], name="posting_by_account"),
        ),
        migrations.RemoveIndex("banktransaction", "transaction_waiting"),
        migrations.AddIndex(
            "banktransaction",
            models.Index(
                fields=["company", "account", "booking_date", "id"],
                condition=models.Q(state__in=("open", "suggested")),
                name="transaction_waiting",
            ),
        ),
        migrations.AddIndex(
            "banktransaction",
            models.Index(
                fields=["company", "account"],
                condition=models.Q(state="set_aside"),
                name="transaction_set_aside",
            ),
        ),
        migrations.CreateModel(
            name="LedgerTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("last_posting", models.BigIntegerField()),
                ("moved_minor", models.BigIntegerField()),
                ("value_minor", models.BigIntegerField()),
                ("unvalued", models.IntegerField()),
                (
                    "company",
                    models.ForeignKey(db_index=False, on_delete=models.PROTECT, to="store.company"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "account", "last_posting", "currency"),
                        name="ledger_total_once",
                    )
                ]
            },
        ),
        migrations.RunPython(keep_totals, migrations.RunPython.noop),
        migrations.RunPython(guards.keep_unchanged("store_ledgertotal"), migrations.RunPython.noop),
        migrations.RunPython(guards.build_wall("store_ledgertotal"), migrations.RunPython.noop),
        migrations.RunPython(tell_planner, migrations.RunPython.noop),
    ]
