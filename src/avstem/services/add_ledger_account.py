"""Take in a ledger account that one may book to."""

import re
from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import AlreadyExistsError, InvalidValueError
from avstem.store import audit
from avstem.store.locks import lock_company
from avstem.store.models import LedgerAccount
from avstem.store.tenancy import in_company

NAME_CHARACTERS_MAX = 140


@in_company
@database.atomic
def add_ledger_account(
    *, company_id: int, number: str, name: str, actor: str, now: datetime
) -> LedgerAccount:
    """The account; asked again with the same name it answers with the one that is there.

    One that is there under another name is refused: its name may stand on papers already.
    """
    said = " ".join(name.split())
    if not re.fullmatch(r"[0-9]{4,10}", number, re.ASCII):
        raise InvalidValueError("ledger account", number[:60], "4 to 10 digits")
    if not 1 <= len(said) <= NAME_CHARACTERS_MAX:
        raise InvalidValueError("name", said[:60] or "nothing", "what the account is for")
    lock_company(company_id)
    there = LedgerAccount.objects.filter(company_id=company_id, number=number).first()
    if there is not None:
        if there.name != said:
            raise AlreadyExistsError("ledger account", number, (there.name,))
        return there
    account = LedgerAccount.objects.create(company_id=company_id, number=number, name=said)
    audit.record(
        company_id=company_id, actor=actor, action="ledger_account.added", at=now,
        facts={"number": number, "name": said},
    )  # fmt: skip
    return account
