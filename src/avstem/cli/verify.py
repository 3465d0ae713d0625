"""`avstem verify`."""

from dataclasses import asdict

import click

from avstem.cli.common import start
from avstem.cli.output import DONE, NOTHING_DONE, json_option, print_json

A_CHECK_FAILED = 1


@click.command()
@click.option("--company", "orgnr", metavar="ORGNR", help="One company; all where not given.")
@json_option
def command(orgnr: str | None, as_json: bool) -> int:
    """Check the whole database: balances, numbers, allocations, files, audit chain.

    Exit code 0 if all hold, 1 if a check failed (each is named), 3 if it could not run.
    """
    start()
    from django.db import DatabaseError

    from avstem.services.verify import verify

    try:
        results = list(verify(orgnr=orgnr))
    except DatabaseError as wrong:
        click.echo(f"avstem: the database cannot be checked: {wrong}", err=True)
        return NOTHING_DONE
    failed = [result for result in results if result.faults]
    if as_json:
        print_json({"holds": not failed, "checks": [_plain(each) for each in results]})
    else:
        for result in failed:
            click.echo(f"{result.orgnr}: {result.name}: FAILS")
            for fault in result.faults:
                click.echo(f"    {fault.subject}: found {fault.found}; expected {fault.expected}")
        click.echo(f"{len(results) - len(failed)} of {len(results)} checks hold.")
    return A_CHECK_FAILED if failed else DONE


def _plain(result: object) -> dict[str, object]:
    said = asdict(result)  # type: ignore[call-overload]  # a CheckResult, loaded lazily
    return {**said, "holds": not said["faults"]}
