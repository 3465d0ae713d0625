"""`avstem report reconciliation`: the ledger against the bank on a day, on screen or as PDF."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import Day, company_option, get_account, get_company, now, start
from avstem.cli.output import json_option, print_json
from avstem.domain.money import format_minor

if TYPE_CHECKING:
    from avstem.domain.reconciliation import Difference, Reconciliation
    from avstem.store.models import BankAccount, Company


@click.group()
def command() -> None:
    """Reports for the binder and the auditor."""


@command.command()
@company_option
@click.option("--account", "number", required=True, metavar="IBAN", help="Which account.")
@click.option("--date", "day", type=Day(), help="At the end of which day; else today.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Write it as PDF too.")
@click.option(
    "--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True,
    help="The language of the PDF.",
)  # fmt: skip
@json_option
def reconciliation(
    orgnr: str, number: str, day: date | None, pdf: Path | None, language: str, as_json: bool
) -> None:
    """The account's balance in the bank and in the ledger, with every difference named."""
    start()
    from django.utils import timezone

    from avstem.store.queries.reconciliation import reconciliation as reconciled
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    account = get_account(company.pk, number)
    with company_scope(company.pk):
        found = reconciled(account, day or timezone.localdate(now()))
    if pdf is not None:
        _write(found, account, company, pdf, language)
    if as_json:
        print_json(_as_json(found, account))
    else:
        _show(found, account)


def _write(
    found: "Reconciliation", account: "BankAccount", company: "Company", path: Path, language: str
) -> None:
    from django.utils import translation

    from avstem.domain.errors import FileNotOpenedError
    from avstem.formats.paper import render_pdf
    from avstem.wording.reconciliation import reconciliation_paper

    with translation.override(language):
        paper = reconciliation_paper(found, account, company, language)
    try:
        path.write_bytes(render_pdf(paper))
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(path)) from refused
    click.echo(f"Written: {path}", err=True)


def _show(found: "Reconciliation", account: "BankAccount") -> None:
    from avstem.wording.reconciliation import difference_text, remedy_text

    def amount(minor: int) -> str:
        return f"{format_minor(minor, account.currency):>16} {account.currency}"

    click.echo(f"{account.iban}, ledger account {account.ledger_account}, {found.day}")
    click.echo(f"  Bank         {amount(found.bank_minor)}")
    click.echo(f"  Ledger       {amount(found.ledger_minor)}")
    click.echo(f"  Difference   {amount(found.difference_minor)}")
    for each in found.differences:
        click.echo(f"\n{difference_text(each.kind.value)}: {amount(each.minor).strip()}")
        for line in each.lines:
            click.echo(f"  {line.day} {amount(line.minor)}  {line.voucher} {line.text}".rstrip())
        if each.count > len(each.lines):
            click.echo(f"  and {each.count - len(each.lines)} more")
        click.echo(f"  {remedy_text(each.kind.value)}")
    if found.unexplained_minor:
        click.echo(f"\nUnexplained: {amount(found.unexplained_minor).strip()}")
    if found.began_on:
        click.echo(f"\nThe balances have differed since {found.began_on}.")


def _as_json(found: "Reconciliation", account: "BankAccount") -> dict[str, Any]:
    def amount(minor: int | None) -> str | None:
        return None if minor is None else format_minor(minor, account.currency)

    return {
        "account": account.iban,
        "ledger_account": account.ledger_account,
        "currency": account.currency,
        "date": found.day.isoformat(),
        "bank_balance": amount(found.bank_minor),
        "statement_date": found.statement_day.isoformat() if found.statement_day else None,
        "statement_balance": amount(found.statement_minor),
        "ledger_balance": amount(found.ledger_minor),
        "difference": amount(found.difference_minor),
        "unexplained": amount(found.unexplained_minor),
        "differs_since": found.began_on.isoformat() if found.began_on else None,
        "differences": [_difference(each, account.currency) for each in found.differences],
        "days": [
            {
                "date": each.day.isoformat(),
                "bank": amount(each.bank_minor),
                "ledger": amount(each.ledger_minor),
                "statement": amount(each.said_minor),
                "difference": amount(each.difference_minor),
            }
            for each in found.days
        ],
    }


def _difference(each: "Difference", currency: str) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "amount": format_minor(each.minor, currency),
        "count": each.count,
        "lines": [
            {
                "date": line.day.isoformat(),
                "text": line.text,
                "amount": format_minor(line.minor, currency),
                "transaction": line.transaction_id,
                "voucher": line.voucher or None,
            }
            for line in each.lines
        ],
    }
