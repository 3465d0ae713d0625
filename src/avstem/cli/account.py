"""`avstem account add`."""

from datetime import date

import click

from avstem.cli.common import Day, actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """The company's bank accounts."""


@command.command()
@company_option
@click.option("--iban", required=True, help="IBAN, or a Norwegian 11-digit number.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["operating", "currency", "savings", "tax", "card", "cash"]),
)
@click.option("--ledger-account", required=True, help="The ledger account that mirrors it: 1920.")
@click.option("--currency", help="The account's currency; the company's where not given.")
@click.option("--from", "from_date", type=Day(), help="The day the books begin.")
@click.option("--opening-balance", help="The ledger's balance on that day: 12500.00.")
@click.option("--name", default="", help="What the account is called on the screen.")
@json_option
def add(
    orgnr: str,
    iban: str,
    kind: str,
    ledger_account: str,
    currency: str | None,
    from_date: date | None,
    opening_balance: str | None,
    name: str,
    as_json: bool,
) -> None:
    """Register a bank account of the company."""
    start()
    from avstem.services.add_account import NewAccount, add_account

    wanted = NewAccount(iban, kind, ledger_account, currency, from_date, opening_balance, name)
    account = add_account(
        company_id=get_company(orgnr).pk, account=wanted, actor=actor(), now=now()
    )
    if as_json:
        print_json(
            {
                "iban": account.iban,
                "kind": account.kind,
                "currency": account.currency,
                "ledger_account": account.ledger_account,
            }
        )
    else:
        click.echo(
            f"{account.iban} ({account.currency}) mirrors ledger account {account.ledger_account}."
        )
