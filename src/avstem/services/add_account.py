"""Register one of the company's bank accounts, with the ledger account that mirrors it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction as database

from avstem.domain.errors import AlreadyExistsError, InvalidValueError
from avstem.domain.identifiers import normalise_account
from avstem.domain.money import check_currency, parse_minor
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import BankAccount, Company, LedgerAccount
from avstem.store.models.bank import AccountKind
from avstem.store.tenancy import in_company

_COMPARED = ("kind", "currency", "ledger_account", "from_date", "opening_balance_minor")


@dataclass(frozen=True)
class NewAccount:
    """What is asked for. `opening_balance`: the ledger's balance on `from_date`, as `1250.00`."""

    iban: str
    kind: str
    ledger_account: str
    currency: str | None = None
    from_date: date | None = None
    opening_balance: str | None = None
    name: str = ""


@in_company
@database.atomic
def add_account(*, company_id: int, account: NewAccount, actor: str, now: datetime) -> BankAccount:
    """The account; asked again with the same content it answers with the one that is there."""
    company = lock_company(company_id)
    wanted = _checked(company, account)
    there = BankAccount.objects.filter(company=company, iban=wanted.iban).first()
    if there is not None:
        return _same_or_refused(there, wanted)
    taken = BankAccount.objects.filter(
        company=company, ledger_account=wanted.ledger_account
    ).first()
    if taken is not None:
        raise AlreadyExistsError(
            "ledger account", wanted.ledger_account, (f"used by {taken.iban}",)
        )

    wanted.save(force_insert=True)
    LedgerAccount.objects.get_or_create(
        company=company, number=wanted.ledger_account, defaults={"name": str(wanted)}
    )
    audit.record(
        company_id=company_id,
        actor=actor,
        action="account.added",
        at=now,
        facts={
            "iban": wanted.iban,
            "kind": wanted.kind,
            "ledger_account": wanted.ledger_account,
        },
    )
    return wanted


def _checked(company: Company, account: NewAccount) -> BankAccount:
    currency = check_currency(account.currency or company.currency)
    if account.kind not in AccountKind.values:
        raise InvalidValueError("account kind", account.kind[:60], ", ".join(AccountKind.values))
    if not re.fullmatch(r"[0-9]{4,10}", account.ledger_account, re.ASCII):
        raise InvalidValueError("ledger account", account.ledger_account[:60], "4 to 10 digits")
    opening = account.opening_balance
    return BankAccount(
        company=company,
        iban=normalise_account(account.iban),
        name=account.name,
        kind=account.kind,
        currency=currency,
        ledger_account=account.ledger_account,
        from_date=account.from_date,
        opening_balance_minor=None if opening is None else parse_minor(opening, currency),
    )


def _same_or_refused(there: BankAccount, wanted: BankAccount) -> BankAccount:
    differs = tuple(field for field in _COMPARED if getattr(there, field) != getattr(wanted, field))
    if differs:
        raise AlreadyExistsError("account", there.iban, differs)
    return there
