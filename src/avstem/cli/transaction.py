"""`avstem transaction add`."""

from datetime import date

import click

from avstem.cli.common import (
    Day,
    actor,
    company_option,
    get_account,
    get_company,
    now,
    parse_amount,
    start,
)
from avstem.cli.output import json_option, print_json


@click.group()
def command() -> None:
    """Bank transactions."""


@command.command(context_settings={"ignore_unknown_options": True})
@company_option
@click.option("--account", required=True, help="IBAN or 11-digit number.")
@click.option("--date", "booking_date", type=Day(), required=True, help="The bank's day.")
@click.option("--amount", required=True, help="-1250.00 is money out of the account.")
@click.option("--text", required=True, help="What the money is about; a KID or invoice number.")
@json_option
def add(
    orgnr: str, account: str, booking_date: date, amount: str, text: str, as_json: bool
) -> None:
    """Type a bank transaction by hand; the bank's own line about it joins it later."""
    start()
    from avstem.domain.money import format_minor
    from avstem.services.add_transaction import add_transaction

    company = get_company(orgnr)
    ours = get_account(company.pk, account)
    added = add_transaction(
        company_id=company.pk,
        account_id=ours.pk,
        booking_date=booking_date,
        amount_minor=parse_amount(amount, ours.currency),
        text=text,
        actor=actor(),
        now=now(),
    )
    said = format_minor(added.amount_minor, added.currency)
    if as_json:
        print_json(
            {
                "id": added.pk,
                "account": ours.iban,
                "date": str(booking_date),
                "amount": said,
            }
        )
    else:
        click.echo(f"{booking_date} {said} {added.currency} is in Kasse og bank, open.")
