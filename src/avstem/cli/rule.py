"""`avstem rule add|list|try|on|off|suggest`: booking rules for what is no invoice."""

import re
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import (
    actor,
    company_option,
    get_account,
    get_company,
    now,
    parse_amount,
    start,
)
from avstem.cli.output import json_option, print_json
from avstem.matching.standing_rules import STANDING

if TYPE_CHECKING:
    from avstem.matching.booking_rules import RuleLine
    from avstem.store.models import BookingRule, RuleTrial
    from avstem.store.rule_book import ListedRule

_DIRECTIONS = {"in": 1, "out": -1, "both": 0}
_TO = re.compile(
    r"(?P<account>\d{1,10})(?::(?P<part>[\d.]{1,18})(?P<percent>%?))?(?:@(?P<vat>\d{1,3}))?",
    re.ASCII,
)
_rule_argument = click.argument("rule", metavar="ID")


@click.group()
def command() -> None:
    """Booking rules: what is no invoice and always goes to the same accounts."""


@command.command()
@company_option
@click.option("--name", required=True, help="What people call the rule.")
@click.option("--id", "rule_id", type=int, help="A new version of this rule.")
@click.option("--text", default="", help="Words of the text.")
@click.option("--match", type=click.Choice(["words", "begins", "whole"]), default="words",
              help="All the words, the words first, or no others.")  # fmt: skip
@click.option("--counterparty", default="", help="The whole name.")
@click.option("--counterparty-account", default="", help="IBAN or 11 digits.")
@click.option("--code", default="", help="The bank's code or parts of it: CHRG.")
@click.option("--direction", type=click.Choice(list(_DIRECTIONS)), default="both")
@click.option("--account", "own", help="Only on this account of the company's.")
@click.option("--min", "least", help="At least this amount, unsigned.")
@click.option("--max", "most", help="At most this amount, unsigned.")
@click.option("--to", "posted", required=True, multiple=True, metavar="ACCOUNT[:PART][@VAT]",
              help="7140, 7140@1 (VAT code 1), 6300:40% or 6300:125.00; one without a part "
              "takes the rest.")  # fmt: skip
@json_option
def add(
    orgnr: str, name: str, rule_id: int | None, posted: tuple[str, ...], as_json: bool,
    own: str | None, least: str | None, most: str | None, direction: str, match: str, **said: str,
) -> None:  # fmt: skip
    """Save a rule, or a new version of one. It books nothing until it is tried and switched on."""
    start()
    from avstem.matching.booking_rules import Conditions, TextMatch
    from avstem.services.save_rule import RuleDraft, save_rule

    company = get_company(orgnr)
    currency = company.currency
    lines = tuple(_line(each, currency) for each in posted)
    counts = bool(least or most or any(line.fixed_minor for line in lines))
    conditions = Conditions(
        **said,
        text_match=TextMatch(match),
        direction=_DIRECTIONS[direction],
        account_id=get_account(company.pk, own).pk if own else None,
        amount_min_minor=parse_amount(least, currency) if least else None,
        amount_max_minor=parse_amount(most, currency) if most else None,
        currency=currency if counts else "",
    )
    version = save_rule(
        company_id=company.pk,
        draft=RuleDraft(name, conditions, lines),
        rule_id=rule_id,
        actor=actor(),
        now=now(),
    )
    if as_json:
        print_json({"id": version.rule_id, "version": version.version, "name": version.name})
    else:
        click.echo(f"Rule {version.rule_id}, version {version.version}: {version.name}. Try it.")


def _line(said: str, currency: str) -> "RuleLine":
    from avstem.matching.booking_rules import RuleLine

    found = _TO.fullmatch(said)
    if found is None:
        raise click.BadParameter(
            f"“{said}” is not ACCOUNT[:PART][@VAT], as 7140@1.", param_hint="--to"
        )
    share = fixed = 0
    if found["percent"]:
        # A tenth of a per cent is a per mille: 33.3% is 333.
        share = parse_amount(found["part"], "NOK") // 10
    elif found["part"]:
        fixed = parse_amount(found["part"], currency)
    return RuleLine(found["account"], share, fixed, found["vat"] or "")


