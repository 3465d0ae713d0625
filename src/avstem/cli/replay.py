"""`avstem replay`."""

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
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.matching.replay import Sums
    from avstem.store.models import Rehearsal


@click.command()
@company_option
@click.option("--account", "number", required=True, help="The account, by IBAN or 11 digits.")
@click.option("--months", type=int, default=12, show_default=True, help="How far back (1 to 60).")
@json_option
def command(orgnr: str, number: str, months: int, as_json: bool) -> None:
    """What would have been booked on an account before, against what stands there.

    Nothing of the books is changed; the answer is kept and shown on the account's page too.
    """
    start()
    from avstem.matching.replay import Sums
    from avstem.services.replay import replay

    company = get_company(orgnr)
    account = get_account(company.pk, number)
    done = replay(
        company_id=company.pk,
        account_id=account.pk,
        months=months,
        actor=actor(),
        now=now(),
        progress=progress_reporter("Replaying"),
    )
    sums = Sums.from_json(done.found)
    if as_json:
        print_json({"account": account.iban, **_shown(done, sums)})
    else:
        _say(account.iban, done, sums)


def _shown(done: "Rehearsal", sums: "Sums") -> dict[str, Any]:
    from avstem.matching.replay import Outcome

    assert done.from_date is not None, "a replay has its days"
    assert done.to_date is not None, "both of them"
    return {
        "from": done.from_date.isoformat(),
        "to": done.to_date.isoformat(),
        "transactions": sums.looked_at,
        "would_book": sums.would_book,
        "booked_by_people_the_same": sums.by_person,
        "outcomes": {each.value: sums.total(each) for each in Outcome},
        "by_rule": {name: dict(count) for name, count in sums.by_rule.items()},
        "by_month": {name: dict(count) for name, count in sums.by_month.items()},
        "examples": [_example(each) for each in done.found["examples"]],
        "not_as_then": done.found["not_as_then"],
    }


def _example(said: dict[str, Any]) -> dict[str, Any]:
    from avstem.domain.money import format_minor

    amount = format_minor(said["amount_minor"], said["currency"])
    kept = {name: said[name] for name in ("transaction", "date", "text", "rule", "by_person")}
    sides = {
        side: [
            {"account": account, "amount": format_minor(minor, currency), "currency": currency,
             "invoice": number or None}
            for account, minor, currency, number in said[side]
        ]
        for side in ("would", "did")
    }  # fmt: skip
    return {**kept, "amount": amount, "currency": said["currency"], **sides}


def _say(iban: str, done: "Rehearsal", sums: "Sums") -> None:
    from avstem.matching.replay import Outcome
    from avstem.wording.replay import not_as_then_text, outcome_text

    click.echo(
        f"{iban}, {done.from_date} to {done.to_date}: of {sums.looked_at} transactions "
        f"{sums.would_book} would have been booked."
    )
    for each in Outcome:
        click.echo(f"{sums.total(each):>8}  {outcome_text(each)}")
    for name, count in sums.by_rule.items():
        told = ", ".join(f"{each} {count[each]}" for each in Outcome if count[each])
        click.echo(f"  {name:<26} {told}")
    for said in map(_example, done.found["examples"][:10]):
        click.echo(f"Differs: {said['date']} {said['amount']} {said['currency']} {said['text']}")
    for code in done.found["not_as_then"]:
        click.echo(f"Not as it was: {not_as_then_text(code)}")
