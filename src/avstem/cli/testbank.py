"""`avstem testbank`: a bank to practise with, by itself, over SFTP."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.testbank.bank import Bank
    from avstem.testbank.server import BankServer

#: The port, where it is free; the next free one is not taken, for programs remember the port.
PORT = 2222
_TICK_S = 1.0
_NORWAY = ZoneInfo("Europe/Oslo")
_USER, _NAME = "kunde", "Øvelse AS"

folder_option = click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Where the bank keeps all it knows; by default in avstem's own data folder.",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where the bank is, and when it opens if it is new."""

    folder: Path | None
    start: datetime | None


class Moment(click.ParamType[datetime]):
    """A moment as 2026-01-31T08:00, or a date: its end."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """The moment, in Norwegian clock time, or wrong usage."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is no moment; write it as 2026-01-31T08:00.", param, ctx)
        if found.tzinfo is not None:
            found = found.astimezone(_NORWAY).replace(tzinfo=None)
        return found.replace(hour=23, minute=59) if len(value) == len("2026-01-31") else found


@click.group(invoke_without_command=True)
@folder_option
@click.option("--port", default=PORT, show_default=True, help="0 is any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--bank", "slug", default="", help="Behave as this bank; see `avstem bank list`.")
@click.option("--start", type=Moment(), help="When a new bank opens; by default now.")
@click.option("--still", is_flag=True, help="Let time pass only by `avstem testbank advance`.")
@click.pass_context
def command(
    ctx: click.Context, folder: Path | None, start: datetime | None, port: int, host: str,
    slug: str, still: bool,
) -> None:  # fmt: skip
    """A bank to practise with, reachable over SFTP. Stop it with Ctrl-C; it forgets nothing.

    It holds no real money and asks no real bank. Its clock follows this machine's unless --still
    is given; `avstem testbank advance` moves it forward from another window.
    """
    ctx.obj = place = Place(folder, start)
    if ctx.invoked_subcommand is not None:
        return
    from avstem.testbank.server import serving

    with _open(place) as bank, ExitStack() as stack:
        _first_customer(bank, slug)
        try:
            server = stack.enter_context(serving(bank, host=host, port=port))
        except OSError as wrong:
            told = f"cannot listen on {host}:{port}: {wrong.strerror}"
            raise click.ClickException(told) from wrong
        # A shell that starts it in the background has Ctrl-C ignored from the start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            _tell(bank, server)
            _live(bank, still=still)
    click.echo("The practice bank is closed.", err=True)


@contextmanager
def _open(place: Place) -> Iterator["Bank"]:
    from avstem.config.paths import home
    from avstem.testbank.bank import Bank

    folder = place.folder or home() / "testbank"
    with Bank(folder, start=place.start or norwegian_now()) as bank:
        yield bank


def norwegian_now() -> datetime:
    """The time on Norwegian clocks, without a zone, as the practice bank has it."""
    return datetime.now(_NORWAY).replace(tzinfo=None, microsecond=0)


def _first_customer(bank: "Bank", slug: str) -> None:
    """A bank without customers gets one, with an account that has all services ordered."""
    from avstem.domain.money import Money

    if bank.customers():
        return
    bank.add_customer(_USER, _NAME, _ways(slug))
    iban = bank.open_account(_USER, Money(250_000_00, "NOK"), interest_bp=200, fee_minor=49_00)
    bank.activate(iban)


def _ways(slug: str) -> Any:
    from avstem.testbank.backoffice.dialects import ways_of
    from avstem.testbank.bank import Ways

    return ways_of(slug) if slug else Ways()


def _tell(bank: "Bank", server: "BankServer") -> None:
    click.echo(f"The practice bank is open; its time is {bank.now:%Y-%m-%d %H:%M}.")
    for customer in bank.customers():
        sign_in, ways = server.sign_in(customer.user), customer.ways
        click.echo(
            f"\n{customer.name} ({ways.slug})\n"
            f"    sftp -P {sign_in.port} -i {sign_in.key_file} {sign_in.user}@{sign_in.host}\n"
            f"    password {sign_in.password}\n    host key {sign_in.host_key}\n"
            f"    payments go to {ways.folder_in}/, files come in {ways.folder_out}/"
        )
        for account in bank.accounts(customer.user):
            click.echo(f"    account {account}: {bank.balance(account)}")
    click.echo("\nStop with Ctrl-C.")


def _live(bank: "Bank", *, still: bool) -> None:
    """Let time pass; with --still only carry out what another window has asked for."""
    while True:
        bank.advance_to(bank.now if still else max(bank.now, norwegian_now()))
        time.sleep(_TICK_S)


@command.command()
@click.argument("moment", type=Moment())
@click.pass_obj
def advance(place: Place, moment: datetime) -> None:
    """Let the bank's time pass until then (2026-01-31T08:00, or a date: its end)."""
    with _open(place) as bank:
        steps = bank.advance_to(moment)
        click.echo(f"It is {bank.now:%Y-%m-%d %H:%M} at the bank; {steps} steps were done.")


