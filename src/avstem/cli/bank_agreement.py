"""`avstem bank order|sent|confirm|reject|deactivate|connect|status|letter`: an agreement's life."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from avstem.cli.bank_shown import show
from avstem.cli.common import (
    Day,
    actor,
    company_option,
    get_account,
    get_company,
    now,
    start,
)
from avstem.cli.output import json_option

if TYPE_CHECKING:
    from avstem.services.agreement_status import AgreementStatus
    from avstem.store.models import Agreement, Company

CHANNELS = ["netbank", "folder", "sftp", "secure_envelope"]

bank_option = click.option(
    "--bank", "slug", metavar="SLUG", help="As in bank list; left out where there is but one."
)
#: Where payments are approved -> whether the bank asks a person for it.
APPROVED = {"bank": True, "here": False}
accounts_option = click.option(
    "--account", "accounts", multiple=True, metavar="I", help="IBAN or 11 digits; may be repeated."
)
pdf_option = click.option(
    "--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the paper to this file."
)
language_option = click.option(
    "--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True,
    help="The language of the paper.",
)  # fmt: skip


@click.command()
@company_option
@click.option("--bank", "slug", required=True, metavar="SLUG", help="As in bank list.")
@click.option(
    "--account", "accounts", multiple=True, required=True, metavar="I",
    help="IBAN or 11 digits; may be repeated.",
)  # fmt: skip
@click.option("--channel", type=click.Choice(CHANNELS), default=None, help="How files go.")
@click.option("--from", "from_date", type=Day(), help="The activation date; today if not given.")
@click.option("--ocr", is_flag=True, help="Order OCR (payments with KID) too.")
@click.option("--no-payments", is_flag=True, help="Statements only, no payments.")
@click.option(
    "--payments-approved",
    "approved",
    type=click.Choice(list(APPROVED)),
    help="Where payments are approved by the agreement, if the bank leaves a choice.",
)
@pdf_option
@language_option
@json_option
def order(
    orgnr: str,
    slug: str,
    accounts: tuple[str, ...],
    channel: str | None,
    from_date: date | None,
    ocr: bool,
    no_payments: bool,
    approved: str | None,
    pdf: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """Order an agreement for some accounts, or for more accounts in the one that is there."""
    start()
    from avstem.services.order_agreement import Order, order_agreement

    company = get_company(orgnr)
    ids = tuple(get_account(company.pk, each).pk for each in dict.fromkeys(accounts))
    wanted = Order(
        slug, ids, from_date, channel or "", ocr=ocr, payments=not no_payments,
        bank_approves=APPROVED.get(approved or ""),
    )  # fmt: skip
    agreement = order_agreement(company_id=company.pk, order=wanted, actor=actor(), now=now())
    status = _status_of(company, agreement)
    _warn_of_other_banks(status)
    if pdf is not None:
        _write_paper("order", status, company, pdf, language)
    show([status], as_json=as_json)


@click.command()
@company_option
@bank_option
@click.argument("where", type=click.Choice([*APPROVED, "unknown"]))
@json_option
def approval(orgnr: str, slug: str | None, where: str, as_json: bool) -> None:
    """Say where payments are approved by the agreement: in the bank too, or here alone."""
    start()
    from avstem.services.agree_on_approval import agree_on_approval

    company, agreement = find_agreement(orgnr, slug)
    agree_on_approval(
        company_id=company.pk, agreement_id=agreement.pk, bank_approves=APPROVED.get(where),
        actor=actor(), now=now(),
    )  # fmt: skip
    show([_status_of(company, agreement)], as_json=as_json)


@click.command()
@company_option
@bank_option
@json_option
def sent(orgnr: str, slug: str | None, as_json: bool) -> None:
    """Say that the bank has the order."""
    start()
    from avstem.services.note_order_sent import note_order_sent

    company, agreement = find_agreement(orgnr, slug)
    note_order_sent(company_id=company.pk, agreement_id=agreement.pk, actor=actor(), now=now())
    show([_status_of(company, agreement)], as_json=as_json)


@click.command()
@company_option
@bank_option
@accounts_option
@click.option("--from", "from_date", type=Day(), help="The activation date, if the bank's differs.")
@json_option
def confirm(
    orgnr: str, slug: str | None, accounts: tuple[str, ...], from_date: date | None, as_json: bool
) -> None:
    """Say that the bank has said yes: to the accounts named, or to all that wait."""
    start()
    from avstem.services.confirm_agreement import confirm_agreement

    company, agreement = find_agreement(orgnr, slug, accounts)
    confirm_agreement(
        company_id=company.pk,
        agreement_id=agreement.pk,
        account_ids=_ids(company, accounts),
        activation_date=from_date,
        actor=actor(),
        now=now(),
    )
    show([_status_of(company, agreement)], as_json=as_json)


@click.command()
@company_option
@bank_option
@accounts_option
@click.option("--reason", required=True, help="What the bank said.")
@json_option
def reject(
    orgnr: str, slug: str | None, accounts: tuple[str, ...], reason: str, as_json: bool
) -> None:
    """Say that the bank has said no: to the accounts named, or to all that wait."""
    start()
    from avstem.services.reject_agreement import reject_agreement

    company, agreement = find_agreement(orgnr, slug, accounts)
    reject_agreement(
        company_id=company.pk,
        agreement_id=agreement.pk,
        reason=reason,
        account_ids=_ids(company, accounts),
        actor=actor(),
        now=now(),
    )
    show([_status_of(company, agreement)], as_json=as_json)


@click.command()
@company_option
@bank_option
@accounts_option
@pdf_option
@language_option
@json_option
def deactivate(
    orgnr: str,
    slug: str | None,
    accounts: tuple[str, ...],
    pdf: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """End it here for the accounts named, or for all; the bank must be told too (--pdf)."""
    start()
    from avstem.services.deactivate_activation import deactivate_activation

    company, agreement = find_agreement(orgnr, slug, accounts)
    wanted = _activations(company, agreement, accounts)
    deactivate_activation(company_id=company.pk, activation_ids=wanted, actor=actor(), now=now())
    status = _status_of(company, agreement)
    if pdf is not None:
        _write_paper("ending", status, company, pdf, language)
    show([status], as_json=as_json)
    click.echo("Remember to end the agreement at the bank too: it may go on charging.", err=True)


@click.command()
@click.option("--company", "orgnr", metavar="ORGNR", help="Of one company; else of all.")
@json_option
def status(orgnr: str | None, as_json: bool) -> None:
    """Every agreement: what waits, what is late (in capitals), what is missing."""
    start()
    from avstem.services.agreement_status import agreement_status
    from avstem.store.models import Company

    companies = [get_company(orgnr)] if orgnr else Company.objects.order_by("orgnr").iterator()
    found = [
        each for company in companies for each in agreement_status(company_id=company.pk, now=now())
    ]
    show(found, as_json=as_json, as_list=True)


@click.command()
@company_option
@bank_option
@click.option("--kind", type=click.Choice(["order", "late", "ending"]), required=True)
@click.option(
    "--pdf", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file."
)
@language_option
def letter(orgnr: str, slug: str | None, kind: str, pdf: Path, language: str) -> None:
    """Write a paper to the bank: the order, about late statements, or that it is ended."""
    start()
    company, agreement = find_agreement(orgnr, slug)
    _write_paper(kind, _status_of(company, agreement), company, pdf, language)


def find_agreement(
    orgnr: str, slug: str | None, accounts: tuple[str, ...] = ()
) -> "tuple[Company, Agreement]":
    """The company's newest agreement with the bank, over or not; without a bank, the only one."""
    from avstem.banks.directory import bank
    from avstem.domain.errors import NotFoundError
    from avstem.store.models import Agreement
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    rows = Agreement.objects.filter(company_id=company.pk)
    if slug is None:
        ids = _ids(company, accounts)
        rows = rows.filter(activations__account__in=ids) if ids else rows
    else:
        rows = rows.filter(bank=bank(slug).slug)
    with company_scope(company.pk):
        found = list(rows.distinct().order_by("pk"))
    if not found:
        raise NotFoundError("agreement", slug or company.orgnr)
    return company, _only_one(found)


