"""Who has bought claims on the company's customers."""

from dataclasses import dataclass

from avstem.store.models import Party, PartyAccount


@dataclass(frozen=True)
class FactorRow:
    """A factor, with the accounts that it is known to pay from by the register."""

    party: Party
    accounts: tuple[str, ...]


def factors_list(company_id: int) -> list[FactorRow]:
    """All factors by name. Two queries."""
    parties = list(Party.objects.filter(company_id=company_id, is_factor=True).order_by("name"))
    rows = PartyAccount.objects.filter(company_id=company_id, party__in=parties, switched_off=False)
    accounts: dict[int, list[str]] = {}
    for party_id, key in rows.order_by("account_key").values_list("party_id", "account_key"):
        accounts.setdefault(party_id, []).append(key)
    return [FactorRow(each, tuple(accounts.get(each.pk, ()))) for each in parties]
