"""`avstem statement map`: say once which column of an unknown table is which."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.files import require_file
from avstem.cli.output import json_option, print_json
from avstem.formats.bank_csv.cells import DateForm
from avstem.formats.bank_csv.mapping import CsvMapping, SignRule


@click.command("map")
@company_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "said", multiple=True, metavar="ROLE=COLUMN",
              help="As amount=Beløp or amount=3; ROLE= takes the role away.")  # fmt: skip
@click.option("--date-form", type=click.Choice([each.value for each in DateForm]))
@click.option("--sign", type=click.Choice([each.value for each in SignRule]))
@click.option("--decimal-mark", type=click.Choice([",", "."]))
@click.option("--currency", help="Where no column says it.")
@click.option("--account", help="Where no column says it: the IBAN the rows belong to.")
@click.option("--yes", is_flag=True, help="It is right: remember it for tables like this one.")
@json_option
def map_(orgnr: str, file: Path, said: tuple[str, ...], yes: bool, as_json: bool,
         **settings: str | None) -> None:  # fmt: skip
    """Show what a table of an unknown layout seems to be; with --yes, read such tables so."""
    start()
    from avstem.services.map_table import (
        propose_table,
        remember_mapping,
        try_mapping,
        with_columns,
    )

    company = get_company(orgnr)
    require_file(file)
    proposal = propose_table(file)
    mapping = _with_settings(with_columns(proposal, dict(map(_pair, said))), settings)
    if yes:
        mapping = mapping.confirm()
        table = try_mapping(file, mapping)
        remember_mapping(company_id=company.pk, mapping=mapping, actor=actor(), now=now())
    if as_json:
        print_json({"remembered": yes, "columns": _columns(mapping, proposal.header)})
        return
    _show(mapping, proposal.header)
    if yes:
        click.echo(f"Remembered. {table.entries} rows read so; import the file now.")
    else:
        click.echo(
            "Nothing is remembered yet. Right? Then again with --yes; else --set ROLE=COLUMN."
        )


def _pair(said: str) -> tuple[str, str]:
    role, equals, column = said.partition("=")
    if not equals:
        raise click.BadParameter(f"“{said}” is not ROLE=COLUMN", param_hint="--set")
    return role.strip(), column


def _with_settings(mapping: CsvMapping, settings: dict[str, str | None]) -> CsvMapping:
    kinds: dict[str, Any] = {"date_form": DateForm, "sign": SignRule}
    names = {"sign": "sign_rule"}
    given = {
        names.get(name, name): kinds.get(name, str)(value)
        for name, value in settings.items()
        if value
    }
    return replace(mapping, **given)


def _columns(mapping: CsvMapping, header: tuple[str, ...]) -> dict[str, str]:
    """Each role's column, by its name in the header."""
    found = {}
    for each in fields(mapping.columns):
        value = getattr(mapping.columns, each.name)
        places = value if isinstance(value, tuple) else (value,)
        named = [_name(place, header) for place in places if place is not None]
        if named:
            found[each.name] = ", ".join(named)
    return found


def _name(place: int, header: tuple[str, ...]) -> str:
    return header[place] if place < len(header) and header[place] else f"column {place + 1}"


def _show(mapping: CsvMapping, header: tuple[str, ...]) -> None:
    for role, column in _columns(mapping, header).items():
        click.echo(f"{role:22} {column}")
    click.echo(f"{'sign':22} {mapping.sign_rule.value}")
    click.echo(f"{'date form':22} {mapping.date_form.value}")
    click.echo(f"{'decimal mark':22} {mapping.decimal_mark or 'not known: give --decimal-mark'}")
    click.echo(f"{'currency':22} {mapping.currency or 'from a column, or give --currency'}")
    click.echo(f"{'account':22} {mapping.account or 'from a column, or given when importing'}")
