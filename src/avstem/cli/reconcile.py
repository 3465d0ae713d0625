"""`avstem reconcile`."""

from dataclasses import asdict

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


@click.command()
@company_option
@json_option
def command(orgnr: str, as_json: bool) -> None:
    """Run matching again over all that is still open."""
    start()
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
