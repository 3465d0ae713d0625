"""A company's books with a million transactions: ten thousand booked by the command line, copied.

The copies are made with SQL, each a week before the last, with their statements, decisions,
vouchers, postings and invoices. What the tables guard is not asked of copies, so that filling takes
a minute or two; afterwards the guards stand again, for what is written while it is measured.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from avstem.testbank.bulk import BulkFiles
from bench.main_job import AVSTEM, run

SEED_ROWS = 10_000
OPEN_ROWS = 10_000
#: Ids of a copy are so much higher than those of the copy before.
STEP = 1_000_000
#: In so many copies what is open is a supplier's bill.
BILLS = 3
EVENTS, JOBS = 200_000, 50_000
OTHER_ORGNR = "974760673"


def seed(bulk: BulkFiles, folder: Path) -> None:
    """Ten thousand transactions, matched and booked; beside them a company without any."""
    company, out = ["--company", bulk.orgnr], folder / "answer"
    for words in (
        ["migrate"],
        ["company", "add", "--orgnr", bulk.orgnr, "--name", bulk.company_name],
        ["company", "add", "--orgnr", OTHER_ORGNR, "--name", "Annen AS"],
        ["account", "add", *company, "--iban", bulk.iban, "--kind", "operating",
         "--ledger-account", "1920"],
        ["invoices", "import", *company, bulk.invoices],
        ["statement", "import", *company, bulk.statement],
    ):  # fmt: skip
        run([*AVSTEM, *words], dict(os.environ), out)


def multiply(wanted: int, accounts: int) -> None:
    """Copies of what was booked until there are `wanted` rows, and of what is open until 10,000."""
    from django.db import connection

    from avstem.store.models import BankTransaction

    states = list(BankTransaction.objects.values_list("state", flat=True))
    waiting = sum(state in ("open", "suggested") for state in states)
    copies = max(1, (wanted - OPEN_ROWS) // (SEED_ROWS - waiting))
    with connection.cursor() as cursor:
        with _unguarded(cursor):
            for number in range(2, accounts + 1):
                _copy_account(number)
            for n in range(1, copies + 1):
                if n == copies:
                    _keep_totals()
                _copy(cursor, n, open_too=n < OPEN_ROWS / waiting, account=n % accounts + 1)
            _add_events_and_jobs()
        _raise_counters(cursor)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def _keep_totals() -> None:
    """As posting does each few thousand vouchers; what comes after is added when asked for."""
    from avstem.store.ledger_totals import VOUCHERS_BETWEEN, keep_totals

    keep_totals(_company().pk, [VOUCHERS_BETWEEN])


def _company() -> Any:
    from avstem.store.models import Company

    return Company.objects.exclude(orgnr=OTHER_ORGNR).get()


@contextmanager
def _unguarded(cursor: Any) -> Iterator[None]:
    """Nothing guards the tables within it."""
    if cursor.db.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
        return
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    guards = cursor.fetchall()
    for name, _ in guards:
        cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in guards:
        cursor.execute(sql)
    cursor.execute("PRAGMA foreign_keys = ON")


def _copy_account(number: int) -> None:
    from avstem.store.models import BankAccount

    account = BankAccount.objects.earliest("pk")
    account.pk, account.iban = None, f"{account.iban[:-2]}{number:02d}"
    account.ledger_account = str(1920 + number)
    BankAccount.objects.bulk_create([account])


def _copy(cursor: Any, n: int, *, open_too: bool, account: int) -> None:
    from avstem.store import models

    booked = "state IN ('booked', 'open', 'suggested')" if open_too else "state = 'booked'"
    mine = f"FROM store_banktransaction WHERE id <= {STEP} AND {booked}"
    of_these = f"transaction_id IN (SELECT id {mine})"
    voucher = f"SELECT id FROM store_voucher WHERE id <= {STEP} AND {of_these}"  # noqa: S608  # names of our own tables
    for model, where in (
        (models.Statement, "true"),
        (models.OpenItem, "true" if open_too else "remaining_minor = 0"),
        (models.Entry, f"id IN (SELECT entry_id {mine})"),
        (models.BankTransaction, f"id IN (SELECT id {mine})"),
        (models.Decision, of_these),
        (models.Voucher, f"id IN ({voucher})"),
        (models.Posting, f"voucher_id IN ({voucher})"),
        (models.Allocation, f"voucher_id IN ({voucher})"),
    ):
        fields = model._meta.concrete_fields
        names = ", ".join(f'"{field.column}"' for field in fields)
        said = ", ".join(_changed(field, n, account, cursor.db.vendor) for field in fields)
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {said}"  # noqa: S608  # names of our own tables
            f" FROM {model._meta.db_table} WHERE id <= {STEP} AND {where}"
        )


_MOVED = {"id", "entry_id", "transaction_id", "statement_id", "confirmed_by_id", "voucher_id",
          "decision_id"}  # fmt: skip
_SETTLED = f"SELECT id FROM store_openitem WHERE id <= {STEP} AND remaining_minor = 0"  # noqa: S608  # our own table


def _changed(field: Any, n: int, account: int, vendor: str) -> str:
    """What a copy has in the field: ids and numbers above those before, days weeks earlier."""
    column, model = f'"{field.column}"', field.model.__name__
    if field.get_internal_type() == "DateField":
        weeks = f"- {7 * n}" if vendor == "postgresql" else f", '-{7 * n} days')"
        return f"{column} {weeks}" if vendor == "postgresql" else f"date({column}{weeks}"
    if field.column in _MOVED and field.get_internal_type() != "CharField":
        return f"{column} + {n * STEP}"
    if field.column in ("number", "position") and model in ("Voucher", "Statement"):
        return f"{column} + {n * SEED_ROWS}"
    if field.column == "account" and model == "Posting":
        ledger = 1920 + account * (account > 1)
        return f"CASE WHEN account = '1920' THEN '{ledger}' ELSE account END"
    return {
        "account_id": str(account),
        "item_id": f"CASE WHEN item_id IN ({_SETTLED}) THEN item_id + {n * STEP} ELSE item_id END",
        **(_of_item(n) if model == "OpenItem" else {}),
    }.get(field.column, column)


def _of_item(n: int) -> dict[str, str]:
    bills = {
        "kind": "CASE WHEN remaining_minor > 0 THEN 'supplier_invoice' ELSE kind END",
        "direction": "CASE WHEN remaining_minor > 0 THEN -1 ELSE direction END",
    }
    return {"number": f"\"number\" || '-{n}'", **(bills if n <= BILLS else {})}


def _add_events_and_jobs() -> None:
    """The log of a busy company: most of it the program's own, now and then a person's."""
    from avstem.store.models import AuditEvent, Job

    company, last = _company(), AuditEvent.objects.filter(company=_company()).latest("sequence")
    AuditEvent.objects.bulk_create(
        (_event(last, n) for n in range(1, EVENTS + 1)), batch_size=5_000
    )
    Job.objects.bulk_create((_job(company.pk, last.at, n) for n in range(JOBS)), batch_size=5_000)


def _event(last: Any, n: int) -> Any:
    from avstem.store.models import AuditEvent

    rare = {1: "per@example.no"}.get(n, "avstem" if n % 3 else "kari@example.no")
    return AuditEvent(
        company_id=last.company_id, sequence=last.sequence + n, actor=rare, action=last.action,
        at=last.at + timedelta(seconds=n), facts=last.facts,
        previous_hash=f"{n - 1:064x}", hash=f"{n:064x}",
    )  # fmt: skip


def _job(company_id: int, at: datetime, n: int) -> Any:
    from avstem.store.models import Job

    return Job(
        company_id=company_id, kind="reconcile", state="done", turn=n, attempts=1,
        next_try_at=at, created_at=at, started_at=at, finished_at=at,
    )  # fmt: skip


def _raise_counters(cursor: Any) -> None:
    """PostgreSQL gives the next id from a counter, which the copies have not moved."""
    from avstem.store import models

    if cursor.db.vendor != "postgresql":
        return
    copied: Sequence[Any] = (
        models.Statement, models.OpenItem, models.Entry, models.BankTransaction, models.Decision,
        models.Voucher, models.Posting, models.Allocation,
    )  # fmt: skip
    for table in (each._meta.db_table for each in copied):
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608  # our own
        )
