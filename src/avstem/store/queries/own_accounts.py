"""A company's bank accounts by their numbers, for pages that are not about their balances."""

from dataclasses import dataclass

from avstem.store.models import BankAccount


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One account: its key, what it is called, and its IBAN."""

    id: int
    name: str
    iban: str


def own_accounts(company_id: int) -> list[OwnAccount]:
    """Every account of the company, by ledger account."""
    rows = BankAccount.objects.filter(company_id=company_id).order_by("ledger_account", "id")
    return [OwnAccount(each.pk, str(each), each.iban) for each in rows]
