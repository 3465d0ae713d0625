"""`avstem statement import` and `avstem statement explain`."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import (
    actor,
    company_option,
    get_account,
    get_company,
    now,
    progress_reporter,
    start,
)
from avstem.cli.files import each_file, exit_code
from avstem.cli.output import json_option, print_json, print_notices
from avstem.domain.errors import NotFoundError

if TYPE_CHECKING:
    from avstem.services.import_statement import StatementImport
    from avstem.store.foresight import ReconcileResult


@click.command("import")
@company_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--account",
    metavar="IBAN",
    help="Whose money it is, for files that name no account (IBAN or 11 digits).",
)
@click.option("--no-reconcile", is_flag=True, help="Store only; match later with `reconcile`.")
@json_option
def import_(
    orgnr: str, files: tuple[Path, ...], account: str | None, no_reconcile: bool, as_json: bool
) -> int:
    """Store bank files, skip what is already there, then match and book what is certain.

    The kind of file and the account are recognised from the content. Several files may come in
    any order; they are taken in the order of their dates. A table of an internet bank may name no
    account: give it with --account. A file that names another one is refused.
    """
    start()
    from avstem.services.import_statement import find_first_day, import_statement
    from avstem.services.reconcile import reconcile

    company = get_company(orgnr)
    iban = None if account is None else get_account(company.pk, account).iban

    def first_day(path: Path) -> tuple[date, str]:
        """Files that cannot be read come last and are refused then."""
        day = find_first_day(company_id=company.pk, path=path, name=path.name)
        return (day or date.max, path.name)

    def take(path: Path) -> "StatementImport":
        return import_statement(
            company_id=company.pk,
            path=path,
            name=path.name,
            source="cli",
            actor=actor(),
            now=now(),
            account=iban,
        )

    answers, refused = each_file(sorted(files, key=first_day), take)
    for answer in answers:
        _warn(answer)
        if not as_json:
            _say(answer)
    reconciled = None
    if answers and not no_reconcile:
        reconciled = reconcile(
            company_id=company.pk,
            actor=actor(),
            now=now(),
            progress=progress_reporter("Matching"),
        )
        if not as_json:
            say_reconciled(reconciled)
    if as_json:
        print_json(_document(answers, refused, reconciled))
    return exit_code(taken=len(answers), refused=len(refused))


@click.command()
@company_option
@click.option("--account", required=True, help="IBAN or 11-digit number.")
@click.option("--statement", required=True, help="The statement's id, as the bank gave it.")
@click.option("--reason", required=True, help="Why it may stand as it is.")
@json_option
def explain(orgnr: str, account: str, statement: str, reason: str, as_json: bool) -> None:
    """Explain a statement that does not add up or follow on, so that booking goes on."""
    start()
    from avstem.services.explain_statement import explain_statement
    from avstem.store.models import Statement
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    ours = get_account(company.pk, account)
    with company_scope(company.pk):
        found = (
            Statement.objects.filter(company_id=company.pk, account=ours, statement_id=statement)
            .order_by("-pk")
            .first()
        )
    if found is None:
        raise NotFoundError("statement", statement)
    explain_statement(
        company_id=company.pk,
        statement_id=found.pk,
        reason=reason,
        actor=actor(),
        now=now(),
    )
    if as_json:
        print_json({"statement": statement, "explained": reason})
    else:
        click.echo(f"Statement {statement} is explained; run `avstem reconcile`.")


def say_reconciled(result: "ReconcileResult") -> None:
    """The outcome of a run, in one line."""
    click.echo(
        f"Matched {result.transactions} open transactions: {result.booked} booked, "
        f"{result.suggested} suggested, {result.open} left to you."
    )
    if result.credits_drawn:
        click.echo(f"{result.credits_drawn} invoices were settled with their party's credit.")
    if result.halted_accounts:
        click.echo(
            f"Nothing was booked on {result.halted_accounts} account(s) whose statements do not "
            "add up or follow on. See `avstem statement explain`.",
            err=True,
        )


def _warn(answer: "StatementImport") -> None:
    for statement in answer.unproved:
        click.echo(
            f"{answer.file}: statement {statement}: opening balance + entries is not the closing "
            "balance. It is stored, but nothing is booked on the account until it is explained.",
            err=True,
        )
    for account in answer.passed_over:
        click.echo(
            f"{answer.file}: an empty statement of account {account}, which is not one of the "
            "company's, was passed over.",
            err=True,
        )
    if answer.alarms:
        click.echo(
            f"{answer.file}: {answer.alarms} entries came with another amount under a known "
            "reference. What is stored stands; ask the bank.",
            err=True,
        )
    print_notices(answer.file, answer.notices)


def _say(answer: "StatementImport") -> None:
    again = " (the very same file as before)" if answer.same_file else ""
    click.echo(
        f"{answer.file}: {answer.added} transactions added, {answer.already_there} already "
        f"there{again}."
    )


def _document(
    answers: "list[StatementImport]",
    refused: list[tuple[str, str]],
    reconciled: "ReconcileResult | None",
) -> dict[str, Any]:
    return {
        "files": [asdict(answer) for answer in answers],
        "refused_files": [{"file": file, "reason": reason} for file, reason in refused],
        "reconciled": asdict(reconciled) if reconciled else None,
    }
