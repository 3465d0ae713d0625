"""`avstem demo`: an invented company with months of invoices and statements, in the browser."""

import os
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from avstem.cli.common import actor, now, progress_reporter
from avstem.cli.demo_bank import practising

if TYPE_CHECKING:
    from avstem.store.models import Company
    from avstem.testbank.demo_company import DemoCompany
    from avstem.testbank.server import BankServer

SEED = 1
MONTHS = 6
#: The job in hand is finished first; what takes longer is done again at the next start.
_WORKER_STOP_S = 20.0
EMAIL = "demo@avstem.example"
_LEDGER_ACCOUNTS = {"operating": "1920", "tax": "1950"}
_NAMES = {"operating": "Driftskonto", "tax": "Skattetrekkskonto"}


@click.command()
@click.option("--port", default=8642, show_default=True, help="The next free one if it is taken.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--no-serve", is_flag=True, help="Make the company ready and stop.")
def command(port: int, no_browser: bool, no_serve: bool) -> None:
    """A demo company with months of invoices and bank statements, reconciled, in the browser.

    Beside the pages run the worker and a bank to practise with, which answers every order of an
    agreement. It has a database of its own unless AVSTEM_DATABASE_URL names one. Starting it twice
    does no harm: it goes on where it was. Stop it with Ctrl-C.
    """
    from avstem.config.paths import home

    folder = home() / "demo"
    own = f"sqlite:///{folder / 'demo.sqlite3'}"
    os.environ.setdefault("AVSTEM_DATABASE_URL", own)
    os.environ["AVSTEM_PRACTISING"] = "1"
    folder.mkdir(exist_ok=True)
    from avstem.cli.common import start

    start()
    demo = _generate(folder)
    company = _reconcile(folder / "files", demo)
    click.echo(f"The demo's files are in {folder / 'files'}.")
    is_own = os.environ["AVSTEM_DATABASE_URL"] == own
    if is_own:
        click.echo(f"To use the commands on it: export AVSTEM_DATABASE_URL={own}")
    if no_serve:
        return
    served = None if is_own else company.pk
    with _stopping(), practising(folder / "bank", served) as bank, _working():
        _tell_of_bank(bank, folder / "bank")
        _serve(company, _free_port(port), open_browser=not no_browser)


def _generate(folder: Path) -> "DemoCompany":
    """The company's files, made on the first start and kept: six months up to the last one."""
    from django.utils import timezone

    from avstem.testbank.demo_company import generate

    began = folder / "began.txt"
    if not began.exists():
        began.write_text(
            _months_back(timezone.localdate(now()), MONTHS).isoformat(), encoding="ascii"
        )
    demo = generate(SEED, months=MONTHS, start=date.fromisoformat(began.read_text("ascii")))
    demo.write_to(folder / "files")
    return demo


def _months_back(today: date, months: int) -> date:
    whole = today.year * 12 + today.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def _reconcile(files: Path, demo: "DemoCompany") -> "Company":
    """The main job: company, accounts, invoices and statements in; matched and booked."""
    from avstem.services.add_account import NewAccount, add_account
    from avstem.services.add_company import add_company
    from avstem.services.import_invoices import import_invoices
    from avstem.services.import_statement import import_statement
    from avstem.services.reconcile import reconcile

    by, at = actor(), now()
    company = add_company(orgnr=demo.orgnr, name=demo.name, actor=by, now=at)
    for account in demo.accounts:
        wanted = NewAccount(
            account.iban,
            account.kind,
            _LEDGER_ACCOUNTS[account.kind],
            from_date=account.opening_date,
            opening_balance=account.opening_balance.decimal(),
            name=_NAMES[account.kind],
        )
        add_account(company_id=company.pk, account=wanted, actor=by, now=at)
    invoices = files / "invoices.csv"
    import_invoices(company_id=company.pk, path=invoices, name=invoices.name, actor=by, now=at)
    statements = sorted(files.glob("bank/*.xml"))
    for place, path in enumerate(statements, 1):
        import_statement(
            company_id=company.pk,
            path=path,
            name=path.name,
            source="demo",
            actor=by,
            now=at,
        )
        if report := progress_reporter("Reading statements"):
            report(place, len(statements))
    result = reconcile(
        company_id=company.pk, actor=by, now=at, progress=progress_reporter("Matching")
    )
    click.echo(
        f"{company}: {len(statements)} bank files; {result.booked} payments booked now, "
        f"{result.suggested} suggested, {result.open} left to a person."
    )
    return company


@contextmanager
def _stopping() -> Iterator[None]:
    """Ctrl-C and SIGTERM end it in the same way: the bank and the worker are closed behind it."""
    # A shell that starts it in the background has Ctrl-C ignored from the start.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _interrupt)
    with suppress(KeyboardInterrupt):
        yield
    click.echo("The demo has stopped; it goes on where it was when it is started again.", err=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def _working() -> Iterator[None]:
    """A worker in a process of its own, which ends with this one however this one ends."""
    command = [sys.executable, "-m", "avstem.cli", "worker", "--of-pool"]
    worker = subprocess.Popen(command)  # noqa: S603  # our own command
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(_WORKER_STOP_S)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _tell_of_bank(server: "BankServer", folder: Path) -> None:
    later = server.bank.now + timedelta(days=7)
    click.echo(
        f"\nThe practice bank is open on port {server.port}, and the worker works. Order an"
        " agreement under Bankavtaler\nand say that it is sent: the bank answers, and its first"
        " statement comes within a minute.\nTo let the bank's time pass:\n\n"
        f"    avstem testbank --dir {folder} advance {later:%Y-%m-%d}"
    )


def _serve(company: "Company", port: int, *, open_browser: bool) -> None:
    from avstem.cli.serve import serve
    from avstem.services.add_user import add_user
    from avstem.web.sign_in import sign_in_link

    user = add_user(
        email=EMAIL,
        company_id=company.pk,
        role="owner",
        name="Demo",
        actor=actor(),
        now=now(),
    )
    link = sign_in_link(user, f"http://localhost:{port}")
    click.echo(f"\nSign in (the link works once):\n\n    {link}\n\nStop with Ctrl-C.")
    if open_browser:
        webbrowser.open(link)
    serve("127.0.0.1", port)


def _free_port(wanted: int) -> int:
    """The port asked for, or one that nobody uses."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise click.ClickException("no port is free on this machine")
