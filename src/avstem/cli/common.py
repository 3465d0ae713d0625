"""What commands share: start-up, the company and the account by their numbers, the actor."""

import getpass
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from avstem.domain.errors import InvalidValueError

if TYPE_CHECKING:
    from avstem.store.models import BankAccount, Company

company_option = click.option(
    "--company",
    "orgnr",
    required=True,
    metavar="ORGNR",
    help="The company's organisation number.",
)


def start(*, migrate: bool = True) -> None:
    """Set Django up and make an empty SQLite file ready. The command line speaks English."""
    from django.utils.translation import activate

    from avstem.config.startup import start as start_up

    start_up(migrate=migrate)
    activate("en")


def now() -> datetime:
    """This instant, in UTC."""
    from django.utils import timezone

    return timezone.now()


def actor() -> str:
    """Who runs the command, as the audit chain names them."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def get_company(orgnr: str) -> "Company":
    """The company with that organisation number, or a refusal that names it."""
    from avstem.domain.errors import NotFoundError
    from avstem.store.models import Company

    found = Company.objects.filter(orgnr=orgnr.replace(" ", "")).first()
    if found is None:
        raise NotFoundError("company", orgnr)
    return found


def get_account(company_id: int, number: str) -> "BankAccount":
    """The company's account by IBAN or 11 digits."""
    from avstem.domain.errors import NotFoundError
    from avstem.domain.identifiers import account_key
    from avstem.store.models import BankAccount
    from avstem.store.tenancy import company_scope

    with company_scope(company_id):
        found = BankAccount.objects.filter(company_id=company_id, iban=account_key(number)).first()
    if found is None:
        raise NotFoundError("account", number)
    return found


class Day(click.ParamType[date]):
    """A date as 2026-01-31."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The date, or wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(
                f"“{value}” is not a date that exists; write it as 2026-01-31.",
                param,
                ctx,
            )


def parse_amount(text: str, currency: str) -> int:
    """Minor units of an amount with a dot; a comma is answered with the right form."""
    from avstem.domain.money import parse_minor

    if "," in text:
        raise InvalidValueError("amount", text[:60], "a dot before the decimals, as 1250.00")
    return parse_minor(text, currency)


def progress_reporter(label: str) -> Callable[[int, int], None] | None:
    """A function that draws a bar on standard error, or None where that is no terminal."""
    import sys

    if not sys.stderr.isatty():
        return None

    def report(done: int, total: int) -> None:
        share = done * 100 // max(total, 1)
        click.echo(
            f"\r{label}: {'#' * (share // 4):<25} {share:3d} %",
            nl=done >= total,
            err=True,
        )

    return report
