"""Payments that are late, as the command line tells of them."""

from typing import Any

import click

from avstem.cli.common import actor, company_option, get_company, now, start


def late_of_company(company_id: int) -> list[dict[str, Any]]:
    """Each order whose answer or debit is late: what is late, since when, and what to do."""
    from django.utils import timezone

    from avstem.store.queries.late_payments import late_payments
    from avstem.store.tenancy import company_scope
    from avstem.wording.payment_late import late_step, late_text

    with company_scope(company_id):
        found = late_payments(company_id, timezone.localdate(now()))
    rows = []
    for each in found:
        order, kind = each.order, each.late.kind.value
        file = order.file.message_id if order.file else ""
        broken = [row.remote_name for row in each.broken]
        rows.append({
            "id": order.pk, "end_to_end_id": order.end_to_end_id, "state": order.state,
            "late": kind, "due": str(each.late.due), "broken_files": broken,
            "what": late_text(kind, each.late.due, file),
            "next": late_step(kind, file, order.end_to_end_id, broken),
        })  # fmt: skip
    return rows


@click.command()
@company_option
@click.argument("id", type=int)
@click.option("--reason", required=True, help="What the bank said, and who said it.")
def refused(orgnr: str, id: int, reason: str) -> None:
    """The bank has refused an order and no file says so; the account must show it too."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.services.note_refused import note_refused

    order = note_refused(
        company_id=company_id, order_id=id, reason=reason, actor=actor(), now=now()
    )
    click.echo(f"{order.pk} {order.end_to_end_id}: {order.state}")


def say_late(company: str, rows: list[dict[str, Any]]) -> None:
    """On standard error, a line each."""
    for each in rows:
        line = f"{company} {each['end_to_end_id']} ({each['state'].replace('_', ' ')})"
        click.echo(f"{line}: {each['what']} {each['next']}", err=True)
