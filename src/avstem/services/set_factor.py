"""Say that a party has bought claims on others, or that it no longer pays for them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import account_key, check_orgnr, normalise_account
from avstem.domain.open_item import Party as PartyValue
from avstem.store import audit
from avstem.store.learning import LEARNT
from avstem.store.locks import lock_company
from avstem.store.models import Party, PartyAccount
from avstem.store.tenancy import in_company

NAME_MAX = 140
_SOURCE = "by_hand"


@in_company
@database.atomic
def set_factor(
    *,
    company_id: int,
    name: str,
    orgnr: str | None,
    accounts: Sequence[str],
    on: bool,
    actor: str,
    now: datetime,
) -> Party:
    """The party, added where it is not there; what its accounts pay settles by reference alone.

    `accounts` are those it pays from, Norwegian or IBAN; they stay in the register when it is off.
    """
    lock_company(company_id)
    title = " ".join(name.split())
    if not 1 <= len(title) <= NAME_MAX:
        raise InvalidValueError("name", name[:60], f"1 to {NAME_MAX} characters")
    said = PartyValue(title, check_orgnr(orgnr) if orgnr else None)
    keys = [account_key(normalise_account(each)) for each in accounts]
    party, _ = Party.objects.get_or_create(
        company_id=company_id, key=said.key, defaults={"name": title, "orgnr": said.orgnr or ""}
    )
    party.is_factor = on
    party.save(update_fields=["is_factor"])
    for key in keys:
        _register(company_id, party, key)
    facts = {"party": party.name, "accounts": keys, "on": on}
    audit.record(company_id=company_id, actor=actor, action="party.factor", at=now, facts=facts)
    return party


def _register(company_id: int, party: Party, key: str) -> None:
    """The account is the party's by the register, also where it was only learnt before."""
    row, is_new = PartyAccount.objects.get_or_create(
        company_id=company_id, account_key=key, party=party, defaults={"source": _SOURCE}
    )
    if not is_new and row.source == LEARNT:
        row.source, row.switched_off = _SOURCE, False
        row.save(update_fields=["source", "switched_off"])
