"""`avstem settings`."""

from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import (
    actor,
    company_option,
    get_account,
    get_company,
    now,
    parse_amount,
    start,
)
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.store.models import Company


@click.group()
def command() -> None:
    """How a company's payments are matched and booked."""


@command.command()
@company_option
@json_option
def show(orgnr: str, as_json: bool) -> None:
    """What is chosen, account by account."""
    start()
    _answer(get_company(orgnr), as_json=as_json)


@command.command(name="set")
@company_option
@click.option(
    "--limit",
    "limit_bp",
    type=int,
    metavar="BP",
    help="How sure a kind of answer must be to be booked by itself: 9950 is 99.5 %.",
)
@click.option("--write-off", metavar="AMOUNT", help="The most that is let go under a reference.")
@click.option(
    "--write-off-share",
    "share_bp",
    type=int,
    metavar="BP",
    help="And at most this share of what was left: 100 is 1 %.",
)
@click.option(
    "--interchangeable/--not-interchangeable",
    default=None,
    help="Equal invoices of a party are settled in turn by equal payments.",
)
@click.option(
    "--undo-closed",
    type=click.Choice(["next_open_day", "refused"]),
    help="Undoing a booking in a closed period.",
)
@json_option  # fmt: skip
def change(
    orgnr: str,
    limit_bp: int | None,
    write_off: str | None,
    share_bp: int | None,
    interchangeable: bool | None,
    undo_closed: str | None,
    as_json: bool,
) -> None:
    """Change what is given; the rest stays."""
    start()
    from avstem.services.change_matching import MatchingChoice, change_matching

    company = get_company(orgnr)
    choice = MatchingChoice(
        automation_limit_bp=limit_bp,
        write_off_max_minor=parse_amount(write_off, company.currency) if write_off else None,
        write_off_max_bp=share_bp,
        interchangeable=interchangeable,
        undo_in_closed_period=undo_closed,
    )
    change_matching(company_id=company.pk, choice=choice, actor=actor(), now=now())
    _answer(company, as_json=as_json)


@command.command()
@company_option
@click.option("--account", "number", required=True, help="The account, by IBAN or 11 digits.")
@click.argument("level", type=click.Choice(["off", "propose", "on"]))
@json_option
def automation(orgnr: str, number: str, level: str, as_json: bool) -> None:
    """How far the program goes by itself on an account.

    on: what is certain is booked. propose: it is put first among the suggestions. off: neither.
    """
    start()
    from avstem.services.choose_automation import choose_automation

    company = get_company(orgnr)
    account = get_account(company.pk, number)
    choose_automation(
        company_id=company.pk, account_id=account.pk, level=level, actor=actor(), now=now()
    )
    _answer(company, as_json=as_json)


def _answer(company: "Company", *, as_json: bool) -> None:
    told = _told(company)
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        if name != "accounts":
            click.echo(f"{name:<24}{value}")
    for each in told["accounts"]:
        click.echo(f"automation {each['account']:<24} {each['automation']}")


def _told(company: "Company") -> dict[str, Any]:
    from avstem.domain.money import format_minor
    from avstem.store.automation import levels_of
    from avstem.store.matching_settings import settings_of
    from avstem.store.models import BankAccount
    from avstem.store.models.automation import Automation
    from avstem.store.tenancy import company_scope

    with company_scope(company.pk):
        chosen, levels = settings_of(company.pk), levels_of(company.pk)
        accounts = list(BankAccount.objects.filter(company_id=company.pk).order_by("pk"))
    return {
        "automation_limit_bp": chosen.automation_limit_bp,
        "write_off_max": format_minor(chosen.write_off_max_minor, company.currency),
        "write_off_max_bp": chosen.write_off_max_bp,
        "interchangeable": chosen.interchangeable,
        "undo_in_closed_period": chosen.undo_in_closed_period,
        "accounts": [
            {"account": each.iban, "automation": levels.get(each.pk, Automation.ON).value}
            for each in accounts
        ],
    }
