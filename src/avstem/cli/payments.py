"""`avstem payments`: supplier payments, from open bill to the bank and back."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.carried_files import carried, file, files_of_company
from avstem.cli.common import Day, actor, company_option, get_company, now, parse_amount, start
from avstem.cli.files import each_file, exit_code
from avstem.cli.late_payments import late_of_company, refused, say_late
from avstem.cli.output import DONE, SOME_REFUSED, json_option, print_json, print_refusal
from avstem.cli.payees import payee
from avstem.cli.payment_lists import again, import_list
from avstem.cli.refunds import refund

if TYPE_CHECKING:
    from avstem.services.take_payment_answer import AnswerTaken
    from avstem.store.models import PaymentOrder
    from avstem.store.payable import Payable
    from avstem.store.queries.double_debits import DoubleDebit

_ids = click.argument("ids", nargs=-1, required=True, type=int)


@click.group()
def command() -> None:
    """Supplier payments: from open bill to the bank and back."""


def _begin(orgnr: str) -> int:
    start()
    return get_company(orgnr).pk


command.add_command(carried)
command.add_command(file)
command.add_command(payee)
command.add_command(refused)
command.add_command(refund)
command.add_command(import_list)
command.add_command(again)


@command.command("list")
@company_option
@json_option
def list_(orgnr: str, as_json: bool) -> None:
    """Bills that are ready, or why they are not, the orders with their states, and what is late."""
    company_id = _begin(orgnr)
    from avstem.store.models import PaymentOrder
    from avstem.store.payable import payable_bills
    from avstem.store.tenancy import company_scope

    late, carry = late_of_company(company_id), files_of_company(company_id)
    with company_scope(company_id):
        bills = [_bill(each) for each in payable_bills(company_id, now=now())]
        rows = PaymentOrder.objects.filter(company_id=company_id).select_related("item", "file")
        orders = [_order(each) for each in rows.order_by("-pk")[:1_000]]
    if as_json:
        print_json({"ready": bills, "orders": orders, "late": late, "to_carry": carry})
        return
    for each in [*bills, *orders, *carry]:
        click.echo("  ".join(f"{name}={value}" for name, value in each.items() if value))
    say_late(orgnr, late)


@command.command()
@company_option
@click.option("--bill", "numbers", multiple=True, help="Its number; none: all that are ready.")
@click.option("--amount", help="A part of the one bill, as 1250.00.")
@click.option("--date", "pay_on", type=Day(), help="Another day than the due date.")
@json_option
def prepare(
    orgnr: str, numbers: tuple[str, ...], amount: str | None, pay_on: date | None, as_json: bool
) -> None:
    """Make orders of bills; those within the standing approval are approved by it."""
    company_id = _begin(orgnr)
    from avstem.services.prepare_payments import prepare_payments
    from avstem.store.payable import Choice, payable_bills
    from avstem.store.tenancy import company_scope

    if amount and len(numbers) != 1:
        raise click.UsageError("--amount is a part of one bill: name it with --bill.")
    choices = None
    if numbers or pay_on:
        with company_scope(company_id):
            found = [each.item for each in payable_bills(company_id, now=now())]
        minor = parse_amount(amount, "NOK") if amount else None
        chosen = [item for item in found if not numbers or item.number in numbers]
        _require(set(numbers) - {item.number for item in chosen})
        choices = [Choice(item.pk, minor, pay_on) for item in chosen]
    done = prepare_payments(company_id=company_id, choices=choices, actor=actor(), now=now())
    orders, barred = [_order(each) for each in done.orders], [_bill(each) for each in done.barred]
    if as_json:
        print_json({"orders": orders, "not_ready": barred})
        return
    for each in [*orders, *barred]:
        click.echo("  ".join(f"{name}={value}" for name, value in each.items() if value))


def _require(missing: set[str]) -> None:
    from avstem.domain.errors import NotFoundError

    if missing:
        raise NotFoundError("bill", min(missing))


@command.command()
@company_option
@_ids
@click.option("--hash", "hashes", multiple=True, help="As `list --json` shows it, an id each.")
@click.option("--reason", default="", help="Where you changed the account number yourself.")
@json_option
def approve(
    orgnr: str, ids: tuple[int, ...], hashes: tuple[str, ...], reason: str, as_json: bool
) -> None:
    """Approve orders by their ids and by the hash of what was shown."""
    company_id = _begin(orgnr)
    from avstem.services.approve_payments import approve_payments

    if len(ids) != len(hashes):
        raise click.UsageError("Give a --hash for each id: `payments list --json` shows them.")
    orders = approve_payments(
        company_id=company_id, order_ids=ids, seen=dict(zip(ids, hashes, strict=True)),
        reason=reason, person=actor(), now=now(),
    )  # fmt: skip
    _print_orders(orders, as_json)


@command.command()
@company_option
@json_option
def send(orgnr: str, as_json: bool) -> int:
    """Put what is approved into files, send them, and what was begun before."""
    company_id = _begin(orgnr)
    from avstem.domain.errors import RefusalError
    from avstem.services.make_payment_files import make_payment_files
    from avstem.services.send_payment_file import files_to_send, send_payment_file
    from avstem.store.tenancy import company_scope

    made = make_payment_files(company_id=company_id, actor=actor(), now=now())
    sent, failed = [], 0
    with company_scope(company_id):
        waiting = files_to_send(company_id)
    for file_id in waiting:
        try:
            file = send_payment_file(
                company_id=company_id, file_id=file_id, actor=actor(), now=now()
            )
        except RefusalError as refusal:
            print_refusal(refusal)
            failed += 1
        else:
            sent.append({"file": file.remote_name, "payments": file.payments, "state": file.state})
    held = [_order(order) for order, _ in made.refused]
    if as_json:
        print_json({"sent": sent, "not_sent": held})
    else:
        click.echo(f"{len(sent)} files sent, {failed} not; {len(held)} payments left out.")
    return SOME_REFUSED if failed or held else DONE


@command.command()
@company_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def answer(orgnr: str, files: tuple[Path, ...], as_json: bool) -> int:
    """Take in what the bank says about payments (pain.002, camt.029), each file once."""
    company_id = _begin(orgnr)
    from avstem.services.take_payment_answer import take_payment_answer

    def take(path: Path) -> "AnswerTaken":
        return take_payment_answer(
            company_id=company_id, path=path, name=path.name, source="cli", actor=actor(), now=now()
        )

    taken, refused = each_file(files, take)
    said = [{"file": each.file, "about": each.about, "moved": each.moved} for each in taken]
    if as_json:
        print_json({"files": said, "refused_files": [name for name, _ in refused]})
    else:
        for each in taken:
            click.echo(f"{each.file}: {each.moved} of {each.spoken_of} payments moved.")
    return exit_code(taken=len(taken), refused=len(refused))


@command.command()
@company_option
@_ids
@click.option("--reason", default="", help="The bank is told.")
@json_option
def cancel(orgnr: str, ids: tuple[int, ...], reason: str, as_json: bool) -> None:
    """Take orders out before they are sent; afterwards the bank is asked (send the request)."""
    company_id = _begin(orgnr)
    from avstem.services.cancel_payments import cancel_payments

    done = cancel_payments(
        company_id=company_id, order_ids=ids, reason=reason, actor=actor(), now=now()
    )
    facts = {
        "taken_out": [order.pk for order in done.taken_out],
        "requests": [file.remote_name for file in done.requests],
        "write_to_the_bank": [[bank, order.end_to_end_id] for bank, order in done.by_letter],
    }
    messages = _messages(company_id, [order for _, order in done.by_letter])
    if as_json:
        print_json({**facts, "messages": messages})
    else:
        click.echo("  ".join(f"{name}={value}" for name, value in facts.items()))
        for text in messages.values():
            click.echo(f"\n{text}")


def _messages(company_id: int, orders: "list[PaymentOrder]") -> dict[str, str]:
    """What to write to banks that take no cancellations, by the payments' own ids."""
    from avstem.store.models import Company
    from avstem.wording.cancel_message import cancel_message

    company = Company.objects.get(pk=company_id)
    return {order.end_to_end_id: cancel_message(order, company) for order in orders}


