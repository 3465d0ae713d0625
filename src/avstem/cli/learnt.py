"""`avstem learnt`: what was learnt of who pays, and how right each kind of answer has been."""

from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.store.queries.learning import RuleStanding

_kind = click.argument("kind", type=click.Choice(["account", "name"]))
_id = click.argument("fact_id", metavar="ID", type=int)


@click.group()
def command() -> None:
    """What was learnt: records of the rules, and who pays for whom."""


@command.command("list")
@company_option
@json_option
def list_(orgnr: str, as_json: bool) -> None:
    """Records and facts; a fact's ID is what `off` and `on` take."""
    start()
    from avstem.store.queries.learning import learnt_accounts, learnt_names, rule_standings
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        answers = [_answer(each) for each in rule_standings(company.pk)]
        facts = [_fact("account", row.account_key, row) for row in learnt_accounts(company.pk)]
        facts += [_fact("name", row.name, row) for row in learnt_names(company.pk)]
    if as_json:
        print_json({"answers": answers, "facts": facts})
        return
    for each in answers:
        books = "books" if each["books"] else "proposes"
        click.echo(f"{each['answer']:<45} {each['right']} of {each['of']} right  {books}")
    for each in facts:
        off = "  off" if each["off"] else ""
        words = f"{each['value']} -> {each['party']}  confirmed {each['confirmations']}{off}"
        click.echo(f"{each['kind']:<8} {each['id']:>6}  {words}")
    if not answers and not facts:
        click.echo("Nothing learnt yet.")


@command.command()
@company_option
@_kind
@_id
def off(orgnr: str, kind: str, fact_id: int) -> None:
    """Switch a fact off; it is not learnt again by itself."""
    _switch(orgnr, kind, fact_id, on=False)


@command.command()
@company_option
@_kind
@_id
def on(orgnr: str, kind: str, fact_id: int) -> None:
    """Let a fact count again."""
    _switch(orgnr, kind, fact_id, on=True)


def _switch(orgnr: str, kind: str, fact_id: int, *, on: bool) -> None:
    start()
    from avstem.services.correct_fact import switch_fact

    company_id = get_company(orgnr).pk
    switch_fact(company_id=company_id, kind=kind, fact_id=fact_id, on=on, actor=actor(), now=now())
    click.echo(f"{kind} {fact_id} is {'on' if on else 'off'}.")


def _answer(each: "RuleStanding") -> dict[str, Any]:
    from avstem.matching.record import lower_bound

    record = each.record
    return {
        "answer": each.key,
        "right": record.right,
        "of": record.count,
        "undone": record.undone,
        "passed_over": record.passed_over,
        "right_at_least": round(lower_bound(record.count, record.wrong), 5),
        "books": each.may_book,
    }


def _fact(kind: str, value: str, row: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": row.pk,
        "value": value,
        "party": row.party.name,
        "confirmations": row.confirmations,
        "off": row.switched_off,
    }
