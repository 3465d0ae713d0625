"""`avstem factor`: who has bought the company's claims and pays for many customers."""

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """Factors: what they pay settles invoices by structured reference alone."""


@command.command("list")
@company_option
@json_option
def list_(orgnr: str, as_json: bool) -> None:
    """The factors, with the accounts they are known to pay from."""
    start()
    from avstem.store.models import PartyAccount
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        rows = PartyAccount.objects.filter(company_id=company.pk, party__is_factor=True)
        shown = [
            {"party": party, "account": account}
            for party, account in rows.order_by("party__name", "account_key").values_list(
                "party__name", "account_key"
            )
        ]
    if as_json:
        print_json({"factors": shown})
        return
    for each in shown:
        click.echo(f"{each['party']:<40} {each['account']}")
    if not shown:
        click.echo("Nobody is known as a factor.")


@command.command("set")
@company_option
@click.option("--name", required=True, help="As it stands on its invoices.")
@click.option("--orgnr", "party_orgnr", help="Its organisation number.")
@click.option("--account", "accounts", multiple=True, help="An account it pays from; repeatable.")
@click.option("--off", is_flag=True, help="It pays for others no longer.")
def set_(
    orgnr: str, name: str, party_orgnr: str | None, accounts: tuple[str, ...], off: bool
) -> None:
    """Say who is a factor, and where its money comes from."""
    start()
    from avstem.services.set_factor import set_factor

    party = set_factor(
        company_id=get_company(orgnr).pk, name=name, orgnr=party_orgnr, accounts=accounts,
        on=not off, actor=actor(), now=now(),
    )  # fmt: skip
    click.echo(f"{party.name} is {'no factor' if off else 'a factor'}.")
