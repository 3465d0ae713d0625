"""What was learnt of who pays, as it was known on a day of the past.

Told from the bookings that stand today. Where a fact may have been learnt before the days looked
at, it is taken for unknown rather than known: nothing is credited that may have come later.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from avstem.domain.open_item import ItemKind
from avstem.matching.learning import TEACHING_RULES, Learnt, Lesson, confirmed, lesson, name_key
from avstem.store.learning import LEARNT
from avstem.store.models import Allocation, BookingSample, NameAlias, PartyAccount

Key = tuple[str, int]


class _Told(NamedTuple):
    """A lesson of a day; `by_person`: a person booked, accepted or chose it."""

    day: date
    lesson: Lesson
    by_person: bool


class LearntThen:
    """Confirmations by account and by name, for any day from `since`."""

    def __init__(self, company_id: int, since: date) -> None:
        told = sorted(_lessons(company_id, since), key=lambda each: each.day)
        by_account: dict[Key, list[_Told]] = defaultdict(list)
        by_name: dict[Key, list[_Told]] = defaultdict(list)
        for each in told:
            said = each.lesson
            by_account[said.account, said.party_id].append(each)
            by_name[name_key(said.name), said.party_id].append(each)
        self._accounts = _steps(_accounts_now(company_id), by_account)
        self._names = _steps(_names_now(company_id), by_name)

    def accounts(self, day: date, wanted: Iterable[str]) -> dict[str, list[Learnt]]:
        """Who had paid for whom from these accounts before that day."""
        return _before(self._accounts, day, wanted)

    def names(self, day: date, wanted: Iterable[str]) -> dict[str, list[int]]:
        """Whose invoices had been paid under these names before that day."""
        found = _before(self._names, day, wanted)
        return {name: [each.party_id for each in learnt] for name, learnt in found.items()}


#: name or account -> party -> the days on which the count changed, and the count from then on.
Steps = dict[str, dict[int, tuple[list[date], list[int]]]]


def _steps(now: Mapping[Key, int], told: Mapping[Key, list[_Told]]) -> Steps:
    found: Steps = defaultdict(dict)
    for (name, party_id), count in now.items():
        said = told.get((name, party_id), [])
        raised = _walk(0, said)[1][-1]
        found[name][party_id] = _walk(max(0, count - raised), said)
    return found


def _walk(start: int, told: Iterable[_Told]) -> tuple[list[date], list[int]]:
    days, counts = [date.min], [start]
    for each in told:
        after = confirmed(counts[-1], by_person=each.by_person)
        if after != counts[-1]:
            days.append(each.day)
            counts.append(after)
    return days, counts


def _before(steps: Steps, day: date, wanted: Iterable[str]) -> dict[str, list[Learnt]]:
    found: dict[str, list[Learnt]] = {}
    for name in wanted:
        for party_id, (days, counts) in sorted(steps.get(name, {}).items()):
            if count := counts[max(bisect_left(days, day) - 1, 0)]:
                found.setdefault(name, []).append(Learnt(party_id, count))
    return found


def _accounts_now(company_id: int) -> dict[Key, int]:
    rows = PartyAccount.objects.filter(company_id=company_id, source=LEARNT, switched_off=False)
    return {(row[0], row[1]): row[2] for row in rows.values_list(*_fields("account_key"))}


def _names_now(company_id: int) -> dict[Key, int]:
    rows = NameAlias.objects.filter(company_id=company_id, switched_off=False)
    return {(row[0], row[1]): row[2] for row in rows.values_list(*_fields("name_key"))}


def _fields(name: str) -> tuple[str, str, str]:
    return name, "party_id", "confirmations"


_FIELDS = (
    "transaction__booking_date", "transaction__amount_minor", "transaction__counterparty_account",
    "transaction__counterparty", "transaction__is_return", "voucher__decision__run_id",
    "voucher__decision__rule", "item__kind", "item__party_id", "item__party__name",
)  # fmt: skip


def _lessons(company_id: int, since: date) -> Iterator[_Told]:
    """The lessons of the standing bookings from that day."""
    rows = Allocation.objects.filter(
        company_id=company_id,
        transaction__booking_date__gte=since,
        transaction__amount_minor__gt=0,
        voucher__reverses__isnull=True,
        voucher__reversed_by__isnull=True,
    ).order_by("voucher_id", "pk")
    looked_at = _found_right(company_id, since)
    told = rows.values_list("voucher_id", *_FIELDS).iterator(5_000)
    for voucher_id, settled in groupby(told, key=itemgetter(0)):
        yield from _lesson([row[1:] for row in settled], is_right=voucher_id in looked_at)


def _found_right(company_id: int, since: date) -> set[int]:
    """The automatic bookings that a person has looked at and found right: that teaches too."""
    rows = BookingSample.objects.filter(
        company_id=company_id, state="right", voucher__transaction__booking_date__gte=since
    )
    return set(rows.values_list("voucher_id", flat=True))


def _lesson(rows: list[tuple[Any, ...]], *, is_right: bool) -> Iterator[_Told]:
    day, minor, account, name, is_return, run_id, rule = rows[0][:7]
    by_person = run_id is None
    found = lesson(
        amount_minor=minor,
        account=account,
        name=name,
        is_return=is_return,
        settled=[(ItemKind(kind).is_customer, party, said) for *_, kind, party, said in rows],
    )
    if found and (by_person or rule in TEACHING_RULES):
        yield _Told(day, found, by_person)
    if found and is_right:
        yield _Told(day, found, by_person=True)
