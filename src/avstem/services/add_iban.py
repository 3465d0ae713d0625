"""Give an account that has no valid IBAN the one it has at the bank."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import AlreadyExistsError
from avstem.domain.identifiers import is_iban, normalise_account
from avstem.store import audit
from avstem.store.agreements import accounts_of
from avstem.store.locks import lock_company
from avstem.store.models import BankAccount
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def add_iban(
    *, company_id: int, account_id: int, iban: str, actor: str, now: datetime
) -> BankAccount:
    """The account with its IBAN (11 Norwegian digits are taken too). One that has it keeps it."""
    wanted = normalise_account(iban)
    lock_company(company_id)
    [account] = accounts_of(company_id, [account_id])
    if account.iban == wanted:
        return account
    taken = BankAccount.objects.filter(company_id=company_id, iban=wanted).exists()
    if taken or is_iban(account.iban):
        raise AlreadyExistsError("account", wanted if taken else account.iban, ("iban",))

    before, account.iban = account.iban, wanted
    account.save(update_fields=["iban"])
    audit.record(
        company_id=company_id,
        actor=actor,
        action="account.iban_added",
        at=now,
        facts={"account": account.pk, "iban": wanted, "before": before},
    )
    return account
