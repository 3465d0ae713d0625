"""`avstem payments refund`: pay a customer back."""

import click

from avstem.cli.common import actor, company_option, get_company, now, parse_amount, start
from avstem.cli.output import json_option, print_json


@click.command()
@company_option
@click.option("--credit", "credit_id", type=int, help="As `credits list` shows it.")
@click.option("--note", "number", help="The number of an open credit note of a customer.")
@click.option("--amount", help="A part of the credit note, as 125.00.")
@click.option("--account", default="", help="Where it is not known whence the money came.")
@json_option
def refund(
    orgnr: str, credit_id: int | None, number: str | None, amount: str | None, account: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Make the order that pays a customer back; it waits for a person's approval."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.services.refund_customer import refund_credit, refund_note

    if (credit_id is None) == (number is None):
        raise click.UsageError("Name a --credit or a --note.")
    if credit_id is not None and amount:
        raise click.UsageError("A credit is paid back whole; --amount is a part of a --note.")
    if credit_id is not None:
        order = refund_credit(
            company_id=company_id, credit_id=credit_id, account=account, actor=actor(), now=now()
        )
    else:
        item_id, currency = _note(company_id, number or "")
        order = refund_note(
            company_id=company_id, item_id=item_id, account=account,
            amount_minor=parse_amount(amount, currency) if amount else None, actor=actor(),
            now=now(),
        )  # fmt: skip
    said = {
        "id": order.pk, "end_to_end_id": order.end_to_end_id, "account": order.creditor_account,
        "holds": order.holds.split(), "hash": order.order_hash,
    }  # fmt: skip
    if as_json:
        print_json(said)
    else:
        click.echo(f"{order.pk} {order.end_to_end_id}: waits for approval")


def _note(company_id: int, number: str) -> tuple[int, str]:
    from avstem.domain.errors import NotFoundError
    from avstem.store.models import OpenItem
    from avstem.store.tenancy import company_scope

    with company_scope(company_id):
        rows = OpenItem.objects.filter(
            company_id=company_id, kind="customer_credit_note", number=number
        )
        found = rows.values_list("pk", "currency").first()
    if found is None:
        raise NotFoundError("credit note", number)
    return found