def _only_one(found: "list[Agreement]") -> "Agreement":
    """The one that is not over, else the newest; refused where several are not over."""
    from avstem.domain.errors import InvalidValueError

    live = [each for each in found if each.closed_at is None]
    if len(live) > 1:
        banks = ", ".join(sorted(each.bank for each in live))
        raise InvalidValueError("bank", "none named", f"--bank with one of {banks}")
    return (live or found)[-1]


def _activations(
    company: "Company", agreement: "Agreement", accounts: tuple[str, ...]
) -> list[int]:
    """The agreement's activations of those accounts (the newest of each), or all of them."""
    from avstem.domain.errors import NotFoundError
    from avstem.store.models import Activation
    from avstem.store.tenancy import company_scope

    with company_scope(company.pk):
        rows = Activation.objects.filter(company_id=company.pk, agreement=agreement)
        newest = dict(rows.order_by("pk").values_list("account_id", "pk"))
    if not accounts:
        return list(newest.values())
    wanted = [get_account(company.pk, each) for each in accounts]
    for each in wanted:
        if each.pk not in newest:
            raise NotFoundError("activation", each.iban)
    return [newest[each.pk] for each in wanted]


def _ids(company: "Company", accounts: tuple[str, ...]) -> set[int] | None:
    return {get_account(company.pk, each).pk for each in accounts} or None


def _status_of(company: "Company", agreement: "Agreement") -> "AgreementStatus":
    from avstem.services.agreement_status import agreement_status

    [found] = agreement_status(company_id=company.pk, now=now(), agreement_id=agreement.pk)
    return found


def _warn_of_other_banks(status: "AgreementStatus") -> None:
    """An account's number tells its bank; another may be right after a merger."""
    for each in other_banks(status):
        click.echo(f"{each}: by its number the account is not {status.bank.name}'s.", err=True)


def other_banks(status: "AgreementStatus") -> list[str]:
    """The accounts whose number is another bank's."""
    from avstem.banks.directory import bank_of_account

    owners = [(each, bank_of_account(each.activation.account.iban)) for each in status.accounts]
    return [
        each.activation.account.iban
        for each, owner in owners
        if owner is not None and owner.slug != status.bank.slug
    ]


def _write_paper(
    kind: str, status: "AgreementStatus", company: "Company", path: Path, language: str
) -> None:
    from django.utils import timezone, translation

    from avstem.domain.errors import FileNotOpenedError
    from avstem.formats.paper import render_pdf
    from avstem.wording.papers import PAPERS

    with translation.override(language):
        paper = PAPERS[kind](status, company, timezone.localdate(now()), language)
    try:
        path.write_bytes(render_pdf(paper))
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(path)) from refused
    click.echo(f"Written: {path}", err=True)
