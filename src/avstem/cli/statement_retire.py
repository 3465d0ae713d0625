"""`avstem statement retire` and `avstem statement restore`."""

from typing import TYPE_CHECKING

import click

from avstem.cli.common import actor, company_option, get_account, get_company, now, start
from avstem.cli.output import json_option, print_json
from avstem.domain.errors import NotFoundError

if TYPE_CHECKING:
    from avstem.store.models import Company, Statement

account_option = click.option("--account", required=True, help="IBAN or 11-digit number.")
statement_option = click.option(
    "--statement", required=True, help="The statement's id, as the bank gave it."
)


@click.command()
@company_option
@account_option
@statement_option
@click.option("--reason", required=True, help="Why it counts no longer.")
@json_option
def retire(orgnr: str, account: str, statement: str, reason: str, as_json: bool) -> None:
    """Let a statement that repeats another count no longer; nothing is deleted.

    Of several with the same id, the one that came last.
    """
    start()
    from avstem.services.retire_statement import retire_statement

    company = get_company(orgnr)
    found = _find(company, account, statement, retired=False)
    retire_statement(
        company_id=company.pk, statement_id=found.pk, reason=reason, actor=actor(), now=now()
    )
    _say(statement, "retired", as_json=as_json)


@click.command()
@company_option
@account_option
@statement_option
@json_option
def restore(orgnr: str, account: str, statement: str, as_json: bool) -> None:
    """Let a retired statement count again; its money waits to be matched."""
    start()
    from avstem.services.retire_statement import restore_statement

    company = get_company(orgnr)
    found = _find(company, account, statement, retired=True)
    restore_statement(company_id=company.pk, statement_id=found.pk, actor=actor(), now=now())
    _say(statement, "restored", as_json=as_json)


def _find(company: "Company", account: str, statement: str, *, retired: bool) -> "Statement":
    """The newest of that id that counts, or that is retired."""
    from avstem.store.models import Statement
    from avstem.store.tenancy import company_scope

    ours = get_account(company.pk, account)
    with company_scope(company.pk):
        rows = Statement.objects.filter(
            company_id=company.pk, account=ours, kind="statement", statement_id=statement,
            retired_at__isnull=not retired,
        )  # fmt: skip
        found = rows.order_by("-pk").first()
    if found is None:
        raise NotFoundError("statement", statement)
    return found


def _say(statement: str, state: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"statement": statement, "state": state})
    else:
        click.echo(f"Statement {statement} is {state}; run `avstem reconcile`.")
