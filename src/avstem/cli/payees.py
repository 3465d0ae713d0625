"""`avstem payments payee`: what payments abroad to a supplier need."""

import click

from avstem.cli.common import actor, company_option, get_company, now, start
from avstem.cli.output import json_option, print_json


@click.command()
@company_option
@click.option("--supplier", required=True, help="Its name, as `payments list` shows it.")
@click.option("--street", default="")
@click.option("--building", "building_number", default="")
@click.option("--post-code", default="")
@click.option("--town", default="")
@click.option("--country", default="", help="Two letters, as DE.")
@click.option("--bic", default="", help="Of the bank of --account.")
@click.option("--account", default="", help="None: that of the newest bill.")
@click.option("--number", default="", help="An account in a country without IBAN.")
@click.option("--number-bank", default="", help="Its BIC, or as “USABA 021000021”.")
@click.option("--purpose", "purpose_code", default="", help="The code (betalingsart), as 14.")
@click.option("--words", "purpose_text", default="", help="What is paid for, in words.")
@click.option("--charges", default="", help="SHAR, DEBT or CRED.")
@json_option
def payee(orgnr: str, supplier: str, as_json: bool, **said: str) -> None:
    """Say address, bank, purpose and charges for payments abroad; the rest stays as it was."""
    start()
    company_id = get_company(orgnr).pk
    from avstem.domain.errors import NotFoundError
    from avstem.services.set_payee import Payee, set_payee
    from avstem.store.models import Party
    from avstem.store.tenancy import company_scope

    with company_scope(company_id):
        party = Party.objects.filter(company_id=company_id, name=supplier).first()
    if party is None:
        raise NotFoundError("supplier", supplier)
    row = set_payee(
        company_id=company_id, party_id=party.pk, payee=Payee(**said), actor=actor(), now=now()
    )
    names = (
        "street", "building_number", "post_code", "town", "country", "bic", "bank_account",
        "account_number", "account_bank", "purpose_code", "purpose_text", "charges",
    )  # fmt: skip
    known = {"supplier": party.name, **{name: getattr(row, name) for name in names}}
    if as_json:
        print_json(known)
        return
    click.echo("  ".join(f"{name}={value}" for name, value in known.items() if value))
