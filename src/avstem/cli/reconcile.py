"""`avstem reconcile`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import (
    actor,
    company_option,
    get_company,
    now,
    progress_reporter,
    start,
)
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.matching.decision import Decision
    from avstem.matching.facts import Line
    from avstem.store.foresight import Foreseen, RuleSum


@click.command()
@company_option
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@json_option
def command(orgnr: str, dry_run: bool, as_json: bool) -> None:
    """Run matching again over all that is still open."""
    start()
    if dry_run:
        _foresee(orgnr, as_json=as_json)
    else:
        _reconcile(orgnr, as_json=as_json)


def _reconcile(orgnr: str, *, as_json: bool) -> None:
    from avstem.cli.statement_import import say_reconciled
    from avstem.services.reconcile import reconcile

    result = reconcile(
        company_id=get_company(orgnr).pk,
        actor=actor(),
        now=now(),
        progress=progress_reporter("Matching"),
    )
    if as_json:
        print_json(asdict(result))
    else:
        say_reconciled(result)


def _foresee(orgnr: str, *, as_json: bool) -> None:
    from avstem.services.reconcile import foresee

    foreseen = foresee(company_id=get_company(orgnr).pk)
    if as_json:
        print_json(
            {
                **asdict(foreseen.counts),
                "by_rule": [_rule_json(each) for each in foreseen.by_rule()],
                "decisions": [_decision_json(*each) for each in foreseen.decisions],
            }
        )
    else:
        _say(foreseen)


def _say(foreseen: "Foreseen") -> None:
    counts = foreseen.counts
    click.echo(
        f"Of {counts.transactions} open transactions {counts.booked} would be booked, "
        f"{counts.suggested} suggested, {counts.open} left to you. Nothing was written."
    )
    for each in map(_rule_json, foreseen.by_rule()):
        click.echo(
            f"{each['verdict']:<8}{each['rule']:<26}{each['count']:>7} "
            f"in {each['in']:>16} out {each['out']:>16} {each['currency']}"
        )


def _rule_json(said: "RuleSum") -> dict[str, Any]:
    from avstem.domain.money import format_minor

    return {
        "verdict": said.verdict.value,
        "rule": said.rule,
        "currency": said.currency,
        "count": said.count,
        "in": format_minor(said.in_minor, said.currency),
        "out": format_minor(said.out_minor, said.currency),
    }


def _decision_json(line: "Line", decision: "Decision") -> dict[str, Any]:
    from avstem.domain.money import format_minor
    from avstem.store.foresight import rule_or_reason

    return {
        "transaction": line.id,
        "date": line.booking_date.isoformat(),
        "amount": format_minor(line.amount_minor, line.currency),
        "currency": line.currency,
        "verdict": decision.verdict.value,
        "rule": rule_or_reason(decision),
    }
