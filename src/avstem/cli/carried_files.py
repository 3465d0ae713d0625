"""`avstem payments file` and `carried`: files that a person takes to a bank."""

from pathlib import Path
from typing import Any

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.domain.errors import FileNotOpenedError


def files_of_company(company_id: int) -> list[dict[str, Any]]:
    """Each file that waits for a person: its id, bank, name, and whether it was given out."""
    from avstem.store.queries.files_to_carry import files_to_carry
    from avstem.store.tenancy import company_scope

    with company_scope(company_id):
        return [
            {"file": each.pk, "bank": each.agreement.bank, "name": each.remote_name,
             "kind": each.kind, "payments": each.payments, "given_out": each.attempts}
            for each in files_to_carry(company_id)
        ]  # fmt: skip


@click.command()
@company_option
@click.argument("id", type=int)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where to write it.")
def file(orgnr: str, id: int, out: Path) -> None:
    """Write a payment file for you to upload in the internet bank; `list` shows the ids."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.services.carry_payment_file import hand_out_file

    if out.exists():
        raise FileNotOpenedError("it is there already", str(out))
    found = hand_out_file(company_id=company_id, file_id=id, actor=actor(), now=now())
    try:
        out.write_bytes(bytes(found.content))
    except OSError as refused:
        raise FileNotOpenedError(refused.strerror or str(refused), str(out)) from refused
    click.echo(f"Written: {out}. Say `payments carried {id}` when the bank has it.", err=True)


@click.command()
@company_option
@click.argument("id", type=int)
def carried(orgnr: str, id: int) -> None:
    """Say that the file is in the bank."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.services.carry_payment_file import note_carried

    found = note_carried(company_id=company_id, file_id=id, actor=actor(), now=now())
    click.echo(f"{found.remote_name}: {found.state}")
