"""`avstem export matches` and `vouchers`: JSON lines alone; `saft` and `receipts` write a file."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import Day, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json
from avstem.domain.money import format_minor

if TYPE_CHECKING:
    from avstem.store.exports import MatchedTransaction, PostedVoucher
    from avstem.store.models import OpenItem, Posting
    from avstem.store.receipts import Receipt


@click.group()
def command() -> None:
    """What the books hold, for other systems."""


@command.command()
@company_option
@json_option
def matches(orgnr: str, as_json: bool) -> None:
    """One JSON line a bank transaction: its state, why, and what it settles."""
    del as_json  # the export is JSON lines with or without it
    start()
    from avstem.store.exports import matched_transactions
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        for matched in matched_transactions(company.pk):
            print_json(match_line(matched))


@command.command()
@company_option
@json_option
def vouchers(orgnr: str, as_json: bool) -> None:
    """One JSON line a voucher."""
    del as_json
    start()
    from avstem.store.exports import posted_vouchers
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        for voucher in posted_vouchers(company.pk):
            print_json(voucher_line(voucher, company.currency))


@command.command()
@company_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "from_date", type=Day(), help="The first day; else the first voucher's.")
@click.option("--to", "to_date", type=Day(), help="The last day; else the last voucher's.")
@click.option("--contact", default="", metavar="NAME", help="Who answers for the file.")
@click.option("--telephone", default="", metavar="NUMBER", help="Where that person is reached.")
@json_option
def saft(
    orgnr: str,
    file: Path,
    from_date: date | None,
    to_date: date | None,
    contact: str,
    telephone: str,
    as_json: bool,
) -> None:
    """Write the books as SAF-T Financial 1.30, for the tax authority or another program.

    The schema wants a contact person and a telephone number; not given, they are "NotUsed".
    """
    start()
    from django.utils import timezone

    from avstem.services.export_saft import export_saft

    done = export_saft(
        company_id=get_company(orgnr).pk,
        path=file,
        today=timezone.localdate(now()),
        from_date=from_date,
        to_date=to_date,
        contact=contact,
        telephone=telephone,
    )
    if as_json:
        print_json(
            {
                "file": done.file,
                "from": done.from_date.isoformat(),
                "to": done.to_date.isoformat(),
                "vouchers": done.vouchers,
            }
        )
    else:
        click.echo(f"{file}: {done.vouchers} vouchers, {done.from_date} to {done.to_date}.")


@command.command()
@company_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "from_date", type=Day(), help="The first day of the vouchers.")
@click.option("--to", "to_date", type=Day(), help="The last day of the vouchers.")
@json_option
def receipts(
    orgnr: str, file: Path, from_date: date | None, to_date: date | None, as_json: bool
) -> None:
    """Write the receipts as a ZIP archive, named by their vouchers, with a table of them all.

    The names and hashes are those of `export vouchers`. What nobody has booked stands in a folder
    of its own.
    """
    start()
    from avstem.services.export_receipts import export_receipts

    done = export_receipts(
        company_id=get_company(orgnr).pk, path=file, from_date=from_date, to_date=to_date
    )
    if as_json:
        print_json(vars(done))
    else:
        click.echo(f"{file}: {done.receipts} receipts, {done.unbooked} of them not booked.")


def match_line(matched: "MatchedTransaction") -> dict[str, Any]:
    """The public form of one transaction (docs/cli.md)."""
    row, content = matched.row, matched.content
    best = content["suggestions"][0] if content["suggestions"] else None
    status = row.state if row.state in ("booked", "suggested") else "open"
    return {
        "account": row.account.iban,
        "bank_reference": row.bank_reference or None,
        "end_to_end_id": row.end_to_end_id or None,
        "date": row.booking_date.isoformat(),
        "amount": format_minor(row.amount_minor, row.currency),
        "currency": row.currency,
        "counterparty": row.counterparty or None,
        "text": row.text,
        "status": status,
        "rule": best["rule"] if best and status != "open" else None,
        "confidence": best["confidence"] if best and status != "open" else 0,
        "reasons": _reasons(best, content, row.currency),
        "explanation": matched.explanation.to_json(),
        "voucher": str(matched.voucher) if matched.voucher else None,
        "allocations": [
            _allocation(matched.items[item_id], minor) for item_id, minor in matched.allocations
        ],
        "suggestions": [
            _suggestion(each, matched, row.currency)
            for each in content["suggestions"]
            if status == "suggested"
        ],
    }


def voucher_line(voucher: "PostedVoucher", own: str) -> dict[str, Any]:
    """The public form of one voucher (docs/cli.md); `own` is the company's currency."""
    row = voucher.row
    line: dict[str, Any] = {
        "number": str(row),
        "date": row.date.isoformat(),
        "text": row.text,
        "postings": [_posting(posting, own) for posting in voucher.postings],
    }
    if row.reverses:
        line["reverses"] = str(row.reverses)
    if voucher.receipts:
        line["attachments"] = [_attachment(each) for each in voucher.receipts]
    return line


def _attachment(receipt: "Receipt") -> dict[str, Any]:
    """The file's name is the one in the archive that `export receipts` writes."""
    row = receipt.row
    return {
        "file": receipt.path,
        "sha256": row.sha256,
        "media_type": row.media_type,
        "bytes": row.size_bytes,
    }


def _posting(posting: "Posting", own: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "account": posting.account,
        "amount": format_minor(posting.amount_minor, posting.currency),
        "currency": posting.currency,
    }
    if posting.party:
        line["party"] = posting.party.name
        line["party_orgnr"] = posting.party.orgnr or None
    if posting.item:
        line["invoice"] = posting.item.number
    if posting.vat_code:
        line["vat_code"] = posting.vat_code
    if posting.currency != own:
        value = posting.value_minor
        line["amount_company_currency"] = None if value is None else format_minor(value, own)
    return line


def _reasons(best: dict[str, Any] | None, content: dict[str, Any], currency: str) -> list[str]:
    from avstem.wording import left_text, reason_text

    said: Iterable[dict[str, Any]] = [
        *(best["reasons"] if best else []),
        *content["reasons"],
    ]
    texts = [reason_text(each["code"], each["facts"], currency) for each in said]
    left = content["left_because"]
    return texts + ([left_text(left)] if left else [])


def _allocation(item: "OpenItem", minor: int) -> dict[str, Any]:
    sign = -1 if "credit_note" in item.kind else 1
    return {
        "type": item.kind,
        "number": item.number,
        "amount": format_minor(sign * minor, item.currency),
        "party_orgnr": item.party.orgnr or None,
        "party_name": item.party.name,
    }


def _suggestion(
    said: dict[str, Any], matched: "MatchedTransaction", currency: str
) -> dict[str, Any]:
    from avstem.wording import reason_text

    return {
        "rule": said["rule"],
        "confidence": said["confidence"],
        "reasons": [reason_text(each["code"], each["facts"], currency) for each in said["reasons"]],
        "allocations": [
            _allocation(matched.items[each["item_id"]], each["amount_minor"])
            for each in said["settlements"]
        ],
        "ledger_account": _ledger_account(said, matched),
    }


def _ledger_account(said: dict[str, Any], matched: "MatchedTransaction") -> str | None:
    """The first account beside the items: what the public form has room for."""
    for line in said.get("ledger_lines", ()):
        account: str = line["account"] or matched.accounts[line["role"]]
        return account
    return None