@command.command()
@click.argument("user")
@click.argument("name")
@click.option("--bank", "slug", default="", help="Behave as this bank.")
@click.option("--iban", default="", help="The account; by default a new one.")
@click.option("--opening", default="0.00", show_default=True, help="What is on it.")
@click.option("--currency", default="NOK", show_default=True)
@click.option("--at-once", is_flag=True, help="Do not take days to make the agreements active.")
@click.pass_obj
def customer(
    place: Place, user: str, name: str, slug: str, iban: str, opening: str, currency: str,
    at_once: bool,
) -> None:  # fmt: skip
    """A customer with an account for which all services are ordered."""
    from avstem.domain.money import Money

    amount = Money.parse(opening, currency)
    with _open(place) as bank:
        bank.add_customer(user, name, _ways(slug))
        account = bank.open_account(user, amount, iban=iban)
        (bank.activate if at_once else bank.order)(account)
        click.echo(account)


@command.command("pay-in")
@click.argument("iban")
@click.argument("amount")
@click.option("--payer", default="Kari Nordmann", show_default=True)
@click.option("--kid", help="Its KID.")
@click.option("--text", default="", help="Words to the payee.")
@click.pass_obj
def pay_in(place: Place, iban: str, amount: str, payer: str, kid: str | None, text: str) -> None:
    """Somebody pays into an account; it is there after the bank's next run."""
    from avstem.domain.identifiers import normalise_account
    from avstem.domain.money import Money
    from avstem.testbank.bank import PayIn

    with _open(place) as bank:
        account = normalise_account(iban)
        money = Money.parse(amount, bank.balance(account).currency)
        bank.pay_in(account, [PayIn(money, payer, kid=kid, text=text)])


@command.command()
@click.argument("user")
@click.argument("message_id")
@click.option("--no", is_flag=True, help="Refuse it instead.")
@click.pass_obj
def approve(place: Place, user: str, message_id: str, no: bool) -> None:
    """Approve (or refuse) a payment file in the bank, as its customer does."""
    with _open(place) as bank:
        count = (bank.refuse if no else bank.approve)(user, message_id)
        bank.advance_to(bank.now)
        click.echo(f"{count} payments {'refused' if no else 'approved'}.")


@command.command()
@click.argument("kind")
@click.argument("user")
@click.option("--message", default="", help="Such a file: camt053, pain002, …; for cut up or down.")
@click.option("--code", default="", help="Why a payment is rejected, as AC04.")
@click.option("--bytes", "byte_count", type=click.IntRange(min=1), help="Where it is cut.")
@click.pass_obj
def misbehave(
    place: Place, kind: str, user: str, message: str, code: str, byte_count: int | None
) -> None:
    """Have the bank do something wrong once: late, twice, truncated, … It is written down."""
    from avstem.testbank.misbehaviour import Kind

    known = [each.value for each in Kind]
    if kind not in known:
        raise click.BadParameter(f"one of {', '.join(known)}", param_hint="KIND")
    if kind == Kind.REJECTION and not code:
        raise click.BadParameter("say why, as --code AC04", param_hint="--code")
    detail: dict[str, Any] = {"code": code, "bytes": byte_count}
    with _open(place) as bank:
        bank.misbehave(
            Kind(kind), user, message or ("pain001" if kind == Kind.REJECTION else ""),
            **{name: value for name, value in detail.items() if value},
        )  # fmt: skip


@command.command("send-again")
@click.argument("user")
@click.argument("file")
@click.pass_obj
def send_again(place: Place, user: str, file: str) -> None:
    """Ask the bank for a file again: it comes as it should have been, under a new name."""
    with _open(place) as bank:
        name = bank.send_again(user, file)
        bank.advance_to(bank.now)
        click.echo(name)


@command.command("answer-again")
@click.argument("user")
@click.argument("message_id")
@click.pass_obj
def answer_again(place: Place, user: str, message_id: str) -> None:
    """Ask the bank what became of a payment file: its answers come once more, under new names."""
    with _open(place) as bank:
        count = bank.answer_again(user, message_id)
        bank.advance_to(bank.now)
        click.echo(f"{count} answers sent again.")


@command.command()
@click.pass_obj
def truth(place: Place) -> None:
    """What really happened, as JSON lines: transactions, balances, payments, misdeeds."""
    from avstem.testbank.account_truth import render_truth

    with _open(place) as bank:
        for line in render_truth(bank):
            click.echo(line)


@command.command()
@json_option
@click.pass_obj
def status(place: Place, as_json: bool) -> None:
    """The bank's time, and its customers with accounts, balances and agreements."""
    with _open(place) as bank:
        found: dict[str, dict[str, dict[str, Any]]] = {
            each.user: {
                iban: {"balance": str(bank.balance(iban)), "agreements": bank.agreements(iban)}
                for iban in bank.accounts(each.user)
            }
            for each in bank.customers()
        }
        if as_json:
            print_json({"now": bank.now.isoformat(), "customers": found})
            return
        click.echo(f"It is {bank.now:%Y-%m-%d %H:%M} at the bank.")
        for user, accounts in found.items():
            for iban, facts in accounts.items():
                states = ", ".join(f"{name} {state}" for name, state in facts["agreements"].items())
                click.echo(f"{user}  {iban}  {facts['balance']}  {states}")