@command.command()
@company_option
@click.option("--bill", "number", help="The one bill; with --pdf its letter is written.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Write the letter to the supplier.")
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True)
@json_option
def letter(orgnr: str, number: str | None, pdf: Path | None, language: str, as_json: bool) -> None:
    """Bills whose money left more than once, and the letter that asks for it back."""
    company_id = _begin(orgnr)
    from avstem.store.queries.double_debits import double_debits
    from avstem.store.tenancy import company_scope

    if pdf and not number:
        raise click.UsageError("--pdf is the letter about one bill: name it with --bill.")
    with company_scope(company_id):
        found = [each for each in double_debits(company_id) if number in (None, each.item.number)]
    if number:
        _require({number} - {each.item.number for each in found})
    if pdf:
        _write_letter(company_id, found[0], pdf, language)
    rows = [_double(each) for each in found]
    if as_json:
        print_json(rows)
        return
    for each in rows:
        click.echo("  ".join(f"{name}={value}" for name, value in each.items()))


def _double(found: "DoubleDebit") -> dict[str, Any]:
    from avstem.domain.money import format_minor

    return {
        "bill": found.item.number,
        "creditor": found.item.party.name,
        "amount": format_minor(found.item.amount_minor, found.item.currency),
        "too_much": format_minor(found.too_much_minor, found.item.currency),
        "currency": found.item.currency,
        "debits": [
            {"date": str(row.booking_date), "reference": row.bank_reference,
             "amount": format_minor(-row.amount_minor, row.currency)}
            for row in found.debits
        ],
    }  # fmt: skip


