"""*Kasse og bank* with 1,000,000 transactions in the database and 10,000 of them open.

    python -m bench.pages_million [--transactions 1000000] [--accounts 1] [--database postgresql://…]

Ten thousand transactions go in by the real command line and are booked; then they are copied with
SQL, a week earlier each time, until there are enough: all on one account (the hardest), or spread
over several. Each page is asked for in this process, middleware and templates included, without a
network. Prints the 95th percentile of each, its ratio to the control (the page /design/, which asks
the tables only who one is), and the processor time: of this process, and on PostgreSQL of the
server's process that answers it, where it runs on this machine. On PostgreSQL the pages are asked
for as a role without special rights, so that the walls between companies stand.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from avstem.testbank.bulk import write_bulk
from bench.million_rows import OTHER_ORGNR, SEED_ROWS, STEP, multiply, seed

GOAL_MS = 150
ROLE = "avstem_bench_pages"


def main() -> None:
    """Fill, measure, print."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--transactions", type=int, default=1_000_000)
    arguments.add_argument("--accounts", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--database", help="an empty PostgreSQL; else SQLite in a folder")
    arguments.add_argument("--folder", type=Path, help="keep the database here and use it again")
    arguments.add_argument("--only", default="", help="pages whose name holds this")
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
            seed(bulk, folder)
        from avstem.config.startup import start

        start()
        if fresh:
            multiply(asked.transactions, asked.accounts)
            (folder / "filled").touch()
        _measure(bulk.orgnr, asked)


def _measure(orgnr: str, asked: argparse.Namespace) -> None:
    _say_what_there_is()
    client = _signed_in(orgnr)
    _without_special_rights()
    pages = [*_of_account(client, orgnr, asked.rounds), *_of_company(client, orgnr)]
    _report([each for each in pages if asked.only in each[0]], asked.rounds)


def _say_what_there_is() -> None:
    from django.db import connection

    from avstem.store.models import BankAccount, BankTransaction, OpenItem

    rows = BankTransaction.objects.all()
    waiting = rows.filter(state__in=("open", "suggested")).count()
    print(f"{rows.count():,} transactions, {waiting:,} open, {BankAccount.objects.count()}", end="")
    print(f" account(s), {OpenItem.objects.count():,} invoices, {connection.vendor}", flush=True)


def _without_special_rights() -> None:
    """PostgreSQL's walls do not stand for a superuser, nor for this role's own tables."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE}")
        for what in ("TABLES", "SEQUENCES"):
            cursor.execute(f"GRANT ALL ON ALL {what} IN SCHEMA public TO {ROLE}")
        cursor.execute(f"SET ROLE {ROLE}")


Ask = Callable[[], Any]
Pages = Iterator[tuple[str, Ask]]


def _signed_in(orgnr: str) -> Any:
    """A browser of someone who works in both companies."""
    from django.test import Client

    from avstem.store.models import Company, User

    user = User.objects.create(email=f"kari{time.time_ns()}@example.no")
    for company in Company.objects.filter(orgnr__in=(orgnr, OTHER_ORGNR)):
        company.memberships.create(user=user, role="owner")
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _of_account(client: Any, orgnr: str, rounds: int) -> Pages:
    """*Kasse og bank* of the account with the most on it: each page by name, and how to ask."""
    from django.db.models import Count

    from avstem.store.models import BankTransaction, Company
    from avstem.store.tenancy import company_scope

    company = Company.objects.get(orgnr=orgnr)
    with company_scope(company.pk):
        rows = BankTransaction.objects.filter(company=company)
        busiest = rows.values("account_id").annotate(n=Count("pk")).order_by("-n")[0]["account_id"]
        rows = rows.filter(account_id=busiest)
        waiting = rows.filter(state="suggested").order_by("-booking_date")[20]
        booked = rows.filter(state="booked").order_by("-booking_date")[20]
        middle = rows.order_by("booking_date", "pk")[rows.count() // 2]
        oldest = rows.filter(state="suggested").earliest("booking_date", "pk")
        ready = _acceptable(rows.filter(state="suggested", pk__lte=STEP))[: rounds + 2]
    at = f"/{orgnr}/accounts/{busiest}/"
    month = f"{middle.booking_date:%Y-%m}"
    name = waiting.counterparty.split(" ")[0]
    for said, address in (
        ("control: /design/", "/design/"),
        ("this period", at),
        ("this period, next page", f"{at}?after={booked.booking_date}~{booked.pk}"),
        ("a month in the middle", f"{at}?month={month}"),
        ("its late page", f"{at}?month={month}&after={middle.booking_date}~{middle.pk}"),
        ("search in a month, name", f"{at}?month={month}&q={name}"),
        ("search in a month, text", f"{at}?month={month}&q=faktura"),
        ("search in a month, amount", f"{at}?month={month}&q=1250,00"),
        ("search in a month, nothing found", f"{at}?month={month}&q=finnesikkeøl"),
        ("not reconciled", f"{at}?tab=waiting"),
        ("not reconciled, next page",
         f"{at}?tab=waiting&after={waiting.booking_date}~{waiting.pk}"),
        ("not reconciled, last page",
         f"{at}?tab=waiting&before={oldest.booking_date}~{oldest.pk - 1}"),
        ("not reconciled, search", f"{at}?tab=waiting&q={name}"),
        ("search in everything, nothing found", f"{at}?tab=all&q=finnesikkeøl"),
        ("not reconciled, amount", f"{at}?tab=waiting&q=1250,00"),
        ("not reconciled, nothing found", f"{at}?tab=waiting&q=finnesikkeøl"),
        ("with a suggestion beside", f"{at}?tab=waiting&open={waiting.pk}"),
        ("with a booked one beside", f"{at}?open={booked.pk}"),
        ("the pane alone, suggested", f"!{at}?open={waiting.pk}"),
        ("the pane alone, booked", f"!{at}?open={booked.pk}"),
        ("match by hand", f"/{orgnr}/transactions/{waiting.pk}/match/"),
        ("match by hand, search", f"/{orgnr}/transactions/{waiting.pk}/match/?q=finnesikkeøl"),
        ("accept all, preview", f"{at}accept-all/"),
        ("statements", f"{at}statements/"),
        ("day by day", f"{at}feed/"),
        ("reconciliation", f"{at}reconciliation/"),
    ):  # fmt: skip
        yield said, _get(client, address)
    yield "accept one", _each(client, orgnr, f"{at}?tab=waiting", ready, "accept")
    yield "undo it", _each(client, orgnr, "", ready, "undo")


def _acceptable(rows: Any) -> list[Any]:
    """Of these suggestions the ones that take no invoice from another."""
    from avstem.store.models import Decision

    found, taken = [], set[int]()
    for row in rows.order_by("pk"):
        first = Decision.objects.filter(transaction=row).latest("pk").content["suggestions"][0]
        items = {each["item_id"] for each in first["settlements"]}
        if items and not items & taken:
            found.append(row)
            taken |= items
    return found


def _get(client: Any, address: str) -> Ask:
    """Asks for it; an address after `!` as the page's own script does, for a part of a page."""
    headers = {"HX-Request": "true"} if address.startswith("!") else {}
    return lambda: client.get(address.lstrip("!"), headers=headers)


def _each(client: Any, orgnr: str, beside: str, rows: list[Any], deed: str) -> Ask:
    """Does it to the next of the rows; a refusal ends the measurement."""
    from django.contrib.messages import get_messages

    left = iter(rows)

    def ask() -> Any:
        address = f"/{orgnr}/transactions/{next(left).pk}/{deed}/"
        answer = client.post(address, {"next": beside} if beside else {})
        told = [str(each) for each in get_messages(answer.wsgi_request)]
        assert any(word in told[-1] for word in ("voucher", "bilag")), told
        return answer

    return ask


def _of_company(client: Any, orgnr: str) -> Pages:
    """The company's other lists, and the office's page over all companies."""
    from avstem.store.models import AuditEvent, Company, OpenItem, Voucher
    from avstem.store.tenancy import company_scope

    company = Company.objects.get(orgnr=orgnr)
    with company_scope(company.pk):
        item = OpenItem.objects.filter(company=company, remaining_minor=0).earliest("pk")
        voucher = Voucher.objects.filter(company=company).order_by("year", "number")[500_000]
        event = AuditEvent.objects.filter(company=company).order_by("sequence")[100_000]
    due = item.due_date or item.invoice_date
    at = f"/{orgnr}"
    for said, address in (
        ("home", f"{at}/"),
        ("office", "/?all=1"),
        ("vouchers", f"{at}/vouchers/"),
        ("vouchers, late page",
         f"{at}/vouchers/?after={voucher.year}~{voucher.number}~{voucher.pk}"),
        ("vouchers, search", f"{at}/vouchers/?q=Hansen"),
        ("vouchers, nothing found", f"{at}/vouchers/?q=finnesikkeøl"),
        ("one voucher", f"{at}/vouchers/{voucher.pk}/"),
        ("chart of accounts", f"{at}/ledger/"),
        ("customers", f"{at}/items/customers/"),
        ("customers, search", f"{at}/items/customers/?q=finnesikkeøl"),
        ("customers, settled", f"{at}/items/customers/?show=settled"),
        ("customers, settled, late page",
         f"{at}/items/customers/?show=settled&after={due}~{item.pk}"),
        ("customers, settled, number",
         f"{at}/items/customers/?show=settled&q={item.number}"),
        ("customers, settled, nothing found",
         f"{at}/items/customers/?show=settled&q=finnesikkeøl"),
        ("suppliers", f"{at}/items/suppliers/"),
        ("suppliers, settled", f"{at}/items/suppliers/?show=settled"),
        ("one invoice", f"{at}/invoices/{item.pk}/"),
        ("payments", f"{at}/payments/"),
        ("jobs", f"{at}/jobs/"),
        ("jobs, unfinished", f"{at}/jobs/?show=unfinished"),
        ("log", f"{at}/log/"),
        ("log, late page", f"{at}/log/?after={event.sequence}"),
        ("log, one person", f"{at}/log/?who=kari@example.no"),
        ("log, a person seldom here", f"{at}/log/?who=per@example.no"),
        ("closing", f"{at}/closing/"),
        ("learnt", f"{at}/learnt/"),
        ("questions", f"{at}/questions/"),
        ("settings", f"{at}/settings/"),
    ):  # fmt: skip
        yield said, _get(client, address)


def _report(pages: list[tuple[str, Ask]], rounds: int) -> None:
    control = 0.0
    print(
        f"{'':36}{'median':>9}{'p95':>9}{'of control':>12}{'own CPU p95':>13}{'server':>9}"
        f"{'queries':>9}{'kB':>7}"
    )
    for said, ask in pages:
        answer, queries = _counted(ask)
        assert answer.status_code in (200, 302), (said, answer.status_code)
        both = [_ms(ask) for _ in range(rounds)]
        times, cpu, server = (sorted(each) for each in zip(*both, strict=True))
        at = max(0, round(rounds * 0.95) - 1)
        p95 = times[at]
        control = control or p95
        bad = "  above the goal" if p95 > GOAL_MS else ""
        size = len(answer.content) / 1000
        print(
            f"{said:36}{statistics.median(times):7.0f}ms{p95:7.0f}ms{p95 / control:12.1f}"
            f"{cpu[at]:11.0f}ms{server[at]:7.0f}ms{queries:9}{size:7.0f}{bad}",
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


def _ms(ask: Ask) -> tuple[float, float, float]:
    """By the clock; of this process alone; and of PostgreSQL's that answers it.

    Other work on the machine changes the two latter little. On SQLite all is in this process.
    """
    before, busy, server = time.perf_counter(), time.process_time(), _server_ms()
    ask()
    own = (time.process_time() - busy) * 1000
    return (time.perf_counter() - before) * 1000, own, _server_ms() - server


def _server_ms() -> float:
    """The processor time of the server's process; 0 where there is none on this machine.

    Helpers that it starts for a long question are not in it: the clock tells of them.
    """
    from django.db import connection

    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    with suppress(OSError):
        told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text("ascii")
        return int(told.split()[0]) / 1_000_000
    return 0.0


if __name__ == "__main__":
    main()