@command.command("list")
@company_option
@json_option
def list_(orgnr: str, as_json: bool) -> None:
    """The company's rules and those that are there from the start."""
    start()
    from avstem.store.rule_book import list_rules, standing_switches
    from avstem.store.tenancy import company_scope

    company = get_company(orgnr)
    with company_scope(company.pk):
        rules, switches = list_rules(company.pk), standing_switches(company.pk)
    if as_json:
        standing = [{"id": name, "on": is_on} for name, is_on in switches.items()]
        print_json({"rules": [_document(each) for each in rules], "standing": standing})
        return
    for each in rules:
        state = f"version {each.row.active_version} is on" if each.is_on else "off"
        click.echo(f"{each.row.pk} {each.newest} ({state})")
    for name, is_on in switches.items():
        click.echo(f"{name} ({'on' if is_on else 'off'}, from the start)")


@command.command("try")
@company_option
@_rule_argument
@click.option("--version", type=int, help="The newest where not given.")
@json_option
def try_(orgnr: str, rule: str, version: int | None, as_json: bool) -> None:
    """Try a rule on the last twelve months. It touches nothing."""
    start()
    from avstem.services.try_rule import try_rule

    trial = try_rule(
        company_id=get_company(orgnr).pk, rule_id=_id(rule), version=version, actor=actor(),
        now=now(),
    )  # fmt: skip
    if as_json:
        print_json(_trial(trial))
        return
    click.echo(
        f"Version {trial.version} would have booked {trial.would_book} of {trial.looked_at}; "
        f"{trial.same} as people did, {trial.differs} differ, {trial.untouched} are not booked."
    )
    for each in trial.examples:
        click.echo(f"  {each['date']} {each['text']}: did {each['did']}, would {each['would']}")


@command.command()
@company_option
@_rule_argument
@click.option("--version", type=int, help="The newest where not given.")
@json_option
def on(orgnr: str, rule: str, version: int | None, as_json: bool) -> None:
    """Switch a rule on that has been tried, or one that is there from the start."""
    _switch(orgnr, rule, version, on=True, as_json=as_json)


@command.command()
@company_option
@_rule_argument
@json_option
def off(orgnr: str, rule: str, as_json: bool) -> None:
    """Switch a rule off."""
    _switch(orgnr, rule, None, on=False, as_json=as_json)


@command.command()
@company_option
@json_option
def suggest(orgnr: str, as_json: bool) -> None:
    """The rules that three equal decisions by hand ask for. Nothing is saved."""
    start()
    from avstem.services.propose_rules import propose_rules
    from avstem.store.rule_rows import conditions_document, lines_document

    for each in propose_rules(company_id=get_company(orgnr).pk):
        if as_json:
            print_json(
                {
                    "name": each.name,
                    "conditions": conditions_document(each.conditions),
                    "lines": lines_document(each.lines),
                    "decisions": each.agreeing,
                    "otherwise": each.disagreeing,
                }
            )
        else:
            click.echo(f"{each.name}: {each.agreeing} decisions, {each.disagreeing} otherwise")


def _switch(orgnr: str, rule: str, version: int | None, *, on: bool, as_json: bool) -> None:
    start()
    from avstem.services.switch_rule import switch_rule, switch_standing_rule

    by: dict[str, Any] = {"company_id": get_company(orgnr).pk, "actor": actor(), "now": now()}
    row: BookingRule
    if rule in STANDING:
        row = switch_standing_rule(standing=rule, on=on, **by)
    else:
        row = switch_rule(rule_id=_id(rule), on=on, version=version, **by)
    if as_json:
        print_json({"id": row.standing or row.pk, "active_version": row.active_version})
    else:
        click.echo(f"{row} is {'on' if on else 'off'}.")


def _id(rule: str) -> int:
    if not rule.isdecimal() or len(rule) > 18:
        names = ", ".join(STANDING)
        raise click.BadParameter(f"“{rule}” is no rule: a number, or {names}.", param_hint="ID")
    return int(rule)


def _document(each: "ListedRule") -> dict[str, Any]:
    return {
        "id": each.row.pk,
        "name": each.newest.name,
        "version": each.newest.version,
        "active_version": each.row.active_version,
        "conditions": each.newest.conditions,
        "lines": each.newest.lines,
        "trial": _trial(each.trial) if each.trial else None,
    }


def _trial(trial: "RuleTrial") -> dict[str, Any]:
    counts = ("looked_at", "covered", "would_book", "same", "differs", "untouched")
    return {
        "rule": trial.rule_id,
        "version": trial.version,
        "from": str(trial.from_date),
        "to": str(trial.to_date),
        **{name: getattr(trial, name) for name in counts},
        "examples": trial.examples,
    }
