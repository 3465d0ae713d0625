"""`avstem sync`: one round over every active agreement."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import actor, get_company, now, start
from avstem.cli.files import exit_code
from avstem.cli.late_payments import late_of_company, say_late
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.domain.errors import RefusalError
    from avstem.worker.pay_out import PaidOut
    from avstem.worker.round import Round


@click.command()
@click.option("--company", "orgnr", metavar="ORGNR", help="One company; without it, all of them.")
@click.option("--again", is_flag=True, help="Try files that were set aside once more.")
@json_option
def command(orgnr: str | None, again: bool, as_json: bool) -> int:
    """Fetch what is new at the banks, take it in, match, and pay what is approved.

    Bills become payment orders (unless people select them), and approved orders leave for the bank.
    Payments whose answer or debit is late are named, each with what to do.
    A file is taken once, however often this is run. One that cannot be taken is set aside with its
    reason and the others go on. Exit code 1: something was set aside or not sent, or a bank was not
    reached.
    """
    start()
    from avstem.store.models import Company
    from avstem.worker.round import go_round

    companies = [get_company(orgnr)] if orgnr else list(Company.objects.order_by("orgnr"))
    rounds = {
        each.orgnr: go_round(company_id=each.pk, actor=actor(), now=now(), again=again)
        for each in companies
    }
    late = {each.orgnr: late_of_company(each.pk) for each in companies}
    if as_json:
        documents = [_document(company, each) for company, each in rounds.items()]
        print_json([{**each, "payments_late": late[each["company"]]} for each in documents])
    else:
        for company, each in rounds.items():
            _say(company, each)
            say_late(company, late[company])
    refused = sum(map(_refused, rounds.values()))
    return exit_code(taken=1, refused=refused)


def _refused(done: "Round") -> int:
    files = sum(len(each.set_aside) + len(each.failed) for each in done.fetched)
    return len(done.unreached) + files + len(done.paid_out.unsent)


def _say(company: str, done: "Round") -> None:
    from avstem.cli.statement_import import say_reconciled
    from avstem.wording import sentence

    for each in done.fetched:
        click.echo(
            f"{company} {each.bank}: {len(each.imported)} files taken, "
            f"{len(each.set_aside)} set aside, {each.listed} at the bank."
        )
        for name, refusal in [*each.set_aside, *each.waiting, *each.failed]:
            click.echo(f"{company} {each.bank} {name}: {sentence(refusal)}", err=True)
    for bank, refusal in done.unreached:
        click.echo(f"{company} {bank}: {sentence(refusal)}", err=True)
    if not done.fetched and not done.unreached:
        click.echo(f"{company}: no active agreement by which files are fetched.")
    say_reconciled(done.reconciled)
    _say_paid_out(company, done.paid_out)


def _say_paid_out(company: str, done: "PaidOut") -> None:
    from avstem.wording import sentence

    if done.prepared or done.sent or done.left_out:
        click.echo(
            f"{company}: {done.prepared} payments prepared, {done.approved} of them approved by "
            f"the standing approval; {done.payments_sent} sent in {len(done.sent)} files, "
            f"{done.left_out} left to a person."
        )
    for name in done.by_hand:
        click.echo(f"{company}: {name} is yours to carry to the bank.")
    for _, refusal in done.unsent:
        click.echo(f"{company}: {sentence(refusal)}", err=True)


def _document(company: str, done: "Round") -> dict[str, Any]:
    return {
        "company": company,
        "banks": [
            {
                "bank": each.bank,
                "listed": each.listed,
                "imported": each.imported,
                "set_aside": [_refusal("file", *one) for one in each.set_aside],
                "waiting": [_refusal("file", *one) for one in each.waiting],
                "failed": [_refusal("file", *one) for one in each.failed],
            }
            for each in done.fetched
        ],
        "unreached": [_refusal("bank", *one) for one in done.unreached],
        "reconciled": asdict(done.reconciled),
        "payments": {
            "prepared": done.paid_out.prepared,
            "approved": done.paid_out.approved,
            "sent": done.paid_out.payments_sent,
            "files": done.paid_out.sent,
            "left_out": done.paid_out.left_out,
            "by_hand": done.paid_out.by_hand,
            "unsent": [_refusal("file", *one) for one in done.paid_out.unsent],
        },
    }


def _refusal(kind: str, name: str, refusal: "RefusalError") -> dict[str, Any]:
    from avstem.wording import sentence

    return {kind: name, "code": refusal.code, "reason": sentence(refusal)}
