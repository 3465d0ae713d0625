"""*Kasse og bank* with 1,000,000 transactions in the database and 10,000 of them open.

    python -m bench.pages_million [--transactions 1000000] [--accounts 1] [--database postgresql://…]

Ten thousand transactions go in by the real command line and are booked; then they are copied with
SQL, a week earlier each time, until there are enough: all on one account (the hardest), or spread
over several. Each page is asked for in this process, middleware and templates included, without a
network. Prints the 95th percentile of each, its ratio to the control (the page /design/, which asks
the tables only who one is), and the processor time of this process.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from avstem.testbank.bulk import BulkFiles, write_bulk
from bench.main_job import AVSTEM, run

SEED_ROWS = 10_000
OPEN_ROWS = 10_000
#: Ids of a copy are so much higher than those of the copy before.
STEP = 1_000_000
GOAL_MS = 150


def main() -> None:
    """Fill, measure, print."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--transactions", type=int, default=1_000_000)
    arguments.add_argument("--accounts", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--database", help="an empty PostgreSQL; else SQLite in a folder")
    arguments.add_argument("--folder", type=Path, help="keep the database here and use it again")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        os.environ["AVSTEM_HOME"] = str(folder / "home")
        os.environ["AVSTEM_DATABASE_URL"] = asked.database or f"sqlite:///{folder / 'big.sqlite3'}"
        bulk = write_bulk(
            folder, seed=1, transactions=SEED_ROWS, open_items=SEED_ROWS * asked.accounts
        )
        fresh = not (folder / "filled").exists()
        if fresh:
            _seed(bulk, folder)
        from avstem.config.startup import start

        start()
        if fresh:
            _multiply(asked.transactions, asked.accounts)
            (folder / "filled").touch()
        _report(_pages(bulk.orgnr), asked.rounds)


def _seed(bulk: BulkFiles, folder: Path) -> None:
    company, out = ["--company", bulk.orgnr], folder / "answer"
    for words in (
        ["migrate"],
        ["company", "add", "--orgnr", bulk.orgnr, "--name", bulk.company_name],
        ["account", "add", *company, "--iban", bulk.iban, "--kind", "operating",
         "--ledger-account", "1920"],
        ["invoices", "import", *company, bulk.invoices],
        ["statement", "import", *company, bulk.statement],
    ):  # fmt: skip
        run([*AVSTEM, *words], dict(os.environ), out)


def _multiply(wanted: int, accounts: int) -> None:
    """Copies of what was booked until there are `wanted` rows, and of what is open until 10,000."""
    from django.db import connection

    from avstem.store.models import BankTransaction

    rows = BankTransaction.objects.values_list("state", flat=True)
    waiting = sum(state in ("open", "suggested") for state in rows)
    booked = SEED_ROWS - waiting
    with connection.cursor() as cursor:
        _quieten(cursor)
        for number in range(2, accounts + 1):
            _copy_account(number)
        copies = max(1, (wanted - OPEN_ROWS) // booked)
        for n in range(1, copies + 1):
            if n == copies:
                _keep_totals()
            _copy(cursor, n, open_too=n < OPEN_ROWS / waiting, account=n % accounts + 1)
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    print(f"{BankTransaction.objects.count():,} transactions,", end=" ")
    open_rows = BankTransaction.objects.filter(state__in=("open", "suggested"))
    print(f"{open_rows.count():,} open, {accounts} account(s), {connection.vendor}", flush=True)


def _keep_totals() -> None:
    """As posting does each few thousand vouchers; what comes after is added when asked for."""
    from avstem.store.ledger_totals import VOUCHERS_BETWEEN, keep_totals
    from avstem.store.models import Company

    keep_totals(Company.objects.get().pk, [VOUCHERS_BETWEEN])


def _quieten(cursor: Any) -> None:
    """The guards let nothing past that these copies are; the measurement only reads."""
    if cursor.db.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        return
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{name}"')


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
        (models.Statement, f"id <= {STEP}"),
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


def _changed(field: Any, n: int, account: int, vendor: str) -> str:
    """What a copy has in the field: ids and numbers above those before, days weeks earlier."""
    column = f'"{field.column}"'
    if field.column in _MOVED and field.get_internal_type() != "CharField":
        return f"{column} + {n * STEP}"
    if field.column in ("number", "position") and field.model.__name__ in ("Voucher", "Statement"):
        return f"{column} + {n * SEED_ROWS}"
    if field.column == "account_id":
        return str(account)
    if field.column == "account":
        return (
            f"CASE WHEN account = '1920' THEN '{1920 + account * (account > 1)}' ELSE account END"
        )
    if field.get_internal_type() != "DateField":
        return column
    return f"{column} - {7 * n}" if vendor == "postgresql" else f"date({column}, '-{7 * n} days')"


Ask = Callable[[], Any]


def _pages(orgnr: str) -> Iterator[tuple[str, Ask]]:
    """Each page by name, and how to ask for it."""
    from django.db.models import Count
    from django.test import Client

    from avstem.store.models import BankTransaction, Company, User

    company = Company.objects.get(orgnr=orgnr)
    user = User.objects.create(email=f"kari{time.time_ns()}@example.no")
    company.memberships.create(user=user, role="owner")
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    rows = BankTransaction.objects.filter(company=company)
    busiest = rows.values("account_id").annotate(n=Count("pk")).order_by("-n")[0]["account_id"]
    rows = rows.filter(account_id=busiest)
    waiting = rows.filter(state="suggested").order_by("-booking_date")[20]
    booked = rows.filter(state="booked").order_by("-booking_date")[20]
    month = rows.order_by("booking_date")[rows.count() // 2].booking_date.strftime("%Y-%m")
    at = f"/{orgnr}/accounts/{busiest}/"
    middle = f"{booked.booking_date}~{booked.pk}"
    name = waiting.counterparty.split(" ")[0]
    for said, address in (
        ("control: /design/", "/design/"),
        ("home", f"/{orgnr}/"),
        ("this period", at),
        ("this period, next page", f"{at}?after={middle}"),
        ("a month in the middle", f"{at}?month={month}"),
        ("search in a month, name", f"{at}?month={month}&q={name}"),
        ("search in a month, amount", f"{at}?month={month}&q=1250,00"),
        ("search in a month, nothing found", f"{at}?month={month}&q=finnesikkeøl"),
        ("not reconciled", f"{at}?tab=waiting"),
        (
            "not reconciled, next page",
            f"{at}?tab=waiting&after={waiting.booking_date}~{waiting.pk}",
        ),
        ("not reconciled, search", f"{at}?tab=waiting&q={name}"),
        ("with a suggestion beside", f"{at}?tab=waiting&open={waiting.pk}"),
        ("with a booked one beside", f"{at}?open={booked.pk}"),
    ):
        yield said, lambda address=address: client.get(address)
    beside = {"headers": {"HX-Request": "true"}}
    yield "the pane alone, suggested", lambda: client.get(f"{at}?open={waiting.pk}", **beside)
    yield "the pane alone, booked", lambda: client.get(f"{at}?open={booked.pk}", **beside)
    yield "match by hand", lambda: client.get(f"/{orgnr}/transactions/{waiting.pk}/match/")


def _report(pages: Iterator[tuple[str, Ask]], rounds: int) -> None:
    control = 0.0
    print(
        f"{'':36}{'median':>9}{'p95':>9}{'of control':>12}{'own CPU p95':>13}"
        f"{'queries':>9}{'kB':>7}"
    )
    for said, ask in pages:
        answer, queries = _counted(ask)
        assert answer.status_code == 200, (said, answer.status_code)
        both = [_ms(ask) for _ in range(rounds)]
        times, cpu = (sorted(each) for each in zip(*both, strict=True))
        at = max(0, round(rounds * 0.95) - 1)
        p95 = times[at]
        control = control or p95
        bad = "  above the goal" if p95 > GOAL_MS else ""
        print(
            f"{said:36}{statistics.median(times):7.0f}ms{p95:7.0f}ms{p95 / control:12.1f}"
            f"{cpu[at]:11.0f}ms{queries:9}{len(answer.content) / 1000:7.0f}{bad}",
            flush=True,
        )


def _counted(ask: Ask) -> tuple[Any, int]:
    """The answer, warmed up, and how many questions the database was asked."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as caught:
        answer = ask()
    if os.environ.get("BENCH_QUERIES"):
        for each in sorted(caught, key=lambda each: -float(each["time"]))[:3]:
            print(f"    {each['time']} s  {each['sql'][:1500]}")
    return answer, len(caught)


def _ms(ask: Ask) -> tuple[float, float]:
    """By the clock, and of this process alone, which other work on the machine changes little.

    On SQLite all the work is in this process; on PostgreSQL the server's part is not.
    """
    before, busy = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - before) * 1000, (time.process_time() - busy) * 1000


if __name__ == "__main__":
    main()
