"""`avstem credits`: what parties have to their credit, drawn for invoices or to be paid back."""

from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import actor, company_option, get_company, now, parse_amount, start
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.store.models import OpenItem
    from avstem.store.queries.credits import CreditRow


@click.group()
def command() -> None:
    """Prepayments and what was paid too much: drawn for invoices, or to be paid back."""


@command.command("list")
@company_option
@json_option
def list_(orgnr: str, as_json: bool) -> None:
    """The credits with something left, with what is proposed; the ID is what `draw` takes."""
    start()
    from avstem.store.queries.credits import credits_list
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        shown = [_shown(each) for each in credits_list(company.pk)]
    if as_json:
        print_json({"credits": shown})
        return
    for each in shown:
        _say(each)
    if not shown:
        click.echo("No party has anything to its credit.")


def _shown(row: "CreditRow") -> dict[str, Any]:
    from avstem.domain.money import format_minor

    posting = row.posting
    currency = posting.currency
    return {
        "id": row.id,
        "party": posting.party.name if posting.party else "",
        "side": "customer" if row.is_customer else "supplier",
        "left": format_minor(row.left_minor, currency),
        "currency": currency,
        "cause": row.cause.value,
        "date": posting.voucher.date.isoformat(),
        "voucher": str(posting.voucher),
        "transaction": posting.voucher.transaction_id,
        "draws": [
            {
                "item": each.item_id,
                "number": each.number,
                "amount": format_minor(each.amount_minor, currency),
                "certain": each.is_certain,
                "reasons": [reason.code for reason in each.reasons],
            }
            for each in row.draws
        ],
        "refund": {"account": row.refund.account} if row.refund else None,
    }


def _say(row: dict[str, Any]) -> None:
    click.echo(
        f"{row['id']:>6}  {row['date']}  {row['left']:>14} {row['currency']}  {row['party']}"
        f"  ({row['cause']}, voucher {row['voucher']})"
    )
    for each in row["draws"]:
        how = "is drawn" if each["certain"] else "may be drawn"
        click.echo(f"        {each['amount']} {how} for {each['number']} (item {each['item']})")
    if row["refund"]:
        account = row["refund"]["account"] or "an account that you find"
        click.echo(f"        may be paid back to {account}")


@command.command()
@company_option
@click.argument("credit_id", metavar="ID", type=int)
@click.option("--item", "item_id", type=int, required=True, help="The open invoice's id.")
@json_option
def draw(orgnr: str, credit_id: int, item_id: int, as_json: bool) -> None:
    """Settle an open invoice of the same party with the credit."""
    start()
    from avstem.services.draw_credit import draw_credit

    voucher = draw_credit(
        company_id=get_company(orgnr).pk, credit_id=credit_id, item_id=item_id, actor=actor(),
        now=now(),
    )  # fmt: skip
    _posted(str(voucher), voucher.pk, as_json=as_json)


@command.command()
@company_option
@click.argument("voucher_id", metavar="VOUCHER", type=int)
@json_option
def undo(orgnr: str, voucher_id: int, as_json: bool) -> None:
    """Take back the use of a credit, by the id of its voucher."""
    start()
    from avstem.services.undo_draw import undo_draw

    voucher = undo_draw(
        company_id=get_company(orgnr).pk, voucher_id=voucher_id, actor=actor(), now=now()
    )
    _posted(str(voucher), voucher.pk, as_json=as_json)


def _posted(number: str, voucher_id: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"voucher": number, "id": voucher_id})
    else:
        click.echo(f"Posted: {number}.")


@command.command("set-off")
@company_option
@click.option("--note", "note", required=True, help="The number of a credit note.")
@click.option("--invoice", "invoice", required=True, help="Of the same party.")
@click.option("--party", default="", help="Its name, where a number is several parties'.")
@click.option("--amount", help="A part, as 125.00; else as much as both have.")
@json_option
def set_off_(
    orgnr: str, note: str, invoice: str, party: str, amount: str | None, as_json: bool
) -> None:
    """Settle an invoice with a credit note of the same party: no money moves."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.services.set_off import set_off

    def found(number: str, *, is_note: bool) -> "OpenItem":
        return _document(company_id, number, party, is_note=is_note)

    one, other = found(note, is_note=True), found(invoice, is_note=False)
    voucher = set_off(
        company_id=company_id, note_id=one.pk, invoice_id=other.pk,
        amount_minor=parse_amount(amount, one.currency) if amount else None, actor=actor(),
        now=now(),
    )  # fmt: skip
    print_json({"voucher": str(voucher)}) if as_json else click.echo(f"Voucher {voucher}")


def _document(company_id: int, number: str, party: str, *, is_note: bool) -> "OpenItem":
    """The one open document of that number; a name tells them apart."""
    from avstem.domain.errors import NotFoundError
    from avstem.store.models import OpenItem
    from avstem.store.tenancy import company_scope

    with company_scope(company_id):
        rows = OpenItem.objects.filter(
            company_id=company_id, number=number, remaining_minor__gt=0,
            kind__endswith="credit_note" if is_note else "invoice",
        )  # fmt: skip
        if party:
            rows = rows.filter(party__name=party)
        found = list(rows[:2])
    if len(found) != 1:
        raise NotFoundError("credit note" if is_note else "invoice", number)
    return found[0]
