"""`avstem undo`."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import Day, actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.domain.voucher import PostingLine
    from avstem.store.undoing import Reversal


@click.command()
@company_option
@click.option("--transaction", "transaction_id", type=int, required=True, help="Its id.")
@click.option("--date", "on_date", type=Day(), help="The day of the reversing vouchers.")
@click.option("--dry-run", is_flag=True, help="Show the vouchers; write nothing.")
@json_option
def command(
    orgnr: str, transaction_id: int, on_date: date | None, dry_run: bool, as_json: bool
) -> None:
    """Undo a booking, and what hangs together with it, by reversing vouchers."""
    start()
    from avstem.services.undo_booking import foresee_undo, undo_chain

    company = get_company(orgnr)
    planned = foresee_undo(company_id=company.pk, transaction_id=transaction_id, on_date=on_date)
    shown = [_shown(each) for each in planned]
    if not as_json:
        _say(planned)
    if not dry_run:
        made = undo_chain(
            company_id=company.pk,
            transaction_id=transaction_id,
            on_date=on_date,
            actor=actor(),
            now=now(),
        )
        for told, voucher in zip(shown, made, strict=True):
            told["number"] = str(voucher)
            if not as_json:
                click.echo(f"Posted: {voucher} reverses {voucher.reverses}.")
    if as_json:
        print_json({"undone": not dry_run, "vouchers": shown})


def _shown(planned: "Reversal") -> dict[str, Any]:
    return {
        "number": None,
        "reverses": str(planned.voucher),
        "transaction": planned.transaction.pk,
        "date": planned.reversing.date.isoformat(),
        "text": planned.reversing.text,
        "postings": [_posting(each) for each in planned.reversing.postings],
    }


def _posting(line: "PostingLine") -> dict[str, str]:
    from avstem.domain.money import format_minor

    return {
        "account": line.account,
        "amount": format_minor(line.amount.minor, line.amount.currency),
        "currency": line.amount.currency,
    }


def _say(planned: Sequence["Reversal"]) -> None:
    for each in planned:
        click.echo(f"{each.reversing.date} {each.reversing.text}")
        for line in map(_posting, each.reversing.postings):
            click.echo(f"  {line['account']:<6}{line['amount']:>16} {line['currency']}")
