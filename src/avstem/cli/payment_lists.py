"""`avstem payments import|again`: wages and tax from a list, and one of them paid anew."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.files import exit_code
from avstem.cli.output import json_option, print_json
from avstem.wording import sentence

if TYPE_CHECKING:
    from avstem.services.import_payment_list import ListTaken


@click.command("import")
@company_option
@click.option("--kind", type=click.Choice(["salary", "tax"]), required=True, help="What is paid.")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def import_list(orgnr: str, kind: str, file: Path, as_json: bool) -> int:
    """Take in a CSV of wages or tax; each row waits for a person's approval."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.domain.errors import FileNotOpenedError
    from avstem.domain.open_item import ItemKind
    from avstem.services.import_payment_list import import_payment_list

    try:
        taken = import_payment_list(
            company_id=company_id, path=file, name=file.name, kind=ItemKind(kind), actor=actor(),
            now=now(),
        )  # fmt: skip
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(file)) from refused
    _print(taken, as_json)
    return exit_code(taken=len(taken.orders) + taken.already_there, refused=len(taken.refused))


def _print(taken: "ListTaken", as_json: bool) -> None:
    from avstem.domain.money import format_minor

    total = format_minor(taken.total_minor, "NOK")
    refused = [
        {"line": each.line, "code": each.refusal.code, "message": sentence(each.refusal)}
        for each in taken.refused
    ]
    if as_json:
        print_json({
            "file": taken.file, "kind": taken.kind.value, "total": total,
            "orders": [order.pk for order in taken.orders],
            "already_there": taken.already_there, "refused": refused, "unread": taken.unread,
        })  # fmt: skip
        return
    click.echo(
        f"{len(taken.orders)} payments of {total} NOK wait for approval,"
        f" {taken.already_there} were there already, {len(refused)} refused."
    )
    if taken.unread:
        click.echo(f"Columns that were not read: {', '.join(taken.unread)}")
    for row in refused:
        click.echo(f"line {row['line']}: {row['message']}", err=True)


@click.command()
@company_option
@click.argument("order_id", metavar="ID", type=int)
@json_option
def again(orgnr: str, order_id: int, as_json: bool) -> None:
    """Pay wages or tax anew after the payment was cancelled, rejected or returned."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.services.pay_again import pay_again

    order = pay_again(company_id=company_id, order_id=order_id, actor=actor(), now=now())
    if as_json:
        print_json({
            "id": order.pk, "end_to_end_id": order.end_to_end_id, "hash": order.order_hash,
            "holds": order.holds.split(),
        })  # fmt: skip
    else:
        click.echo(f"{order.pk} {order.end_to_end_id}: waits for approval")
