"""A person's word on what was learnt: switch a fact off or on, or give it to another party."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError
from avstem.matching.learning import Lesson
from avstem.store import audit
from avstem.store.learning import LEARNT, learn
from avstem.store.locks import lock_company
from avstem.store.models import NameAlias, Party, PartyAccount
from avstem.store.tenancy import in_company

Fact = PartyAccount | NameAlias


@in_company
@database.atomic
def switch_fact(
    *, company_id: int, kind: str, fact_id: int, on: bool, actor: str, now: datetime
) -> Fact:
    """`kind` is account or name. What is off says nothing and is not learnt again by itself."""
    lock_company(company_id)
    fact = _get(company_id, kind, fact_id)
    _switch(fact, on=on, actor=actor, now=now)
    return fact


@in_company
@database.atomic
def give_fact(
    *, company_id: int, kind: str, fact_id: int, party: str, actor: str, now: datetime
) -> Party:
    """It is `party`'s (name or organisation number), confirmed once by this; not who it was."""
    lock_company(company_id)
    fact = _get(company_id, kind, fact_id)
    theirs = _party(company_id, party)
    if theirs.pk == fact.party_id:
        return theirs
    _switch(fact, on=False, actor=actor, now=now)
    account = fact.account_key if isinstance(fact, PartyAccount) else ""
    name = fact.name if isinstance(fact, NameAlias) else ""
    learn(company_id, [Lesson(theirs.pk, account, name)], by_person=True)
    return theirs


def _get(company_id: int, kind: str, fact_id: int) -> Fact:
    found: Fact | None = None
    if kind == "account":
        accounts = PartyAccount.objects.filter(company_id=company_id, source=LEARNT)
        found = accounts.filter(pk=fact_id).first()
    elif kind == "name":
        found = NameAlias.objects.filter(company_id=company_id, pk=fact_id).first()
    if found is None:
        raise NotFoundError("learnt fact", f"{kind} {fact_id}")
    return found


def _party(company_id: int, said: str) -> Party:
    """The only party of that organisation number or name."""
    rows = Party.objects.filter(company_id=company_id)
    number = said.replace(" ", "")
    found = list(rows.filter(orgnr=number)[:2]) if number.isdecimal() else []
    found = found or list(rows.filter(name__iexact=said.strip())[:2])
    if len(found) != 1:
        raise NotFoundError("party", said[:60])
    return found[0]


def _switch(fact: Fact, *, on: bool, actor: str, now: datetime) -> None:
    if fact.switched_off != on:
        return
    fact.switched_off = not on
    fact.save(update_fields=["switched_off"])
    said = fact.account_key if isinstance(fact, PartyAccount) else fact.name
    audit.record(
        company_id=fact.company_id,
        actor=actor,
        action="fact.switched_on" if on else "fact.switched_off",
        at=now,
        facts={"fact": said, "party": fact.party_id},
    )