def _write_letter(company_id: int, found: "DoubleDebit", path: Path, language: str) -> None:
    from django.utils import timezone, translation

    from avstem.domain.errors import FileNotOpenedError
    from avstem.formats.paper import render_pdf
    from avstem.store.models import Company
    from avstem.wording.claim_letter import claim_letter

    company = Company.objects.get(pk=company_id)
    with translation.override(language):
        paper = claim_letter(found, company, timezone.localdate(now()), language)
    try:
        path.write_bytes(render_pdf(paper))
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(path)) from refused
    click.echo(f"Written: {path}", err=True)


@command.command()
@company_option
@click.option("--limit", help="The most for one order, as 10000.00; without it, it is ended.")
def standing(orgnr: str, limit: str | None) -> None:
    """Give a standing approval, in your name, or end it."""
    company_id = _begin(orgnr)
    from avstem.services.set_payment_rules import end_standing_approval, give_standing_approval

    by: dict[str, Any] = {"company_id": company_id, "actor": actor(), "now": now()}
    if limit:
        give_standing_approval(limit_minor=parse_amount(limit, "NOK"), **by)
    else:
        end_standing_approval(**by)


def _print_orders(orders: "list[PaymentOrder]", as_json: bool) -> None:
    if as_json:
        print_json([_order(each) for each in orders])
        return
    for each in orders:
        click.echo(f"{each.pk} {each.end_to_end_id}: {each.state.replace('_', ' ')}")


def _order(order: "PaymentOrder") -> dict[str, Any]:
    from avstem.domain.money import format_minor

    return {
        "id": order.pk,
        "end_to_end_id": order.end_to_end_id,
        "bill": order.item.number if order.item else None,
        "creditor": order.creditor_name,
        "account": order.creditor_account,
        "amount": format_minor(order.amount_minor, order.currency),
        "currency": order.currency,
        "date": str(order.execution_date),
        "day_reason": order.day_reason,
        "state": order.state,
        "status": order.status,
        "abroad": order.abroad,
        "holds": order.holds.split(),
        "file": order.file.message_id if order.file else None,
        "hash": order.order_hash,
    }


def _bill(bill: "Payable") -> dict[str, Any]:
    from avstem.domain.money import format_minor

    return {
        "bill": bill.item.number,
        "creditor": bill.item.party.name,
        "amount": format_minor(bill.amount_minor, bill.item.currency),
        "currency": bill.item.currency,
        "date": str(bill.day.day),
        "day_reason": bill.day.reason.value,
        "holds": [hold.value for hold in bill.holds],
        "like": list(bill.like),
        "not_ready": bill.bar.value if bill.bar else None,
    }
