"""Facts learnt of who pays: kept, lowered and never learnt again once they are switched off.

Use it with the company locked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from avstem.matching.learning import Lesson, confirmed, lesson, name_key
from avstem.store.models import BankAccount, BankTransaction, NameAlias, Party, PartyAccount
from avstem.store.suggested_voucher import BookedItem

LEARNT = "learnt"
Key = tuple[str, int]


def lesson_of(transaction: BankTransaction, items: Iterable[BookedItem]) -> list[Lesson]:
    """What the booking of a transaction against these items teaches: one lesson or none."""
    found = lesson(
        amount_minor=transaction.amount_minor,
        account=transaction.counterparty_account,
        name=transaction.counterparty,
        is_return=transaction.is_return,
        settled=[(each.kind.is_customer, each.party_id, each.party_name) for each in items],
    )
    return [found] if found else []


def learn(company_id: int, lessons: Sequence[Lesson], *, by_person: bool) -> None:
    """Confirm what the lessons say; a constant number of queries however many there are."""
    lessons = _not_of_factors(company_id, lessons)
    if not lessons:
        return
    own = BankAccount.objects.filter(company_id=company_id)
    ours = set(own.values_list("iban", flat=True))
    accounts = [(each.account, each.party_id) for each in lessons if each.account not in ours]
    names = {(name_key(each.name), each.party_id): each.name for each in lessons if each.name}

    def account_row(key: Key) -> PartyAccount:
        account, party_id = key
        return PartyAccount(
            company_id=company_id, account_key=account, party_id=party_id, source=LEARNT
        )

    def name_row(key: Key) -> NameAlias:
        alias, party_id = key
        return NameAlias(
            company_id=company_id, name_key=alias, party_id=party_id, name=names[key][:140]
        )

    known = _accounts(company_id, accounts)
    _confirm(PartyAccount, known, accounts, account_row, by_person=by_person)
    _confirm(NameAlias, _names(company_id, names), names, name_row, by_person=by_person)


def _not_of_factors(company_id: int, lessons: Sequence[Lesson]) -> list[Lesson]:
    """A factor pays for many: its account and name say nothing of whose invoice it is."""
    if not lessons:
        return []
    rows = Party.objects.filter(company_id=company_id, is_factor=True)
    factors = dict(rows.values_list("pk", "name"))
    if not factors:
        return list(lessons)
    of_factors = PartyAccount.objects.filter(company_id=company_id, party_id__in=factors)
    accounts = set(of_factors.values_list("account_key", flat=True))
    names = {name_key(name) for name in factors.values()}
    return [
        each
        for each in lessons
        if each.account not in accounts and name_key(each.name) not in names
    ]


def unlearn(company_id: int, lessons: Sequence[Lesson]) -> None:
    """A person disagrees: one confirmation less of what was learnt."""
    accounts = [(each.account, each.party_id) for each in lessons]
    names = [(name_key(each.name), each.party_id) for each in lessons if each.name]
    _lower(PartyAccount, _accounts(company_id, accounts).values())
    _lower(NameAlias, _names(company_id, names).values())


def _accounts(company_id: int, keys: Iterable[Key]) -> dict[Key, PartyAccount]:
    """The rows of these accounts and parties, from the register or learnt."""
    wanted = {key for key in keys if key[0]}
    rows = PartyAccount.objects.filter(company_id=company_id)
    found = rows.filter(account_key__in={account for account, _ in wanted})
    return {key: row for row in found if (key := (row.account_key, row.party_id)) in wanted}


def _names(company_id: int, keys: Iterable[Key]) -> dict[Key, NameAlias]:
    wanted = set(keys)
    rows = NameAlias.objects.filter(company_id=company_id)
    found = rows.filter(name_key__in={name for name, _ in wanted})
    return {key: row for row in found if (key := (row.name_key, row.party_id)) in wanted}


def _confirm(
    model: Any,
    known: Mapping[Key, Any],
    keys: Iterable[Key],
    new: Callable[[Key], Any],
    *,
    by_person: bool,
) -> None:
    rows = dict(known)
    changed: dict[Key, Any] = {}
    for key in keys:
        if not key[0]:
            continue
        if key not in rows:
            rows[key] = new(key)
        row = rows[key]
        after = confirmed(row.confirmations, by_person=by_person)
        if _is_learnt(row) and after != row.confirmations:
            row.confirmations = after
            changed[key] = row
    model.objects.bulk_create([row for row in changed.values() if row.pk is None])
    model.objects.bulk_update([row for row in changed.values() if row.pk], ["confirmations"])


def _lower(model: Any, rows: Iterable[Any]) -> None:
    lowered = [row for row in rows if _is_learnt(row) and row.confirmations > 0]
    for row in lowered:
        row.confirmations -= 1
    model.objects.bulk_update(lowered, ["confirmations"])


def _is_learnt(row: Any) -> bool:
    """Whether the program may change it: not what the register says, nor what is switched off."""
    return not row.switched_off and getattr(row, "source", LEARNT) == LEARNT
